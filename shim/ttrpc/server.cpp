// SPDX-License-Identifier: Apache-2.0
#include "shim/ttrpc/server.hpp"

#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "sys/syscall.hpp"

namespace corten::shim::ttrpc {

/// One connection of the server's.
class Client : public std::enable_shared_from_this<Client> {
 public:
  Client(Server& server, Loop& loop, UniqueFd socket)
      : server_{server},
        connection_{
            loop, std::move(socket),
            [this](const Header& header, std::string_view data, bool too_long) { on_frame(header, data, too_long); },
            [this] { server_.drop(this); }} {}

  void answer(std::uint32_t stream, std::string_view response) { connection_.send(Type::response, stream, response); }
  [[nodiscard]] bool flushed() const { return connection_.flushed(); }

 private:
  void on_frame(const Header& header, std::string_view data, bool too_long) {
    const auto checked = check_frame(header, data, too_long, last_);
    if (checked.failure) return answer(header.stream, response_bytes(*checked.failure));
    if (!checked.request) return;
    const Reply reply{weak_from_this(), header.stream};
    try {
      server_.handler_(*checked.request, reply);
    } catch (...) {
      reply.fail(failure_of(std::current_exception()));
    }
  }

  Server& server_;
  Connection connection_;
  std::uint32_t last_ = 0;
};

Checked check_frame(const Header& header, std::string_view data, bool too_long, std::uint32_t& last) {
  if (too_long) {
    return {Failure{Code::resource_exhausted,
                    fmt::format("message length {} exceed maximum message size of {}", header.length, most_data)}};
  }
  if (header.stream % 2 == 0) {
    return {Failure{Code::invalid_argument, "StreamID must be odd for client initiated streams"}};
  }
  if (header.type == static_cast<std::uint8_t>(Type::data)) {
    return {Failure{Code::invalid_argument, "StreamID is no longer active"}};  // all of our calls are of one message
  }
  if (header.type != static_cast<std::uint8_t>(Type::request)) return {};  // of a later version of the protocol
  if (header.stream <= last) {
    return {Failure{Code::invalid_argument, "StreamID cannot be re-used and must increment"}};
  }
  last = header.stream;
  auto request = read_request(data);
  if (!request) return {Failure{Code::invalid_argument, "unmarshal request error: no request of ttrpc"}};
  return {std::nullopt, std::move(request)};
}

void Reply::ok(std::string_view payload) const {
  if (const auto client = to_.lock()) client->answer(stream_, response_bytes(payload));
}

void Reply::fail(const Failure& failure) const {
  if (const auto client = to_.lock()) client->answer(stream_, response_bytes(failure));
}

Server::Server(Loop& loop, UniqueFd listener, Handler handler)
    : loop_{loop},
      listener_{std::move(listener)},
      handler_{std::move(handler)},
      watch_{loop, listener_.get(), EPOLLIN, [this](std::uint32_t) { accept(); }} {}

void Server::accept() {
  const int fd = sys::attempt([&] { return ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC); });
  if (fd < 0) return log::warn(fmt::format("accept: {}", errno_text(-fd)));
  UniqueFd socket{fd};
  ucred peer{};
  socklen_t size = sizeof peer;
  const int code = sys::attempt([&] { return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size); });
  if (code != 0 || peer.uid != ::geteuid() || peer.gid != ::getegid()) return;
  auto client = std::make_shared<Client>(*this, loop_, std::move(socket));
  clients_.emplace(client.get(), std::move(client));
}

void Server::drop(const Client* client) { clients_.erase(client); }

bool Server::flushed() const {
  return std::all_of(clients_.begin(), clients_.end(), [](const auto& entry) { return entry.second->flushed(); });
}

}  // namespace corten::shim::ttrpc
