// SPDX-License-Identifier: Apache-2.0
// Where a program that uses the library becomes an init stage, and where its containers are kept.
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "container/create/blueprint.hpp"
#include "corten/container.hpp"
#include "init/steps.hpp"
#include "process/stage_command.hpp"
#include "sys/user_namespace.hpp"

#include <unistd.h>

namespace corten::container {

void run_init_if_asked(int argc, char** argv) {
  // As StageCommand has it: KIND CHANNEL TRACE.
  if (argc != 4 || std::string_view{argv[0]} != process::init_name) return;
  const auto channel = parse_number<int>(argv[2]);
  if (channel) init::run_init_stage(argv[1], *channel, argv[3]);
}

std::string default_root(const std::string& program) {
  const char* runtime_dir = std::getenv("XDG_RUNTIME_DIR");
  const char* user = std::getenv("USER");
  const bool no_real_root =
      ::geteuid() != 0 || (sys::in_user_namespace() && (user == nullptr || std::string_view{user} != "root"));
  if (no_real_root && runtime_dir != nullptr && *runtime_dir != '\0') return std::string{runtime_dir} + "/" + program;
  return "/run/" + program;
}

}  // namespace corten::container
