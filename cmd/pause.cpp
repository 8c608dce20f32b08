// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

int freeze(Call& call, std::string_view action, void (Container::*change)()) {
  const auto arguments = call.parse({1, 1});
  auto container = load(call, arguments);
  try {
    (container.*change)();
  } catch (const corten::Error& error) {
    warn_if_refused(call, action, error);
    throw;
  }
  return 0;
}

int run_pause(Call& call) { return freeze(call, "pause", &Container::pause); }

int run_resume(Call& call) { return freeze(call, "resume", &Container::resume); }

}  // namespace

constinit const Command pause_command = {
    .name = "pause",
    .usage = "suspend all processes of a container",
    .arguments = "<container-id>",
    .description = "The processes get no CPU time until \"PROGRAM resume\".",
    .run = run_pause,
};

constinit const Command resume_command = {
    .name = "resume",
    .usage = "resume all processes of a paused container",
    .arguments = "<container-id>",
    .description = "",
    .run = run_resume,
};

}  // namespace corten::cmd
