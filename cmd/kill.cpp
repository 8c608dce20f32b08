// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  bool all = false;
  bool regex = false;
  const auto arguments = call.parse({1, 2}, {{"all", 'a', &all, ""}, {"regex", 'r', &regex, regex_usage}});
  const bool named = arguments.size() > 1 && !arguments[1].empty();
  const auto signal = [&] { return signal_number(named ? arguments[1] : "SIGTERM"); };
  if (!regex) {
    auto container = load(call, arguments);
    container.signal(signal(), all);
    return 0;
  }
  const int number = signal();
  return for_each_match(call, arguments.front(),
                        [&](const std::string& id) { call.runtime().load(id).signal(number, all); });
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
