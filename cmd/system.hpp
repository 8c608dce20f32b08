// SPDX-License-Identifier: Apache-2.0
// System calls of the command's own: an error is one sentence with the step, EINTR is tried again, descriptors are close-on-exec.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <concepts>
#include <string>
#include <string_view>
#include <utility>

#include "cmd/error.hpp"

namespace corten::cmd {

/// Sole owner of a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) noexcept : fd_{fd} {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  void reset() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

/// `call`'s result, or -errno: for failures that are an expected outcome.
template <std::invocable Call>
auto attempt(Call&& call) -> decltype(call()) {
  for (;;) {
    if (const auto result = call(); result != -1) return result;
    if (errno != EINTR) return static_cast<decltype(call())>(-errno);
  }
}

/// `call`'s result; throws "what: errno text". `what` makes its text on failure only.
template <std::invocable What, std::invocable Call>
auto check(What&& what, Call&& call) {
  const auto result = attempt(call);
  if (result < 0) throw_errno(what(), static_cast<int>(-result));
  return result;
}

template <std::invocable Call>
auto check(const char* what, Call&& call) {
  return check([what] { return what; }, std::forward<Call>(call));
}

/// Throws "open PATH: errno text".
[[nodiscard]] Descriptor open_file(const std::string& path, int flags, mode_t mode = 0);

/// Everything that is left to read from `fd`; `name` is for the error.
[[nodiscard]] std::string read_all(int fd, std::string_view name);

/// Writes all of `text`; throws "write NAME: errno text".
void write_all(int fd, std::string_view text, std::string_view name);

/// Opens /dev/null for each standard stream that the caller has closed, so that no other file gets its number.
void open_standard_streams();

}  // namespace corten::cmd
