// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "api/container.hpp"
#include "cmd/command.hpp"
#include "cmd/create_options.hpp"
#include "spec/config.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  container::CreateOptions options;
  std::string file;
  options.stdio.detach = true;
  const auto arguments = call.parse({1, 1}, create_options(options, file));
  return with_context(fmt::format("{} create failed", call.global().program), [&] {
    make_absolute(file);
    enter_bundle(options);
    container::start_ahead(call.settings(), options);
    const auto config = read_document(options, file);
    container::Container::create(call.settings(), container_id(arguments), config, options);
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
