// SPDX-License-Identifier: Apache-2.0
// As much rtnetlink(7) as moving a device takes: build a request, send it, hear the answer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

struct nlmsghdr;

namespace corten::network {

/// A request: header, family-specific head, attributes.
class NetlinkRequest {
 public:
  NetlinkRequest(std::uint16_t type, std::uint16_t flags);

  template <class Head>
  NetlinkRequest& head(const Head& value) {
    append(&value, sizeof value);
    return *this;
  }
  NetlinkRequest& attribute(std::uint16_t type, std::string_view bytes);
  NetlinkRequest& attribute(std::uint16_t type, std::uint32_t value);
  /// A text with its final zero.
  NetlinkRequest& text(std::uint16_t type, const std::string& value);

  /// The finished bytes.
  [[nodiscard]] const std::string& bytes();

 private:
  void append(const void* data, std::size_t size);

  std::string bytes_;
};

class NetlinkSocket {
 public:
  /// In the caller's network namespace; it stays there, wherever the caller goes.
  NetlinkSocket();

  /// Sends, and waits for the kernel's acknowledgement; throws "what: errno text".
  void execute(NetlinkRequest& request, std::string_view what);

  /// Sends a dump request and calls `each` for every message of the answer.
  void dump(NetlinkRequest& request, std::string_view what, const std::function<void(const nlmsghdr&)>& each);

 private:
  void send(NetlinkRequest& request, std::string_view what);

  UniqueFd socket_;
};

}  // namespace corten::network
