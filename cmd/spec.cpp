// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"
#include "cmd/spec_options.hpp"
#include "cmd/tools.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  SpecOptions options;
  call.parse({0, 0}, spec_options(options));
  if (options.any_wish()) return run_tool(call);
  write_spec(options.bundle, default_config_text(options.rootless));
  return 0;
}

}  // namespace

constinit const Command spec_command = {
    .name = "spec",
    .usage = spec_usage,
    .arguments = "",
    .description = spec_description,
    .run = run,
};

}  // namespace corten::cmd
