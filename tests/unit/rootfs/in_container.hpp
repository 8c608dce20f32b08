// SPDX-License-Identifier: Apache-2.0
// Runs a piece of a test in a child with a mount namespace of its own, and brings back the text that it returns.
#pragma once

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace corten::test {

/// Nothing where this user may not make a mount namespace. An Error in the child is the text "error: ...".
inline std::optional<std::string> in_mount_namespace(const std::function<std::string()>& body) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return std::nullopt;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(pipe[0]);
    if (::unshare(CLONE_NEWNS) != 0) ::_exit(77);
    std::string text;
    try {
      text = body();
    } catch (const Error& error) {
      text = "error: " + error.message();
    }
    const bool written = ::write(pipe[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::_exit(written ? 0 : 1);
  }
  ::close(pipe[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) return std::nullopt;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    text += " (child ended with status " + std::to_string(status) + ")";
  return text;
}

}  // namespace corten::test
