// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.hpp"
#include "base/text.hpp"
#include "cmd/command.hpp"
#include "cmd/help.hpp"
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
  options.push_back({"help", 'h', &help, ""});
  std::vector<std::string> arguments;
  try {
    arguments = cmd::parse(options, words_, command_.order);
  } catch (const Error& error) {
    throw UsageError{fmt::format("{}; see \"{} {} --help\"", error.message(), global_.program, command_.name), 1};
  }
  if (help) {
    print(command_help(global_.program, command_, options));
    throw HelpShown{};
  }
  if (const auto needed = complaint(arguments.size(), count); !needed.empty()) {
    throw UsageError{fmt::format("{0}: {1} requires {2} argument(s); see \"{0} {3} --help\"", global_.program,
                                 quote(command_.name), needed, command_.name),
                     1};
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

void change_directory(const std::string& path) {
  sys::check([&] { return fmt::format("chdir {}", path); }, [&] { return ::chdir(path.c_str()); });
}

void warn_if_refused(const Call& call, std::string_view action, const Error& error) {
  if (error.code() != EPERM && error.code() != EACCES) return;
  log::warn(
      fmt::format("{} {} failure might be caused by lack of full access to cgroups", call.global().program, action));
}

}  // namespace corten::cmd
