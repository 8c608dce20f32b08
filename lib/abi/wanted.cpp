// SPDX-License-Identifier: Apache-2.0
#include "abi/wanted.hpp"

#include <sys/wait.h>

#include <string>

#include "abi/hook_functions.hpp"
#include "sys/syscall.hpp"

namespace corten::abi {

container::StdioOptions stdio_of(const corten_stdio* stdio) {
  container::StdioOptions options;
  if (stdio == nullptr) return options;
  const auto given = options_of(stdio, "corten_stdio");
  for (std::size_t at = 0; const int fd : {given.input, given.output, given.errors}) {
    if (fd < 0) throw Error{"corten_stdio: a negative number is no descriptor", ErrorKind::invalid_argument};
    options.streams[at++] = fd == 0 ? -1 : fd;
  }
  options.console_socket = text_of(given.console_socket);
  options.preserve_fds = given.preserve_fds;
  options.detach = !options.console_socket.empty();
  return options;
}

void wait_or_undo(container::Running& made) {
  try {
    made.readiness->wait(made.process.pid);
  } catch (...) {
    made.container.remove(true);
    sys::attempt([&] { return ::waitpid(made.process.pid, nullptr, 0); });
    throw;
  }
}

Wanted wanted(const corten_create_options* given_options) {
  const auto given = options_of(&checked(given_options, "options"), "corten_create_options");
  Wanted wanted;
  auto& options = wanted.options;
  options.bundle = text_of(given.bundle);
  if (!options.bundle.starts_with('/')) {
    throw Error{"the bundle " + options.bundle + " is no absolute path", ErrorKind::invalid_argument};
  }
  options.stdio = stdio_of(given.stdio);
  options.no_pivot = given.no_pivot != 0;
  options.no_new_keyring = given.no_new_keyring != 0;
  options.functions = functions_of(given.hooks);
  with_kind(ErrorKind::invalid_config, [&] {
    options.document = given.config == nullptr ? container::read_config(options.bundle) : std::string{given.config};
    wanted.config = spec::parse_config(options.document);
  });
  return wanted;
}

}  // namespace corten::abi
