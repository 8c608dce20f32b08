// SPDX-License-Identifier: Apache-2.0
// One end of a stream of frames, without waiting: for the server and for the client.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "shim/loop/loop.hpp"
#include "shim/ttrpc/frame.hpp"

namespace corten::shim::ttrpc {

class Connection {
 public:
  /// `on_closed` is called once, when the other end has gone or the stream has failed; it may destroy the connection.
  Connection(Loop& loop, UniqueFd socket, FrameReader::Sink on_frame, std::function<void()> on_closed);

  /// Keeps what cannot be sent yet.
  void send(Type type, std::uint32_t stream, std::string_view data);

  /// Whether all has been sent.
  [[nodiscard]] bool flushed() const { return unsent_.empty(); }

  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  void on_ready(std::uint32_t events);
  bool receive();
  bool flush();
  void update();

  UniqueFd socket_;
  FrameReader reader_;
  FrameReader::Sink on_frame_;
  std::function<void()> on_closed_;
  std::string unsent_;
  Watch watch_;
};

}  // namespace corten::shim::ttrpc
