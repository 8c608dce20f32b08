// SPDX-License-Identifier: Apache-2.0
// A CRIU process, and the talk with it: `criu swrk` with a socket that nobody else has.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "checkpoint/message.hpp"
#include "process/channel.hpp"

namespace corten::checkpoint {

/// The least version that does all we ask for.
inline constexpr Version minimum_version{3, 15, 0};

/// CRIU's executable in $PATH. Throws a sentence that says how to get it.
[[nodiscard]] std::string find_criu();

/// How the process is started.
struct Start {
  bool keeps_stdio = false;      // else standard input, output and error are /dev/null
  std::vector<int> descriptors;  // what it gets from first_descriptor on
  // In the new process, before it becomes CRIU, and in ours meanwhile; each with its end of a channel.
  std::function<void(const process::Channel&)> in_child;
  std::function<void(pid_t, const process::Channel&)> in_parent;
  // In the new process, when both are done: what the processes of a restore inherit from it.
  std::function<void()> last_in_child;
};
inline constexpr int first_descriptor = 4;  // after the standard ones and the socket

class Criu {
 public:
  explicit Criu(const Start& start);
  Criu(const Criu&) = delete;
  Criu& operator=(const Criu&) = delete;
  Criu(Criu&&) = delete;
  Criu& operator=(Criu&&) = delete;
  /// Lets go of the socket, on which a CRIU that is at work gives up, and waits for its end.
  ~Criu();

  /// What is said at stages of the work; `fds` came with the message. What it throws ends the work.
  using Notify = std::function<void(const Response& notification, std::vector<UniqueFd> fds)>;

  /// Sends `request`, answers notifications, and returns the last response, whether it tells of success or not. One that
  /// ended without an answer has failed, and how is the message.
  Response talk(const std::string& request, const Notify& notify);

  /// Waits until CRIU has ended by itself; its status as waitpid(2) has it.
  int wait();

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  [[nodiscard]] bool has_answered() const;
  [[nodiscard]] std::string receive(std::vector<UniqueFd>& fds) const;
  [[nodiscard]] Response exit_reason();

  UniqueFd socket_;
  std::optional<UniqueFd> pidfd_;
  pid_t pid_ = 0;
};

/// Asks for the version. Throws where CRIU is missing or older than minimum_version.
Version check_version();

/// Throws where this CRIU, or the kernel, cannot do what is asked for.
void check_features(const Features& wanted);

}  // namespace corten::checkpoint
