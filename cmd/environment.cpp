// SPDX-License-Identifier: Apache-2.0
#include "cmd/environment.hpp"

#include <sys/types.h>
#include <unistd.h>

#include <cstdlib>

#include <corten/corten.hpp>

#include "cmd/text.hpp"

namespace corten::cmd {
namespace {

/// Empty where it is not set.
std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

}  // namespace

std::string default_root(std::string_view program) {
  const auto runtime_dir = variable("XDG_RUNTIME_DIR");
  const bool real_root = ::geteuid() == 0 && (!in_user_namespace() || variable("USER") == "root");
  const auto parent = real_root || runtime_dir.empty() ? std::string{"/run"} : runtime_dir;
  return parent + "/" + std::string{program};
}

Runtime::Options settings_of_environment(std::string_view program) {
  Runtime::Options settings;
  settings.root = default_root(program);
  settings.notify_socket = variable("NOTIFY_SOCKET");
  settings.runtime_dir = variable("XDG_RUNTIME_DIR");
  return settings;
}

unsigned listen_fds() {
  const auto pid = parse_number<pid_t>(variable("LISTEN_PID"));
  if (!pid || *pid != ::getpid()) return 0;
  return parse_number<unsigned>(variable("LISTEN_FDS")).value_or(0);
}

}  // namespace corten::cmd
