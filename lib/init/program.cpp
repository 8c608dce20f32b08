// SPDX-License-Identifier: Apache-2.0
#include "init/program.hpp"

#include <string_view>

#include "base/text.hpp"
#include "init/steps.hpp"
#include "process/stage_command.hpp"

namespace corten::init {

void run_if_asked(int argc, char** argv) {
  // As StageCommand has it: KIND CHANNEL TRACE.
  if (argc != 4 || std::string_view{argv[0]} != process::init_name) return;
  if (const auto channel = parse_number<int>(argv[2])) run_init_stage(argv[1], *channel, argv[3]);
}

}  // namespace corten::init
