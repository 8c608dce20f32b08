// SPDX-License-Identifier: Apache-2.0
// Makes calls to a server of ttrpc, one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shim/failure.hpp"
#include "shim/loop/loop.hpp"
#include "shim/ttrpc/connection.hpp"

namespace corten::shim::ttrpc {

class Caller {
 public:
  /// `address` is a path, with or without "unix://" in front.
  Caller(Loop& loop, std::string_view address);

  /// What has become of a call; nothing: it was answered without an error.
  using Done = std::function<void(std::optional<Failure>)>;

  /// Connects where there is no connection. `done` is called later, never by this call; after `limit` with a failure.
  void call(std::string_view service, std::string_view method, std::string_view payload,
            std::chrono::milliseconds limit, Done done);

 private:
  void connect();
  void on_frame(const Header& header, std::string_view data, bool too_long);
  void finish(std::optional<Failure> result);
  void hang_up(const char* why);

  Loop& loop_;
  std::string path_;
  std::unique_ptr<Connection> connection_;
  std::uint32_t stream_ = 0;  // of the last call
  Done done_;                 // while a call is under way
  Timer limit_;
};

}  // namespace corten::shim::ttrpc
