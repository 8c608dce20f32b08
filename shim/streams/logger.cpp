// SPDX-License-Identifier: Apache-2.0
#include "shim/streams/logger.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "base/text.hpp"
#include "shim/failure.hpp"
#include "sys/descriptors.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

extern char** environ;  // NOLINT: POSIX

namespace corten::shim {
namespace {

constexpr int ready_limit_ms = 30'000;

/// Texts as execve(2) takes them.
std::vector<char*> pointers_of(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> arguments_of(const Uri& uri) {
  std::vector<std::string> arguments{uri.path};
  for (const auto& [key, value] : uri.arguments) {
    arguments.push_back(key);
    if (!value.empty()) arguments.push_back(value);
  }
  return arguments;
}

std::vector<std::string> environment_of(const std::string& id, const std::string& name_space) {
  std::vector<std::string> texts;
  for (char** variable = environ; *variable != nullptr; ++variable) texts.emplace_back(*variable);
  texts.push_back("CONTAINER_ID=" + id);
  texts.push_back("CONTAINER_NAMESPACE=" + name_space);
  return texts;
}

/// In the child, which has a copy of our memory: calls alone that need no allocator.
[[noreturn]] void execute(const char* file, char** arguments, char** environment, std::array<int, 3> descriptors) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // Out of the way of 3, 4 and 5 first.
  for (int& fd : descriptors) fd = ::fcntl(fd, F_DUPFD, 6);
  static_cast<void>(sys::set_cloexec_from(3));
  for (int number = 3; const int fd : descriptors) ::dup2(fd, number++);
  ::execve(file, arguments, environment);
  ::_exit(127);
}

void end(pid_t pid) {
  ::kill(pid, SIGKILL);
  sys::attempt([&] { return ::waitpid(pid, nullptr, 0); });
}

/// It says so by closing its end, or by writing a byte where `byte_wanted`.
void await_ready(int fd, const Uri& uri, bool byte_wanted) {
  pollfd what{fd, POLLIN, 0};
  const int count = sys::check("poll", [&] { return ::poll(&what, 1, ready_limit_ms); });
  if (count == 0) throw Failure{Code::unknown, fmt::format("logging binary {} is not ready in time", quote(uri.path))};
  char byte = 0;
  const auto size = sys::check("read", [&] { return ::read(fd, &byte, 1); });
  if (byte_wanted && size == 0) {
    throw Failure{Code::unknown, fmt::format("logging binary {} has ended before it was ready", quote(uri.path))};
  }
}

}  // namespace

Logger start_logger(const Uri& uri, const std::string& id, const std::string& name_space) {
  if (::access(uri.path.c_str(), X_OK) != 0) throw_errno(fmt::format("logging binary {}", quote(uri.path)), errno);
  auto output = make_pipe(0, 0), errors = make_pipe(0, 0), ready = make_pipe(0, 0);
  auto arguments = arguments_of(uri);
  auto environment = environment_of(id, name_space);
  const auto argument_pointers = pointers_of(arguments), environment_pointers = pointers_of(environment);
  const pid_t pid = sys::check("fork", [] { return ::fork(); });
  if (pid == 0) {
    execute(uri.path.c_str(), const_cast<char**>(argument_pointers.data()),  // NOLINT
            const_cast<char**>(environment_pointers.data()),                 // NOLINT
            {output.reading.get(), errors.reading.get(), ready.writing.get()});
  }
  try {
    ready.writing.reset();
    await_ready(ready.reading.get(), uri, uri.scheme == "binary-v2");
    auto pidfd = sys::open_pidfd(pid);
    return {std::move(output.writing), std::move(errors.writing), pid, pidfd ? std::move(*pidfd) : UniqueFd{}};
  } catch (...) {
    end(pid);
    throw;
  }
}

}  // namespace corten::shim
