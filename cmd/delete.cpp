// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cerrno>
#include <optional>

#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

/// False where a container has been made there meanwhile.
bool clear_leftovers(const Call& call, const std::string& id) {
  try {
    call.runtime().clear(id);
    return true;
  } catch (const corten::Error& error) {
    if (error.code() != CORTEN_EXISTS) throw;
    return false;
  }
}

/// The container; nothing where there is none (any more), or none that could be read.
std::optional<Container> load_or_clear(const Call& call, const std::string& id, bool force) {
  for (;;) {
    try {
      return call.runtime().load(id);
    } catch (const corten::Error& error) {
      if (error.code() == CORTEN_FOREIGN) throw;
      const bool absent = error.number() == ENOENT;
      if (!force && !absent) {
        throw Error{fmt::format("{}; \"{} delete --force\" removes what is surely the container's", error.what(),
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
    if (auto container = load_or_clear(call, id, force)) container->destroy(force);
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
