// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cmd/command.hpp"
#include "cmd/create_options.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  Plan plan;
  std::string file;
  plan.stdio.detach = true;
  const auto arguments = call.parse({1, 1}, create_options(plan, file));
  return with_context(fmt::format("{} create failed", call.global().program), [&] {
    enter_bundle(plan, file);
    static_cast<void>(call.runtime().create(container_id(arguments), plan));
    return 0;
  });
}

}  // namespace

constinit const Command create_command = {
    .name = "create",
    .usage = "create a container",
    .arguments = R"(<container-id>

"<container-id>" is the name of the new container, unique on the machine.)",
    .description =
        R"(Creates the container that config.json in the bundle describes. Its process waits for "PROGRAM start", and then
executes "process.args". "PROGRAM spec" writes an example of a config.json.)",
    .run = run,
};

}  // namespace corten::cmd
