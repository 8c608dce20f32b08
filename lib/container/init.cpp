// SPDX-License-Identifier: Apache-2.0
// Where a program that is its own init stage becomes one.
#include <string_view>

#include "base/text.hpp"
#include "corten/container.hpp"
#include "init/steps.hpp"
#include "process/stage_command.hpp"

namespace corten::container {

void run_init_if_asked(int argc, char** argv) {
  // As StageCommand has it: KIND CHANNEL TRACE.
  if (argc != 4 || std::string_view{argv[0]} != process::init_name) return;
  const auto channel = parse_number<int>(argv[2]);
  if (channel) init::run_init_stage(argv[1], *channel, argv[3]);
}

}  // namespace corten::container
