// SPDX-License-Identifier: Apache-2.0
#include "cmd/spec_options.hpp"
#include "cmd/tools.hpp"
#include "tools/commands.hpp"
#include "tools/wishes.hpp"

namespace corten::tools {
namespace {

int run(cmd::Call& call) {
  cmd::SpecOptions options;
  call.parse({0, 0}, cmd::spec_options(options));
  cmd::write_spec(options.bundle, with_wishes(default_config_text(options.rootless), options));
  return 0;
}

}  // namespace

constinit const cmd::Command spec_command = {
    .name = "spec",
    .usage = cmd::spec_usage,
    .arguments = "",
    .description = cmd::spec_description,
    .run = run,
};

}  // namespace corten::tools
