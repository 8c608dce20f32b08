// SPDX-License-Identifier: Apache-2.0
#include "shim/ttrpc/caller.hpp"

#include <utility>

#include "shim/ttrpc/call.hpp"
#include "shim/ttrpc/socket.hpp"

namespace corten::shim::ttrpc {

Caller::Caller(Loop& loop, std::string_view address) : loop_{loop}, path_{socket_path(address)} {}

void Caller::connect() {
  connection_ = std::make_unique<Connection>(
      loop_, connect_to(path_),
      [this](const Header& header, std::string_view data, bool too_long) { on_frame(header, data, too_long); },
      [this] { hang_up("the connection has ended"); });
  stream_ = 0;
}

void Caller::call(std::string_view service, std::string_view method, std::string_view payload,
                  std::chrono::milliseconds limit, Done done) {
  done_ = std::move(done);
  try {
    if (!connection_) connect();
  } catch (...) {
    limit_ = Timer{loop_, {}, [this, failure = failure_of(std::current_exception())] { finish(failure); }};
    return;
  }
  limit_ = Timer{loop_, limit, [this] { hang_up("no answer in time"); }};
  stream_ = stream_ == 0 ? 1 : stream_ + 2;
  connection_->send(Type::request, stream_, request_bytes(service, method, payload));
}

void Caller::on_frame(const Header& header, std::string_view data, bool too_long) {
  if (header.stream != stream_ || header.type != static_cast<std::uint8_t>(Type::response)) return;
  finish(too_long ? Failure{Code::internal, "the answer is too long"} : failure_in(data));
}

/// The next call makes another connection.
void Caller::hang_up(const char* why) {
  connection_.reset();
  finish(Failure{Code::unavailable, why});
}

void Caller::finish(std::optional<Failure> result) {
  limit_.end();
  if (const auto done = std::exchange(done_, nullptr)) done(std::move(result));
}

}  // namespace corten::shim::ttrpc
