// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>

#include <ctime>

#include "cmd/command.hpp"
#include "cmd/people.hpp"
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

/// The bundle gives way where a row is wider than the terminal.
std::string table_for_people(const std::vector<Found>& containers, std::size_t width) {
  constexpr std::size_t gap = 2;
  constexpr std::size_t least = 12;
  const auto now = std::time(nullptr);
  std::vector<Row> rows{{"ID", "PID", "STATUS", "CREATED", "OWNER", "BUNDLE"}};
  for (const auto& one : containers) {
    rows.push_back({one.id, one.pid == 0 ? "-" : fmt::format("{}", one.pid), std::string{name_of(one.status)},
                    ago(one.created, now), one.owner, one.bundle});
  }
  const auto without = width_of(rows, gap);
  for (auto& row : rows) row.back() = shortened(row.back(), width > without + least ? width - without : least, true);
  return format_table(rows, 0, gap);
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
    const auto width = terminal_width();
    print(width == 0 ? table(runtime.find()) : table_for_people(runtime.find(), width));
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
