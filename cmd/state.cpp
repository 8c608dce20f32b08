// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  const auto arguments = call.parse({1, 1});
  print(load(call, arguments).state_text());
  return 0;
}

}  // namespace

constinit const Command state_command = {
    .name = "state",
    .usage = "print the state of a container",
    .arguments = "<container-id>",
    .description = "The state is a JSON object, as the runtime specification defines it.",
    .run = run,
};

}  // namespace corten::cmd
