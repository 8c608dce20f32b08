// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cerrno>
#include <optional>

#include "api/container.hpp"
#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

/// False where a container has been made there meanwhile.
bool clear_leftovers(const Call& call, const std::string& id) {
  try {
    container::remove_leftovers(call.settings(), id);
    return true;
  } catch (const Error& error) {
    if (error.code() != EEXIST) throw;
    return false;
  }
}

/// The container; nothing where there is none (any more), or none that could be read.
std::optional<container::Container> load_or_clear(const Call& call, const std::string& id, bool force) {
  for (;;) {
    try {
      return container::Container::load(call.settings(), id);
    } catch (const Error& error) {
      const bool absent = error.code() == ENOENT;
      if (error.code() == container::foreign_state) throw;
      if (!force && !absent) {
        throw Error{fmt::format("{}; \"{} delete --force\" removes what is surely the container's", error.message(),
                                call.global().program)};
      }
      if (!clear_leftovers(call, id)) continue;
      if (!force) throw;
      return std::nullopt;
    }
  }
}

int run(Call& call) {
  bool force = false;
  bool regex = false;
  const auto arguments = call.parse(
      {1, 1}, {{"force", 'f', &force, "kill a running container first (SIGKILL), and ignore one that does not exist"},
               {"regex", 'r', &regex, regex_usage}});
  const auto remove = [&](const std::string& id) {
    if (auto container = load_or_clear(call, id, force)) container->remove(force);
  };
  if (regex) return for_each_match(call, arguments.front(), remove);
  remove(container_id(arguments));
  return 0;
}

}  // namespace

constinit const Command delete_command = {
    .name = "delete",
    .usage = "delete a stopped container and its resources",
    .arguments = R"(<container-id>

EXAMPLE:
A container that "PROGRAM list" shows as "stopped" is deleted with

       # PROGRAM delete web1)",
    .description = "",
    .run = run,
};

}  // namespace corten::cmd
