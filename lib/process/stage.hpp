// SPDX-License-Identifier: Apache-2.0
// The init stage as its parent sees it: started before it is known what it is to become, so that it is executed while the
// parent reads and plans.
#pragma once

#include <sys/types.h>

#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "process/channel.hpp"
#include "process/passed_fds.hpp"
#include "process/plan.hpp"

namespace corten::process {

/// A process that waits in the caller's namespaces, hidden, for the first message. Whatever is not taken over with take()
/// is ended when this goes.
class Stage {
 public:
  /// `kind` is one of stage_kind; `passed` go to the process that the stage becomes.
  Stage(const char* kind, PassedFds passed);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  Stage(Stage&&) = delete;
  Stage& operator=(Stage&&) = delete;
  ~Stage();

  /// As Channel::send(), and throws what the process has failed of where it is gone for that.
  void send(Message type, std::string_view payload = {}, const std::vector<int>& fds = {});

  /// As Channel::receive(); but `executed` is heard here.
  [[nodiscard]] std::optional<Packet> receive();

  /// Waits until the stage has put a clone in its place, which goes on (or waits for id maps itself: its own pid then). What
  /// the clone says before is for receive(), a failure, too.
  [[nodiscard]] CloneReport await_clone();

  void close() { channel_.close(); }

  /// Ends what has not been taken over. What it has failed of is known to the caller, and no reason of anything later.
  void end();

  [[nodiscard]] const PassedFds& passed() const { return passed_; }

  /// The process at the other end.
  [[nodiscard]] pid_t pid() const { return pid_; }

  /// It is the caller's from now on, to end and to wait for.
  pid_t take();

  /// As take(), where await_clone() was to be heard of and something else failed: waits, for seconds at most, for the clone that
  /// may be on its way. Nothing can be sent afterwards.
  pid_t take_after_failure() noexcept;

  /// What the process at the other end has said that it failed of, thrown already or not; nothing where there is none. Does
  /// not wait. It is the reason of all that fails because the process is gone.
  std::exception_ptr said_failure() noexcept;

  /// Waits for the processes that put another in their place.
  void reap_exited_stages();

 private:
  struct Launch;

  [[nodiscard]] bool await_message();
  [[nodiscard]] std::optional<Packet> hear();
  [[nodiscard]] std::optional<Packet> hear_next();
  void check_executed() const;
  CloneReport heard_spawned(const Packet& packet);
  std::optional<Packet> receive_before_failure();
  void heard_executed();

  PassedFds passed_;
  Channel channel_;
  UniqueFd executable_;
  std::unique_ptr<Launch> launch_;  // until it is executed
  std::deque<Packet> queued_;       // said by a clone before the one that made it has said which it is
  std::exception_ptr failure_;      // the first that was said
  std::vector<pid_t> exited_stages_;
  pid_t pid_ = 0;
  std::optional<UniqueFd> pidfd_;  // of pid_, once it has been waited for
  bool settled_ = false;           // no clone is on its way
  bool taken_ = false;
};

}  // namespace corten::process
