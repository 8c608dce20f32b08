// SPDX-License-Identifier: Apache-2.0
// The socket between the parent (the command that makes a container) and its init stage, and its protocol.
//
//   parent                                    init stage
//   ------                                    ----------
//   clone, exec ────────────────────────────▶ in the caller's namespaces still
//            ◀─────────────────── executed         the parent closes the executable now: see Stage
//   namespaces (+ descriptors) ─────────────▶ joins, and clones itself into the new ones (not for exec)
//            ◀─────────────────── spawned          the pid of the clone, which goes on at this end; the stage ends
//   writes the id maps
//   mapped ─────────────────────────────────▶     only with a user namespace
//   plan (+ descriptors) ───────────────────▶ enters its cgroup, mounts, devices; may be sent before `spawned`
//   placed ─────────────────────────────────▶     only where the clone could not start in the v2 cgroup
//            ◀─────────────────── spawned          of exec: once it has joined the container's namespaces
//            ◀─────────────────── source           a mount's source that only the parent can open
//   source (+ fd) ──────────────────────────▶
//            ◀─────────────────── hooks            only with prestart or createRuntime hooks
//   runs them
//   hooks_done ─────────────────────────────▶ createContainer hooks, pivot, finishes the root
//            ◀─────────────────── console (+ fd)   the terminal's master, if there is one
//            ◀─────────────────── ready            all is set but what must be last (in `run` but the user, too); or, where
//                                                  the filter has a notify listener, seccomp with its number in init's process
//   writes state.json and the pid file
//   hold or start ──────────────────────────▶ `create`: waits for `start` on the container's start socket. `exec` waits only
//                                              for what must be done before the process runs (`execs_without_ack`)
//                                              startContainer hooks, last checks, execve
//   end of stream: the execve has happened
//
// At any time: ◀── failure, a sentence and its errno; init ends then. A socket that ends without `ready` or `failure`
// means that init was killed. ◀── log and trace, a line of each: the stage has no descriptor of the host's files, for a
// container that may trace would see it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "base/wire.hpp"

namespace corten::process {

enum class Message : std::uint32_t {
  executed,
  namespaces,
  spawned,
  mapped,
  plan,
  placed,
  source,
  rlimit,
  hooks,
  hooks_done,
  console,
  seccomp,
  ready,
  hold,
  start,
  failure,
  log,
  trace,
};

struct Packet {
  Message type = Message::failure;
  std::string payload;
  std::vector<UniqueFd> fds;

  /// Reads the payload's values, and takes their descriptors.
  [[nodiscard]] wire::Reader reader() { return wire::Reader{payload, std::move(fds)}; }
};

class Channel {
 public:
  Channel() = default;
  explicit Channel(UniqueFd socket) : socket_{std::move(socket)} {}

  void send(Message type, std::string_view payload = {}, const std::vector<int>& fds = {}) const;

  /// As send(), but leaves what the other end has said before it went for receive().
  void post(Message type, std::string_view payload, const std::vector<int>& fds) const;

  /// As send(), by write(2): for a process whose filter may not let sendmsg(2) pass.
  void write(Message type, std::string_view payload) const;

  /// The next message, or nothing at the end of the stream. A `failure` is thrown as the Error that it was; `log` and
  /// `trace` are written on the way.
  [[nodiscard]] std::optional<Packet> receive() const;

  /// The same, but a `failure` is a message like others: see failure_of().
  [[nodiscard]] std::optional<Packet> receive_any() const;

  /// The same, but lines of the log and the trace, once written, are returned, too: for a caller that must not wait for more.
  [[nodiscard]] std::optional<Packet> receive_next() const;

  /// Whether there is something to read, or the end of the stream, within `limit`.
  [[nodiscard]] bool readable(std::chrono::milliseconds limit) const;

  /// Ends the stream for the other end, whose messages can still be received.
  void end_sending() const noexcept;

  /// The next message, which must be `expected`; the end of the stream is an Error.
  [[nodiscard]] Packet expect(Message expected) const;

  /// As write(failure), but never throws.
  void send_failure(std::string_view text, int code) const noexcept;

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] bool open() const { return socket_.valid(); }
  void close() { socket_.reset(); }

 private:
  UniqueFd socket_;
  mutable bool out_of_step_ = false;  // a read failed within a message: no more can be received
};

/// The Error that a `failure` stands for.
[[nodiscard]] Error failure_of(const Packet& packet);

/// Whether a message has been written to the log or the trace, and asks for nothing more.
[[nodiscard]] inline bool is_record(Message type) { return type == Message::log || type == Message::trace; }

/// Two connected ends, both close-on-exec.
struct ChannelPair {
  Channel parent, child;
};
[[nodiscard]] ChannelPair make_channel();

}  // namespace corten::process
