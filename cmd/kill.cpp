// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  bool all = false;
  const auto arguments = call.parse({1, 2}, {{"all", 'a', &all, ""}});
  auto container = load(call, arguments);
  const bool named = arguments.size() > 1 && !arguments[1].empty();
  container.signal(signal_number(named ? arguments[1] : "SIGTERM"), all);
  return 0;
}

}  // namespace

constinit const Command kill_command = {
    .name = "kill",
    .usage = "send a signal (default: SIGTERM) to the first process of a container",
    .arguments = R"(<container-id> [signal]

"[signal]" is a name, with or without SIG in front, or a number.

EXAMPLE:

       # PROGRAM kill web1 KILL)",
    .description = "",
    .run = run,
};

}  // namespace corten::cmd
