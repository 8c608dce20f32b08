// SPDX-License-Identifier: Apache-2.0
// Sole owner of a file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace corten {

class UniqueFd {
 public:
  UniqueFd() noexcept = default;
  explicit UniqueFd(int fd) noexcept : fd_{fd} {}
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  UniqueFd(UniqueFd&& other) noexcept : fd_{other.release()} {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    UniqueFd{std::move(other)}.swap(*this);
    return *this;
  }
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  void swap(UniqueFd& other) noexcept { std::swap(fd_, other.fd_); }

  /// Closes now. Never retried: Linux frees the number even on EINTR.
  void reset() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;  // no operator int, no operator bool: fd 0 is a valid descriptor
};

}  // namespace corten
