// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.hpp"
#include "base/text.hpp"
#include "cmd/command.hpp"
#include "cmd/help.hpp"
#include "cmd/pattern.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

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
    print(fmt::format("Incorrect Usage: {}\n\n{}", error.message(), command_help(global_.program, command_, options)));
    throw UsageError{error.message(), global_.is_crun() ? crun_usage_status : 1};
  }
  if (help || usage) {
    print(help ? command_help(global_.program, command_, options) : command_usage(global_.program, command_));
    throw HelpShown{};
  }
  if (const auto needed = complaint(arguments.size(), count); !needed.empty()) {
    print(fmt::format("Incorrect Usage.\n\n{}", command_help(global_.program, command_, options)));
    throw UsageError{fmt::format("{}: {} requires {} argument(s)", global_.program, quote(command_.name), needed), 1};
  }
  return arguments;
}

void print(std::string_view text) { sys::write_all(STDOUT_FILENO, text, "standard output"); }

const std::string& container_id(const std::vector<std::string>& arguments) {
  if (arguments.front().empty()) throw Error{"container id cannot be empty"};
  return arguments.front();
}

container::Container load(const Call& call, const std::vector<std::string>& arguments) {
  return container::Container::load(call.settings(), container_id(arguments));
}

int for_each_match(const Call& call, std::string_view pattern, const std::function<void(const std::string& id)>& act) {
  std::vector<std::string> ids;
  for (const auto& state : container::list(call.settings())) ids.push_back(state.id);
  std::string failed;
  for (const auto& id : matching(pattern, ids)) {
    try {
      act(id);
    } catch (const Error& error) {
      failed += fmt::format("{}container {}: {}", failed.empty() ? "" : "; ", id, error.what());
    }
  }
  if (!failed.empty()) throw Error{failed};
  return 0;
}

void change_directory(const std::string& path) {
  sys::check([&] { return fmt::format("chdir {}", path); }, [&] { return ::chdir(path.c_str()); });
}

void warn_if_refused(const Call& call, std::string_view action, const Error& error) {
  if (error.code() != EPERM && error.code() != EACCES) return;
  log::warn(
      fmt::format("{} {} failure might be caused by lack of full access to cgroups", call.global().program, action));
}

}  // namespace corten::cmd
