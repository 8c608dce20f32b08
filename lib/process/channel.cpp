// SPDX-License-Identifier: Apache-2.0
#include "process/channel.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/trace.hpp"
#include "base/wire.hpp"
#include "sys/fd_passing.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::process {
namespace {

struct Header {
  Message type;
  std::uint32_t size;
};

constexpr std::uint32_t longest_failure = message_limit + 4096;
constexpr std::size_t largest_piece = std::size_t{1} << 20U;

constexpr std::string_view peer_gone = "the other end of corten's init socket was closed before its time";

std::string packet_of(Message type, std::string_view payload) {
  const Header header{type, static_cast<std::uint32_t>(payload.size())};
  std::string bytes{reinterpret_cast<const char*>(&header), sizeof header};
  bytes += payload;
  return bytes;
}

/// Fills all of `buffer`; false at the end of the stream before its first byte.
bool receive_exactly(int socket, char* buffer, std::size_t size, std::vector<UniqueFd>& fds) {
  std::size_t filled = 0;
  while (filled < size) {
    const auto got = sys::receive_with_fds(socket, buffer + filled, size - filled, fds);
    if (got == 0 && filled == 0) return false;
    if (got == 0) throw Error{std::string{peer_gone}};
    filled += got;
  }
  return true;
}

/// The stage has no descriptor of the log and the trace.
void write_record(Message type, std::string_view payload) {
  if (type == Message::trace) return trace::add(payload);
  const auto [level, text] = wire::decode<std::pair<log::Level, std::string>>(payload);
  log::write(level, text);
}

}  // namespace

Error failure_of(const Packet& packet) {
  const auto [code, text] = wire::decode<std::pair<int, std::string>>(packet.payload);
  return Error{text, code};
}

void Channel::post(Message type, std::string_view payload, const std::vector<int>& fds) const {
  sys::send_with_fds(socket_.get(), packet_of(type, payload), fds);
}

void Channel::send(Message type, std::string_view payload, const std::vector<int>& fds) const {
  try {
    post(type, payload, fds);
  } catch (const Error& error) {
    if (error.code() != EPIPE && error.code() != ECONNRESET) throw;
    // The other end has gone, and may have sent a failure before: receive() throws it.
    while (receive()) {
    }
    throw;
  }
}

void Channel::write(Message type, std::string_view payload) const {
  sys::write_all(socket_.get(), packet_of(type, payload), "to corten's init socket");
}

std::optional<Packet> Channel::receive() const {
  auto packet = receive_any();
  if (packet && packet->type == Message::failure) throw failure_of(*packet);
  return packet;
}

std::optional<Packet> Channel::receive_any() const {
  auto packet = receive_next();
  while (packet && is_record(packet->type)) packet = receive_next();
  return packet;
}

std::optional<Packet> Channel::receive_next() const {
  if (out_of_step_) return std::nullopt;
  Packet packet;
  Header header{};
  if (!receive_exactly(socket_.get(), reinterpret_cast<char*>(&header), sizeof header, packet.fds)) return std::nullopt;
  out_of_step_ = true;  // until the payload has been read, which would be taken for a header
  packet.type = header.type;
  if (header.type == Message::failure && header.size > longest_failure) {
    throw Error{"a message that is too long came over corten's init socket"};
  }
  // The length is what the other end claims: memory is taken for what has come.
  while (packet.payload.size() < header.size) {
    const auto filled = packet.payload.size();
    packet.payload.resize(std::min<std::size_t>(header.size, filled + largest_piece));
    if (!receive_exactly(socket_.get(), packet.payload.data() + filled, packet.payload.size() - filled, packet.fds)) {
      throw Error{std::string{peer_gone}};
    }
  }
  out_of_step_ = false;
  if (is_record(packet.type)) write_record(packet.type, packet.payload);
  return packet;
}

bool Channel::readable(std::chrono::milliseconds limit) const {
  pollfd what{socket_.get(), POLLIN, 0};
  return sys::check("poll", [&] { return ::poll(&what, 1, static_cast<int>(limit.count())); }) > 0;
}

void Channel::end_sending() const noexcept { ::shutdown(socket_.get(), SHUT_WR); }

Packet Channel::expect(Message expected) const {
  auto packet = receive();
  if (!packet) throw Error{std::string{peer_gone}};
  if (packet->type != expected) throw Error{"a message out of turn came over corten's init socket"};
  return std::move(*packet);
}

void Channel::send_failure(std::string_view text, int code) const noexcept {
  try {
    write(Message::failure, wire::encode(std::pair<int, std::string>{code, excerpt(text, message_limit)}));
  } catch (...) {  // NOLINT: the other end is gone, and there is nobody left to tell
  }
}

ChannelPair make_channel() {
  std::array<int, 2> ends{};
  sys::check("socketpair", [&] { return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()); });
  return {Channel{UniqueFd{ends[0]}}, Channel{UniqueFd{ends[1]}}};
}

}  // namespace corten::process
