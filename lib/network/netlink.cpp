// SPDX-License-Identifier: Apache-2.0
#include "network/netlink.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "network/socket_in.hpp"
#include "sys/syscall.hpp"

namespace corten::network {
namespace {

constexpr std::size_t buffer_size = 32768;  // the kernel fills at most this much at once (NLMSG_GOODSIZE and above)
constexpr int most_dumps = 5;               // of a list that changes while it is read

}  // namespace

void append_attribute(std::string& bytes, std::uint16_t type, std::string_view value) {
  const nlattr head{static_cast<std::uint16_t>(NLA_HDRLEN + value.size()), type};
  bytes.append(reinterpret_cast<const char*>(&head), sizeof head).append(value);
  bytes.resize(NLMSG_ALIGN(bytes.size()));
}

NetlinkRequest::NetlinkRequest(std::uint16_t type, std::uint16_t flags) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
  append(&header, sizeof header);
}

void NetlinkRequest::append(const void* data, std::size_t size) {
  bytes_.append(static_cast<const char*>(data), size);
  bytes_.resize(NLMSG_ALIGN(bytes_.size()));
}

NetlinkRequest& NetlinkRequest::attribute(std::uint16_t type, std::string_view bytes) {
  append_attribute(bytes_, type, bytes);
  return *this;
}

NetlinkRequest& NetlinkRequest::attribute(std::uint16_t type, std::uint32_t value) {
  return attribute(type, std::string_view{reinterpret_cast<const char*>(&value), sizeof value});
}

NetlinkRequest& NetlinkRequest::text(std::uint16_t type, const std::string& value) {
  return attribute(type, std::string_view{value.c_str(), value.size() + 1});
}

NetlinkRequest& NetlinkRequest::raw(std::string_view attributes) {
  append(attributes.data(), attributes.size());
  return *this;
}

const std::string& NetlinkRequest::bytes() {
  const auto size = static_cast<std::uint32_t>(bytes_.size());
  std::memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_len), &size, sizeof size);
  return bytes_;
}

std::vector<std::pair<std::uint16_t, std::string_view>> attributes_of(const NetlinkMessage& message,
                                                                      std::size_t head_size) {
  std::vector<std::pair<std::uint16_t, std::string_view>> attributes;
  std::string_view rest{message.body};
  rest.remove_prefix(std::min(rest.size(), static_cast<std::size_t>(NLMSG_ALIGN(head_size))));
  while (rest.size() >= sizeof(rtattr)) {
    rtattr item{};
    rest.copy(reinterpret_cast<char*>(&item), sizeof item);
    if (item.rta_len < sizeof item || item.rta_len > rest.size()) break;
    attributes.emplace_back(item.rta_type, rest.substr(RTA_LENGTH(0), item.rta_len - RTA_LENGTH(0)));
    rest.remove_prefix(std::min(rest.size(), static_cast<std::size_t>(RTA_ALIGN(item.rta_len))));
  }
  return attributes;
}

std::uint32_t number_of(std::string_view attribute) {
  std::uint32_t number = 0;
  if (attribute.size() == sizeof number) attribute.copy(reinterpret_cast<char*>(&number), sizeof number);
  return number;
}

NetlinkSocket::NetlinkSocket(UniqueFd socket) : socket_{std::move(socket)} {
  // The kernel then lists what belongs to one device alone (Linux 4.20); without it everything comes, and is sifted here.
  constexpr int on = 1;
  static_cast<void>(::setsockopt(socket_.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on));
}

NetlinkSocket::NetlinkSocket()
    : NetlinkSocket{UniqueFd{
          sys::check("netlink socket", [] { return ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE); })}} {}

NetlinkSocket::NetlinkSocket(int network_namespace)
    : NetlinkSocket{socket_in(network_namespace, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)} {}

void NetlinkSocket::send(NetlinkRequest& request, std::string_view what) {
  const auto& bytes = request.bytes();
  sys::check(what, [&] { return ::send(socket_.get(), bytes.data(), bytes.size(), 0); });
}

void NetlinkSocket::execute(NetlinkRequest& request, std::string_view what) { static_cast<void>(ask(request, what)); }

std::vector<NetlinkMessage> NetlinkSocket::ask(NetlinkRequest& request, std::string_view what) {
  std::vector<NetlinkMessage> messages;
  for (int round = 0; round < most_dumps; ++round) {
    messages.clear();
    send(request, what);
    if (receive_all(messages, what)) break;
  }
  return messages;
}

/// False where the list changed meanwhile, and may lack something.
bool NetlinkSocket::receive_all(std::vector<NetlinkMessage>& messages, std::string_view what) {
  alignas(nlmsghdr) std::array<char, buffer_size> buffer;  // NOLINT: filled by recv
  bool whole = true;
  for (;;) {
    auto left =
        static_cast<unsigned>(sys::check(what, [&] { return ::recv(socket_.get(), buffer.data(), buffer.size(), 0); }));
    for (auto* message = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0) whole = false;
      const std::string_view body{static_cast<const char*>(NLMSG_DATA(message)), NLMSG_PAYLOAD(message, 0)};
      if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE) {
        const int code = -static_cast<int>(number_of(body.substr(0, sizeof(int))));
        if (code != 0) throw_errno(what, code);
        return whole;
      }
      messages.push_back({message->nlmsg_type, std::string{body}});
    }
  }
}

}  // namespace corten::network
