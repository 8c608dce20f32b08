// SPDX-License-Identifier: Apache-2.0
// The program that libcorten executes as a container's first process: the init stage alone.
#include <unistd.h>

#include <string_view>

#include "init/program.hpp"

int main(int argc, char** argv) {
  corten::init::run_if_asked(argc, argv);
  constexpr std::string_view text = "this program is started by libcorten and becomes a container's process\n";
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
  return 2;
}
