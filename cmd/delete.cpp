// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include "cmd/command.hpp"
#include "corten/container.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  bool force = false;
  const auto arguments = call.parse(
      {1, 1}, {{"force", 'f', &force, "kill what still runs in it (SIGKILL); it is no error if it does not exist"}});
  const auto& id = container_id(arguments);
  try {
    container::Container::load(call.settings(), id).remove(force);
  } catch (const Error& error) {
    if (error.code() != ENOENT) throw;
    container::remove_leftovers(call.settings(), id);
    if (!force) throw;
  }
  return 0;
}

}  // namespace

constinit const Command delete_command = {
    .name = "delete",
    .usage = "delete a container that has stopped, and all that belongs to it",
    .arguments = R"(<container-id>

EXAMPLE:
A container that "PROGRAM list" shows as "stopped" is deleted with

       # PROGRAM delete web1)",
    .description = "",
    .run = run,
};

}  // namespace corten::cmd
