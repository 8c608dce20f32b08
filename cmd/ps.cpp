// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include <corten/text.hpp>

#include "cmd/command.hpp"
#include "cmd/people.hpp"
#include "cmd/process_table.hpp"

namespace corten::cmd {
namespace {

std::vector<pid_t> processes(const Call& call, const Container& container) {
  try {
    return container.processes();
  } catch (const corten::Error& error) {
    warn_if_refused(call, "ps", error);
    throw;
  }
}

std::string json(const std::vector<pid_t>& pids) {
  if (pids.empty()) return "null\n";
  std::string text;
  for (const auto pid : pids) text += fmt::format("{}{}", text.empty() ? '[' : ',', pid);
  return text + "]\n";
}

/// The lines cut to the width of a terminal, which is 0 where there is none.
std::string fitting(std::string text, std::size_t width) {
  if (width == 0) return text;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    out.append(shortened(std::string_view{text}.substr(at, end - at), width)).push_back('\n');
    at = end + 1;
  }
  return out;
}

int run(Call& call) {
  std::string format = "table";
  auto arguments = call.parse({1}, {{"format", 'f', &format, "one of: table or json"}});
  const auto pids = processes(call, load(call, arguments));
  if (format == "json") {
    print(json(pids));
    return 0;
  }
  if (format != "table") throw Error{"invalid format option"};
  arguments.front() = "ps";
  if (arguments.size() == 1) arguments.emplace_back("-ef");
  // Not every ps escapes what processes call themselves.
  print(fitting(printable(select_processes(output_of(arguments), pids)), terminal_width()));
  return 0;
}

}  // namespace

constinit const Command ps_command = {
    .name = "ps",
    .usage = "show the processes that run inside a container",
    .arguments = "<container-id> [ps options]",
    .description = "The options are those of ps(1) (default: -ef). Its output must have a column PID.",
    .run = run,
    .order = Order::options_first,
};

}  // namespace corten::cmd
