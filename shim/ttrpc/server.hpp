// SPDX-License-Identifier: Apache-2.0
// Serves calls on a listening unix socket: many connections, many calls on each; an answer may come later than the call.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "shim/loop/loop.hpp"
#include "shim/ttrpc/call.hpp"
#include "shim/ttrpc/connection.hpp"

namespace corten::shim::ttrpc {

class Client;

/// Answers one call, once. Copies answer the same call. Where the caller has gone meanwhile, nothing happens.
class Reply {
 public:
  Reply(std::weak_ptr<Client> to, std::uint32_t stream) : to_{std::move(to)}, stream_{stream} {}
  void ok(std::string_view payload = {}) const;
  void fail(const Failure& failure) const;

 private:
  std::weak_ptr<Client> to_;
  std::uint32_t stream_;
};

class Server {
 public:
  /// Takes a call and sees that it is answered. What it throws is the answer.
  using Handler = std::function<void(const Request& request, const Reply& reply)>;

  /// Serves users who are who we are; others are hung up on, as by the shim of runc.
  Server(Loop& loop, UniqueFd listener, Handler handler);

  [[nodiscard]] int fd() const { return listener_.get(); }
  /// Whether every answer has been handed to the kernel.
  [[nodiscard]] bool flushed() const;

 private:
  friend class Client;
  void accept();
  void drop(const Client* client);

  Loop& loop_;
  UniqueFd listener_;
  Handler handler_;
  std::map<const Client*, std::shared_ptr<Client>> clients_;
  Watch watch_;
};

/// How an answer to a frame that is no good request begins; the rest is the handler's. Nothing where the frame is to be answered by
/// the handler, or not at all.
struct Checked {
  std::optional<Failure> failure = {};
  std::optional<Request> request = {};
};

/// `last` is the highest stream of the connection so far.
[[nodiscard]] Checked check_frame(const Header& header, std::string_view data, bool too_long, std::uint32_t& last);

}  // namespace corten::shim::ttrpc
