// SPDX-License-Identifier: Apache-2.0
// The parent's view of an init stage. It is started before the configuration is read, so that it is executed meanwhile.
#pragma once

#include <sys/types.h>

#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "base/wire.hpp"
#include "process/channel.hpp"
#include "process/handover.hpp"
#include "process/passed_fds.hpp"

namespace corten::process {

/// A process that waits for the first message, hidden, in the caller's namespaces. The destructor ends it, unless take() was
/// called.
class Stage {
 public:
  /// `kind` is one of stage_kind; `file` is executed (see open_sealed()); the process that the stage becomes has `streams` as its
  /// standard descriptors, keeps `passed`, and has no other descriptor of the caller's.
  Stage(const char* kind, const std::string& file, PassedFds passed, Streams streams = own_streams);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  Stage(Stage&&) = delete;
  Stage& operator=(Stage&&) = delete;
  ~Stage();

  /// As Channel::send(). Where the process has ended, throws the failure that it sent.
  void send(Message type, std::string_view payload = {}, const std::vector<int>& fds = {});

  /// Sends the values, and lends their descriptors.
  template <class... Values>
  void send_values(Message type, const Values&... values) {
    wire::Writer writer;
    (writer.put(values), ...);
    send(type, writer.take(), writer.fds());
  }

  /// As Channel::receive(), but handles `executed` itself.
  [[nodiscard]] std::optional<Packet> receive();

  /// Waits until a clone has taken the stage's place (or until the stage waits for id maps itself: then with its own pid).
  /// Messages that the clone sends before are queued for receive(), failures too.
  [[nodiscard]] CloneReport await_clone();

  void close() { channel_.close(); }

  /// Ends the process, unless take() was called. A failure that it sent is forgotten: the caller knows it.
  void end();

  [[nodiscard]] const PassedFds& passed() const { return passed_; }
  [[nodiscard]] const Streams& streams() const { return streams_; }

  /// Of a process that was started before its streams were known: it gets these with the NamespaceRequest.
  void replace_streams(const Streams& streams);

  /// Copies of those; none where it was started with its own. A standard stream that the caller has closed is no valid one.
  [[nodiscard]] std::vector<UniqueFd> replaced_streams() const;

  /// The process at the other end.
  [[nodiscard]] pid_t pid() const { return pid_; }

  /// The caller ends the process, and waits for it, from now on.
  pid_t take();

  /// As take(), after a failure: waits, for seconds at most, for a clone that may still be reported. Nothing can be sent
  /// afterwards.
  pid_t take_after_failure() noexcept;

  /// The first failure that the process sent, thrown already or not; none where it sent none. Does not wait. Whatever fails
  /// because the process has ended, fails for this reason.
  std::exception_ptr sent_failure() noexcept;

  /// Waits for the stages whose place a clone has taken.
  void reap_exited_stages();

 private:
  struct Child;

  [[nodiscard]] bool await_message();
  [[nodiscard]] std::optional<Packet> read();
  [[nodiscard]] std::optional<Packet> read_next();
  void check_executed() const;
  void on_spawned(const Packet& packet);
  void hear_out() noexcept;
  std::optional<Packet> receive_before_failure();
  void on_executed();

  PassedFds passed_;
  Streams streams_;
  Channel channel_;
  UniqueFd executable_;
  std::unique_ptr<Child> child_;  // until it is executed
  std::deque<Packet> queued_;     // from a clone that has not been reported yet
  std::exception_ptr failure_;    // the first that was sent
  std::vector<pid_t> exited_stages_;
  pid_t pid_ = 0;
  std::optional<UniqueFd> pidfd_;  // of pid_, once it has been waited for
  CloneReport report_;             // the last
  bool replaces_streams_ = false;
  bool asked_ = false;         // it has been sent something, and may clone itself
  bool clones_again_ = false;  // as CloneReport, of pid_
  bool settled_ = false;       // no further clone will be reported
  bool taken_ = false;
};

}  // namespace corten::process
