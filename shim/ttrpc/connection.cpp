// SPDX-License-Identifier: Apache-2.0
#include "shim/ttrpc/connection.hpp"

#include <sys/socket.h>

#include <array>
#include <utility>

#include "sys/syscall.hpp"

namespace corten::shim::ttrpc {
namespace {

constexpr std::size_t piece_size = 8192;
/// From one who sends requests and reads no answers nothing is read any more, until he does.
constexpr std::size_t most_unsent = 2 * most_data;

}  // namespace

Connection::Connection(Loop& loop, UniqueFd socket, FrameReader::Sink on_frame, std::function<void()> on_closed)
    : socket_{std::move(socket)},
      on_frame_{std::move(on_frame)},
      on_closed_{std::move(on_closed)},
      watch_{loop, socket_.get(), EPOLLIN, [this](std::uint32_t events) { on_ready(events); }} {}

void Connection::send(Type type, std::uint32_t stream, std::string_view data) {
  unsent_ += frame(type, stream, data);
  // A failure shows in on_ready(), where the connection may be ended.
  flush();
  update();
}

void Connection::on_ready(std::uint32_t events) {
  bool alive = true;
  if ((events & EPOLLOUT) != 0) alive = flush();
  if (alive && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) alive = receive();
  if (alive) return update();
  const auto closed = std::move(on_closed_);
  watch_.end();
  if (closed) closed();
}

/// One piece; false where the stream has ended.
bool Connection::receive() {
  std::array<char, piece_size> piece;  // NOLINT: filled by recv
  const auto size = sys::attempt([&] { return ::recv(socket_.get(), piece.data(), piece.size(), MSG_DONTWAIT); });
  if (size == -EAGAIN) return true;
  if (size <= 0) return false;
  reader_.add({piece.data(), static_cast<std::size_t>(size)}, on_frame_);
  return true;
}

/// False where the other end has gone.
bool Connection::flush() {
  while (!unsent_.empty()) {
    const auto size = sys::attempt(
        [&] { return ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
    if (size == -EAGAIN) return true;
    if (size < 0) return false;
    unsent_.erase(0, static_cast<std::size_t>(size));
  }
  if (unsent_.capacity() > piece_size) unsent_.shrink_to_fit();
  return true;
}

void Connection::update() {
  watch_.set((unsent_.size() < most_unsent ? EPOLLIN : 0U) | (unsent_.empty() ? 0U : EPOLLOUT));
}

}  // namespace corten::shim::ttrpc
