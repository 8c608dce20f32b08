// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string_view>

#include <corten/text.hpp>

#include "cmd/command.hpp"
#include "cmd/environment.hpp"
#include "cmd/help.hpp"
#include "cmd/log.hpp"
#include "cmd/system.hpp"

namespace corten::cmd {
namespace {

/// Says why the program fails: to the log, and in plain words to standard error where the log is elsewhere.
int report(std::string_view message, int status) {
  log::write(CORTEN_ERROR, message);
  if (log::elsewhere()) {
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
    throw UsageError{fmt::format("{}; see \"{} --help\"", error.message(), global.program),
                     global.is_crun() ? crun_usage_status : 1};
  }
  const bool bare = rest.empty() && !global.version && !global.usage;
  if (bare && !global.help && global.is_crun()) throw UsageError{"please specify a command", 1};
  if (global.help || bare) {
    print(program_help(global.program, commands(), options));
  } else if (global.version || global.usage) {
    print(global.version ? version_text(global) : program_usage(global.program));
  } else {
    return rest;
  }
  throw HelpShown{};
}

Global global_of(std::string_view called) {
  Global global;
  global.program = called.substr(called.rfind('/') + 1);
  global.settings = settings_of_environment(global.program);
  global.settings.init = "/proc/self/exe";
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
    if (command == nullptr) throw UsageError{no_topic(global.program, rest.front()), global.is_crun() ? 1 : 3};
    failure = command->failure;
    Call call{*command, global, words.last(rest.size() - 1)};
    const int status = command->run(call);
    corten_trace_phase(nullptr);
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

#if defined(__GLIBCXX__)
/// What std::terminate() ends in. libstdc++'s own prints an exception's type, and brings a demangler of 50 KiB for that.
void __gnu_cxx::__verbose_terminate_handler() { std::abort(); }
#endif

int main(int argc, char** argv) {
  corten_become_init(argc, argv);
  corten::cmd::open_standard_streams();
  // Where it is ignored, which a caller may have left to us, no child can be waited for.
  ::signal(SIGCHLD, SIG_DFL);
  if (argc < 1) return 1;  // execve(2) with an empty argv: we are not even told our name
  return corten::cmd::run({argv, static_cast<std::size_t>(argc)});
}
