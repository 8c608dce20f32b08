// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>

#include "cmd/command.hpp"
#include "cmd/system.hpp"
#include "cmd/table.hpp"

namespace corten::cmd {
namespace {

std::string ids(const std::vector<Found>& containers) {
  std::string text;
  for (const auto& one : containers) text += one.id + '\n';
  return text;
}

std::string table(const std::vector<Found>& containers) {
  std::vector<Row> rows{{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
  for (const auto& one : containers) {
    rows.push_back(
        {one.id, fmt::format("{}", one.pid), std::string{name_of(one.status)}, one.bundle, one.created, one.owner});
  }
  return format_table(rows, 12, 3);
}

std::string json(const std::string& list) { return (list == "[]" ? "null" : list) + '\n'; }  // as runc

int run(Call& call) {
  std::string format = "table";
  bool quiet = false;
  call.parse({0, 0}, {{"format", 'f', &format, "one of: table or json"}, {"quiet", 'q', &quiet, "print the ids only"}});
  // A root that somebody named must be there; the usual one comes with the first container.
  const auto& root = call.global().settings.root;
  if (root != call.global().default_root) static_cast<void>(open_file(root, O_RDONLY | O_DIRECTORY));

  const auto runtime = call.runtime();
  if (quiet) {
    print(ids(runtime.find()));
  } else if (format == "table") {
    print(table(runtime.find()));
  } else if (format == "json") {
    print(json(runtime.list_text()));
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
