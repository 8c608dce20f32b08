// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"
#include "corten/container.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  const auto arguments = call.parse({1, 1});
  load(call, arguments).start();
  return 0;
}

}  // namespace

constinit const Command start_command = {
    .name = "start",
    .usage = "executes the process of a container that was created",
    .arguments = "<container-id>",
    .description = "The process has been waiting since \"create\", in all that belongs to its container.",
    .run = run,
};

}  // namespace corten::cmd
