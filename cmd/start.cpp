// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"

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
    .usage = "start the process of a created container",
    .arguments = "<container-id>",
    .description = "The process has been waiting in the container since \"create\".",
    .run = run,
};

}  // namespace corten::cmd
