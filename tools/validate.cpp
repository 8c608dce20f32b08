// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "cmd/tools.hpp"
#include "host/report.hpp"
#include "lint/check.hpp"
#include "sys/file.hpp"
#include "tools/commands.hpp"

namespace corten::tools {
namespace {

using lint::Problem;
using lint::Severity;

std::string_view name_of(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

std::size_t count(const std::vector<Problem>& problems, Severity severity) {
  return static_cast<std::size_t>(std::ranges::count(problems, severity, &Problem::severity));
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string for_people(const std::vector<Problem>& problems, const std::string& file) {
  std::string text;
  for (const auto& one : problems) {
    text += fmt::format("{}:{}:{}: {}: {}{}{}\n", file, one.line, one.column, name_of(one.severity), one.pointer,
                        one.pointer.empty() ? "" : ": ", one.message);
    if (!one.demand.empty()) text += fmt::format("    {}\n", one.demand);
    if (!one.suggestion.empty()) text += fmt::format("    write: {}\n", one.suggestion);
  }
  const auto errors = count(problems, Severity::error);
  const auto warnings = count(problems, Severity::warning);
  if (errors + warnings == 0) return fmt::format("{}: nothing to complain of\n", file);
  return text + fmt::format("{}: {}, {}\n", file, counted(errors, "error"), counted(warnings, "warning"));
}

std::string for_programs(const std::vector<Problem>& problems, const std::string& file) {
  auto text = fmt::format(R"({{"file":{},"errors":{},"warnings":{},"problems":[)", json_quote(file),
                          count(problems, Severity::error), count(problems, Severity::warning));
  for (const auto& one : problems) {
    text += fmt::format(
        R"({}{{"severity":"{}","pointer":{},"line":{},"column":{},"message":{},"demand":{},"suggestion":{}}})",
        &one == &problems.front() ? "" : ",", name_of(one.severity), json_quote(one.pointer), one.line, one.column,
        json_quote(one.message), json_quote(one.demand), json_quote(one.suggestion));
  }
  return text + "]}\n";
}

lint::WhyMissing this_machine() {
  return [report = host::look()](std::string_view thing) -> std::string {
    const auto* const row = report.find(thing);
    if (row == nullptr || (report.as_root && row->root ? row->root : row->rootless) != false) return {};
    return row->found + (row->mend.empty() ? "" : "; ") + row->mend;
  };
}

int run(cmd::Call& call) {
  bool json = false;
  bool text_only = false;
  bool host = false;
  const auto arguments = call.parse(
      {0, 1}, {{"json", 0, &json, "print a JSON object"},
               {"host", 0, &host, "look at this machine, too: what it lacks of what the configuration wants"},
               {"text-only", 0, &text_only, "look at config.json alone, and not at the files that it names"}});
  const std::string bundle = arguments.empty() ? "." : arguments.front();
  const auto file = (arguments.empty() ? std::string{} : bundle + (bundle.ends_with('/') ? "" : "/")) + "config.json";
  const auto problems =
      lint::check(sys::read_file(file), text_only ? std::string{} : bundle, host ? this_machine() : lint::WhyMissing{});
  cmd::print(json ? for_programs(problems, file) : for_people(problems, file));
  return count(problems, Severity::error) == 0 ? 0 : 1;
}

}  // namespace

constinit const cmd::Command validate_command = {
    .name = "validate",
    .usage = cmd::validate_usage,
    .arguments = "[bundle]",
    .description =
        R"(Prints every problem of the bundle's config.json: line and column, the way to
the value as a JSON pointer, what the specification says, and what to write.
The bundle is the current directory unless one is named. The exit status is 0
where there is no error, 1 where there is one, and 2 where the file cannot be
read. A warning is no error.)",
    .run = run,
    .failure = 2,
};

}  // namespace corten::tools
