// SPDX-License-Identifier: Apache-2.0
#include "abi/wanted.hpp"

#include <sys/wait.h>

#include <memory>
#include <string>
#include <utility>

#include "abi/hook_functions.hpp"
#include "sys/syscall.hpp"

namespace corten::abi {
namespace {

void wait_or_undo(container::Running& made) {
  try {
    made.readiness->wait(made.process.pid);
  } catch (...) {
    made.container.remove(true);
    sys::attempt([&] { return ::waitpid(made.process.pid, nullptr, 0); });
    throw;
  }
}

container::CreateOptions wanted(const corten_create_options& given) {
  container::CreateOptions options;
  options.bundle = bundle_of(given.bundle);
  options.stdio = stdio_of(given.stdio);
  options.no_pivot = given.no_pivot != 0;
  options.no_new_keyring = given.no_new_keyring != 0;
  options.functions = functions_of(given.hooks);
  return options;
}

}  // namespace

std::string bundle_of(const char* bundle) {
  auto path = text_of(bundle);
  if (!path.starts_with('/')) {
    throw Error{"the bundle " + path + " is no absolute path", ErrorKind::invalid_argument};
  }
  return path;
}

std::string document_of(const char* config, const std::string& bundle) {
  return config == nullptr ? container::read_config(bundle) : std::string{config};
}

container::StdioOptions stdio_of(const corten_stdio* stdio) {
  container::StdioOptions options;
  if (stdio == nullptr) return options;
  const auto given = options_of(stdio, "corten_stdio");
  for (std::size_t at = 0; const int fd : {given.input, given.output, given.errors}) {
    if (fd < 0) throw Error{"corten_stdio: a negative number is no descriptor", ErrorKind::invalid_argument};
    options.streams[at++] = fd == 0 ? -1 : fd;
  }
  options.console_socket = text_of(given.console_socket);
  options.pidfd_socket = text_of(given.pidfd_socket);
  options.pid_file = text_of(given.pid_file);
  options.listen_fds = given.listen_fds;
  options.preserve_fds = given.preserve_fds;
  options.detach = given.detach != 0 || !options.console_socket.empty();
  options.caller_terminal_size = given.caller_terminal_size != 0;
  return options;
}

corten_container* make_container(const corten_runtime* runtime, const char* id, const corten_create_options* options,
                                 corten_process** process, corten_error** error, Make make, bool ahead,
                                 const corten_checkpoint_options* images) noexcept {
  return guarded<corten_container*>(error, nullptr, [&] {
    const auto& settings = checked(runtime, "runtime").settings;
    const std::string name = &checked(id, "id");
    const auto given = options_of(&checked(options, "options"), "corten_create_options");
    auto what = wanted(given);
    auto* const spare = ahead ? runtime->spare.get() : nullptr;
    if (spare != nullptr) what.stage = spare->take(what.stdio);
    if (ahead && !what.stage) container::start_ahead(settings, what);
    const auto config = with_kind(ErrorKind::invalid_config, [&] {
      what.document = document_of(given.config, what.bundle);
      return spec::parse_config(what.document);
    });
    // What could fail afterwards comes before.
    auto handle = std::make_unique<corten_process>();
    auto result = std::make_unique<corten_container>();
    auto made = make(settings, name, config, what, images);
    if (spare != nullptr) spare->prepare();
    if (made.readiness && given.ready_later == 0) wait_or_undo(made);
    handle->pid = made.process.pid;
    handle->terminal = std::move(made.process.terminal);
    if (given.ready_later != 0) handle->readiness = std::move(made.readiness);
    result->container.emplace(std::move(made.container));
    if (process != nullptr) *process = handle.release();
    return result.release();
  });
}

}  // namespace corten::abi
