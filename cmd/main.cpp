// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <string_view>

#include "base/excerpt.hpp"
#include "base/log.hpp"
#include "base/trace.hpp"
#include "cmd/command.hpp"
#include "cmd/environment.hpp"
#include "cmd/help.hpp"
#include "init/program.hpp"
#include "sys/file.hpp"

namespace corten::cmd {
namespace {

/// Says why the program fails: to the log, and in plain words to standard error where the log is a file.
int report(std::string_view message, int status) {
  log::write(log::Level::error, message);
  if (log::descriptor() >= 0) {
    const auto line = fmt::format("{}\n", printable(excerpt(message, message_limit)));
    if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return status;
  }
  return status;
}

/// The words after the global options: the command's name and what belongs to it.
std::vector<std::string> parse_global(Global& global, std::span<const char* const> words) {
  const auto options = global_options(global);
  std::vector<std::string> rest;
  try {
    rest = parse(options, words, Order::options_first);
  } catch (const Error& error) {
    throw UsageError{fmt::format("{}; see \"{} --help\"", error.message(), global.program), 1};
  }
  const bool help = global.help || (rest.empty() && !global.version);
  if (!help && !global.version) return rest;
  print(help ? program_help(global.program, commands(), options) : version_text(global.program));
  throw HelpShown{};
}

Global global_of(std::string_view called) {
  Global global;
  global.program = called.substr(called.rfind('/') + 1);
  global.settings = settings_of_environment(global.program);
  global.default_root = global.settings.root;
  return global;
}

int run(std::span<const char* const> words) {
  int failure = 1;
  try {
    Global global = global_of(words[0]);
    const auto rest = parse_global(global, words.subspan(1));
    apply(global);
    const Command* command = find_command(rest.front());
    if (command == nullptr) throw UsageError{no_topic(global.program, rest.front()), 3};
    failure = command->failure;
    Call call{*command, global, words.last(rest.size() - 1)};
    const int status = command->run(call);
    trace::phase(nullptr);
    return status;
  } catch (const HelpShown&) {
    return 0;
  } catch (const UsageError& error) {
    return report(error.message(), error.status());
  } catch (const std::exception& error) {
    return report(error.what(), failure);
  }
}

}  // namespace
}  // namespace corten::cmd

int main(int argc, char** argv) {
  corten::init::run_if_asked(argc, argv);
  corten::sys::open_standard_streams();
  // Where it is ignored, which a caller may have left to us, no child can be waited for.
  ::signal(SIGCHLD, SIG_DFL);
  if (argc < 1) return 1;  // execve(2) with an empty argv: we are not even told our name
  return corten::cmd::run({argv, static_cast<std::size_t>(argc)});
}
