// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>

#include <corten/text.hpp>

#include "cmd/command.hpp"
#include "cmd/help.hpp"
#include "cmd/log.hpp"
#include "cmd/pattern.hpp"
#include "cmd/system.hpp"

namespace corten::cmd {
namespace {

/// What is wrong with so many arguments, or an empty text.
std::string complaint(std::size_t given, Count count) {
  if (count.minimum == count.maximum && given != count.minimum) return fmt::format("exactly {}", count.minimum);
  if (given < count.minimum) return fmt::format("a minimum of {}", count.minimum);
  if (given > count.maximum) return fmt::format("a maximum of {}", count.maximum);
  return {};
}

}  // namespace

std::vector<std::string> Call::parse(Count count, std::vector<Option> options) {
  bool help = false;
  bool usage = false;
  options.push_back({"help", 'h', &help, ""});
  options.push_back({"?", 0, &help, ""});
  options.push_back({"usage", 0, &usage, ""});
  std::vector<std::string> arguments;
  try {
    arguments = cmd::parse(options, words_, command_.order);
  } catch (const Error& error) {
    throw UsageError{fmt::format("{}; see \"{} {} --help\"", error.message(), global_.program, command_.name),
                     global_.is_crun() ? crun_usage_status : 1};
  }
  if (help || usage) {
    print(help ? command_help(global_.program, command_, options) : command_usage(global_.program, command_));
    throw HelpShown{};
  }
  if (const auto needed = complaint(arguments.size(), count); !needed.empty()) {
    throw UsageError{fmt::format("{0}: {1} requires {2} argument(s); see \"{0} {3} --help\"", global_.program,
                                 quote(command_.name), needed, command_.name),
                     1};
  }
  return arguments;
}

void print(std::string_view text) { write_all(STDOUT_FILENO, text, "standard output"); }

const std::string& container_id(const std::vector<std::string>& arguments) {
  if (arguments.front().empty()) throw Error{"container id cannot be empty"};
  return arguments.front();
}

Container load(const Call& call, const std::vector<std::string>& arguments) {
  return call.runtime().load(container_id(arguments));
}

int for_each_match(const Call& call, std::string_view pattern, const std::function<void(const std::string& id)>& act) {
  std::vector<std::string> ids;
  for (auto& found : call.runtime().find()) ids.push_back(std::move(found.id));
  std::string failed;
  for (const auto& id : matching(pattern, ids)) {
    try {
      act(id);
    } catch (const std::exception& error) {
      failed += fmt::format("{}container {}: {}", failed.empty() ? "" : "; ", id, error.what());
    }
  }
  if (!failed.empty()) throw Error{failed};
  return 0;
}

void change_directory(const std::string& path) {
  check([&] { return fmt::format("chdir {}", path); }, [&] { return ::chdir(path.c_str()); });
}

void warn_if_refused(const Call& call, std::string_view action, const corten::Error& error) {
  if (error.number() != EPERM && error.number() != EACCES) return;
  log::warn(
      fmt::format("{} {} failure might be caused by lack of full access to cgroups", call.global().program, action));
}

}  // namespace corten::cmd
