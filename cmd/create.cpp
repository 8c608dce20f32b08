// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cmd/command.hpp"
#include "cmd/create_options.hpp"
#include "corten/container.hpp"
#include "spec/config.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  container::CreateOptions options;
  options.stdio.detach = true;
  const auto arguments = call.parse({1, 1}, create_options(options));
  return with_context(fmt::format("{} create failed", call.global().program), [&] {
    enter_bundle(options);
    container::start_ahead(options);
    options.document = container::read_config(options.bundle);
    const auto config = spec::parse_config(options.document);
    container::Container::create(call.settings(), container_id(arguments), config, options);
    return 0;
  });
}

}  // namespace

constinit const Command create_command = {
    .name = "create",
    .usage = "create a container",
    .arguments = R"(<container-id>

"<container-id>" is the name of the new container, of which there is one on a machine.)",
    .description =
        R"(All that config.json in the bundle asks for is made, and a process waits in it for "PROGRAM start" to
become the program that "process.args" names. "PROGRAM spec" writes a config.json to start from.)",
    .run = run,
};

}  // namespace corten::cmd
