// SPDX-License-Identifier: Apache-2.0
// The standard streams of one process: opened before it starts, copied while it runs, closed once it is deleted.
#pragma once

#include <sys/types.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/unique_fd.hpp"
#include "shim/loop/loop.hpp"
#include "shim/streams/copy.hpp"
#include "shim/streams/ends.hpp"
#include "shim/streams/logger.hpp"
#include "shim/task/names.hpp"

namespace corten::shim {

/// Who they are for.
struct StreamOwner {
  std::string id, name_space;
  uid_t uid = 0;  // of pipes
  gid_t gid = 0;
};

class Streams {
 public:
  /// Opens what the names say. Any thread may do that; what follows is the loop's.
  Streams(const StreamNames& names, const StreamOwner& owner);

  /// The process's 0, 1 and 2; not with a terminal.
  [[nodiscard]] std::array<int, 3> child() const;

  /// Begins to copy, once the process has what is its. `terminal` is the master of its terminal, or -1.
  void begin(Loop& loop, int terminal);

  /// No more input than is under way.
  void close_input() { input_.holder.reset(); }

  void resize(unsigned short width, unsigned short height);

  /// Calls `call` once all output has been copied, or none could be for two seconds.
  void when_drained(Loop& loop, std::function<void()> call);

  /// Ends all copying. Then `done` is called, once a logger has ended, which it is told to.
  void close(Loop& loop, std::function<void()> done);

 private:
  void open_logger(const StreamNames& names, const StreamOwner& owner);
  void open_outputs(const StreamNames& names);
  void make_pipes(const StreamOwner& owner);
  void begin_terminal(Loop& loop, int terminal);
  void on_output_end();
  void wait_for_progress(Loop& loop);
  void tell_drained();
  [[nodiscard]] std::uint64_t count() const;
  void end_logger(Loop& loop);

  bool terminal_;
  bool has_input_ = false;
  Input input_;
  UniqueFd output_, errors_;  // far ends, until they are copied to; those of a logger
  std::array<UniqueFd, 3> child_;
  std::array<UniqueFd, 3> ours_;  // the other ends of child_'s pipes
  UniqueFd master_;
  std::optional<Copy> from_input_, to_output_, to_errors_;
  std::size_t outputs_ = 0;  // copies that have not come to their end
  std::optional<Logger> logger_;
  Watch logger_watch_;
  std::function<void()> drained_, closed_;
  std::uint64_t last_count_ = 0;
  Timer timer_;
};

}  // namespace corten::shim
