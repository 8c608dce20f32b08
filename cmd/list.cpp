// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>

#include "api/container.hpp"
#include "cmd/command.hpp"
#include "cmd/table.hpp"
#include "spec/state.hpp"
#include "sys/file.hpp"

namespace corten::cmd {
namespace {

std::string ids(const std::vector<spec::State>& states) {
  std::string text;
  for (const auto& state : states) text += state.id + '\n';
  return text;
}

std::string table(const std::vector<spec::State>& states) {
  std::vector<Row> rows{{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
  for (const auto& state : states) {
    rows.push_back({state.id, fmt::format("{}", state.pid), state.status, state.bundle, state.created, state.owner});
  }
  return format_table(rows, 12, 3);
}

int run(Call& call) {
  std::string format = "table";
  bool quiet = false;
  call.parse({0, 0}, {{"format", 'f', &format, "one of: table or json"}, {"quiet", 'q', &quiet, "print the ids only"}});
  // A root that somebody named must be there; the usual one comes with the first container.
  const auto& root = call.settings().root;
  if (root != call.global().default_root) static_cast<void>(sys::open_at(AT_FDCWD, root, O_RDONLY | O_DIRECTORY));

  const auto states = container::list(call.settings());
  if (quiet) {
    print(ids(states));
  } else if (format == "table") {
    print(table(states));
  } else if (format == "json") {
    print(spec::state_list_json(states) + '\n');
  } else {
    throw Error{"invalid format option"};
  }
  return 0;
}

}  // namespace

constinit const Command list_command = {
    .name = "list",
    .usage = "list the containers below the root directory",
    .arguments = R"(

The root directory is the one of the global option "--root".

EXAMPLE:
Containers that were made with another root:

       # PROGRAM --root /run/other list)",
    .description = "",
    .run = run,
};

}  // namespace corten::cmd
