// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  call.parse({0, 0});
  print(features_text());
  return 0;
}

}  // namespace

constinit const Command features_command = {
    .name = "features",
    .usage = "print the features of this build",
    .arguments = "",
    .description = "The output is a JSON object, as features.md of the runtime specification defines it.",
    .run = run,
};

}  // namespace corten::cmd
