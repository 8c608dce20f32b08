// SPDX-License-Identifier: Apache-2.0
// Copies one stream to another as long as both want, without waiting: by splice(2), so that the bytes never come here, or through
// a buffer where the kernel has no other way (terminals, files that are appended to).
#pragma once

#include <functional>
#include <string>

#include "base/unique_fd.hpp"
#include "shim/loop/loop.hpp"

namespace corten::shim {

class Copy {
 public:
  /// `from` does not wait, nor does `to`, unless it is a file. `on_end` is called once there is no more to read (it may end this
  /// copy); both are closed then. What `to` no longer takes is dropped, for the writer must not stop.
  Copy(Loop& loop, UniqueFd from, UniqueFd to, std::function<void()> on_end);

  /// Of all that has been copied so far.
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  enum class Step { moved, no_input, no_output, ended };

  void on_ready();
  [[nodiscard]] Step step();
  [[nodiscard]] Step splice_piece();
  [[nodiscard]] Step copy_piece();
  [[nodiscard]] Step write_pending();
  [[nodiscard]] Step lose_output();
  void wait_for(Step step);
  void finish();

  UniqueFd from_, to_;
  std::function<void()> on_end_;
  std::uint64_t count_ = 0;
  bool spliced_ = true;
  std::string pending_;  // read, not written: what a terminal did not take
  Watch input_, output_;
};

}  // namespace corten::shim
