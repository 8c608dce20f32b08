// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "cmd/table.hpp"
#include "cmd/tools.hpp"
#include "corten/nearest.hpp"
#include "host/report.hpp"
#include "tools/commands.hpp"

namespace corten::tools {
namespace {

using host::Report;
using host::Row;

constexpr std::string_view as_root = "root";
constexpr std::string_view as_user = "rootless";

std::string word(const std::optional<bool>& works) { return !works ? "-" : *works ? "yes" : "no"; }

/// "containers of root work", or what they lack.
std::string verdict(const Report& report, bool rootless) {
  const auto lacking = report.lacking(rootless);
  const auto whose = rootless ? "rootless containers" : "containers of root";
  if (!lacking) return fmt::format("{} were not tried: only root can\n", whose);
  if (lacking->empty()) return fmt::format("{} work\n", whose);
  return fmt::format("{} do not work: {}\n", whose, join(*lacking, ", "));
}

/// The columns, and below a row that does not work what mends it. On a terminal that row is red.
std::string for_people(const Report& report, const std::vector<const Row*>& rows) {
  std::vector<cmd::Row> table{{"NAME", "ROOT", "ROOTLESS", "FOUND"}};
  for (const auto* row : rows) table.push_back({row->name, word(row->root), word(row->rootless), row->found});
  const auto text = cmd::format_table(table, 1, 2);
  const auto lines = split(text, '\n');
  const bool colours = ::isatty(STDOUT_FILENO) != 0;
  std::string out{trim(lines.at(0))};
  out += '\n';
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool bad = !rows[i]->mend.empty();
    const auto line = lines.at(i + 1).substr(0, lines.at(i + 1).find_last_not_of(' ') + 1);
    out += bad && colours ? fmt::format("\x1b[31m{}\x1b[0m\n", line) : fmt::format("{}\n", line);
    if (bad) out += fmt::format("    mend: {}\n", rows[i]->mend);
  }
  if (rows.size() == report.rows.size()) out += "\n" + verdict(report, false) + verdict(report, true);
  return out;
}

std::string json_word(const std::optional<bool>& works) { return !works ? "null" : *works ? "true" : "false"; }

std::string json_verdict(const Report& report, bool rootless) {
  const auto lacking = report.lacking(rootless);
  if (!lacking) return "null";
  std::string names;
  for (const auto& name : *lacking) names += fmt::format("{}{}", names.empty() ? "" : ",", json_quote(name));
  return fmt::format(R"({{"works":{},"lacking":[{}]}})", lacking->empty(), names);
}

std::string for_programs(const Report& report, const std::vector<const Row*>& rows) {
  std::string list;
  for (const auto* row : rows) {
    list += fmt::format(R"({}{{"name":{},"root":{},"rootless":{},"found":{},"mend":{}}})", list.empty() ? "" : ",",
                        json_quote(row->name), json_word(row->root), json_word(row->rootless), json_quote(row->found),
                        json_quote(row->mend));
  }
  return fmt::format("{{\"checks\":[{}],\"root\":{},\"rootless\":{}}}\n", list, json_verdict(report, false),
                     json_verdict(report, true));
}

/// Whether what `name` names is missing for the caller.
bool missing(const Report& report, std::string_view name) {
  if (name == as_root || name == as_user) {
    const auto lacking = report.lacking(name == as_user);
    return !lacking || !lacking->empty();
  }
  const auto* const row = report.find(name);
  const auto& works = report.as_root && row->root ? row->root : row->rootless;
  return works == false;
}

/// The rows of these names, all of them where there is none.
std::vector<const Row*> rows_of(const Report& report, const std::vector<std::string>& names) {
  std::vector<const Row*> rows;
  std::vector<std::string_view> known{as_root, as_user};
  for (const auto& row : report.rows) known.push_back(row.name);
  for (const auto& name : names) {
    if (std::ranges::find(known, std::string_view{name}) == known.end()) {
      throw cmd::UsageError{fmt::format("there is no check {}{}", quote(name), did_you_mean(name, known)), 2};
    }
    if (const auto* row = report.find(name)) rows.push_back(row);
  }
  if (names.empty()) {
    for (const auto& row : report.rows) rows.push_back(&row);
  }
  return rows;
}

int run(cmd::Call& call) {
  bool json = false;
  const auto names = call.parse({}, {{"json", 0, &json, "print a JSON object"}});
  const auto report = host::look();
  const auto rows = rows_of(report, names);
  auto text = json ? for_programs(report, rows) : for_people(report, rows);
  if (!json && !names.empty()) {
    if (rows.empty()) text.clear();
    for (const auto& name : names) {
      if (name == as_root || name == as_user) text += verdict(report, name == as_user);
    }
  }
  cmd::print(text);
  return std::ranges::any_of(names, [&](const auto& name) { return missing(report, name); }) ? 1 : 0;
}

}  // namespace

constinit const cmd::Command check_command = {
    .name = "check",
    .usage = cmd::check_usage,
    .arguments = R"([name...]

"[name]" is a row of the table, or "root" or "rootless", which stand for all
that such containers need. The exit status is 1 where one of them is missing.)",
    .description =
        R"(Tries what containers need, in processes that take what they have changed along,
and says for containers of root and for rootless ones whether it works, why it
does not, and what mends it. Root tries both, as nobody what needs no root.)",
    .run = run,
    .failure = 2,
};

}  // namespace corten::tools
