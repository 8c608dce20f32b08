// SPDX-License-Identifier: Apache-2.0
// The part of rtnetlink(7) that network devices need: builds a request, sends it, reads the answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"

namespace corten::network {

/// Appends an attribute, padded, to the bytes of a message or of the attribute that it is a part of.
void append_attribute(std::string& bytes, std::uint16_t type, std::string_view value);

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

  /// Attributes that append_attribute() has put together.
  NetlinkRequest& raw(std::string_view attributes);

  /// The finished bytes.
  [[nodiscard]] const std::string& bytes();

 private:
  void append(const void* data, std::size_t size);

  std::string bytes_;
};

/// A message of an answer: its type, and what follows its header.
struct NetlinkMessage {
  std::uint16_t type = 0;
  std::string body;

  /// The head of the body; zeros where the body is too short.
  template <class Head>
  [[nodiscard]] Head head() const {
    Head value{};
    if (body.size() >= sizeof value) body.copy(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  }
};

/// The attributes behind a head of `head_size` bytes: type and bytes of each. What is cut short is left out. Pure.
[[nodiscard]] std::vector<std::pair<std::uint16_t, std::string_view>> attributes_of(const NetlinkMessage& message,
                                                                                    std::size_t head_size);

/// The number in an attribute of four bytes; 0 where it has another size.
[[nodiscard]] std::uint32_t number_of(std::string_view attribute);

class NetlinkSocket {
 public:
  /// In the caller's network namespace, or in the one that `network_namespace` is open on. A socket stays where it was
  /// made.
  NetlinkSocket();
  explicit NetlinkSocket(int network_namespace);

  /// Sends, and waits for the kernel's acknowledgement; throws "what: errno text".
  void execute(NetlinkRequest& request, std::string_view what);

  /// Sends, and returns all messages of the answer.
  [[nodiscard]] std::vector<NetlinkMessage> ask(NetlinkRequest& request, std::string_view what);

 private:
  explicit NetlinkSocket(UniqueFd socket);
  void send(NetlinkRequest& request, std::string_view what);
  bool receive_all(std::vector<NetlinkMessage>& messages, std::string_view what);

  UniqueFd socket_;
};

}  // namespace corten::network
