// SPDX-License-Identifier: Apache-2.0
#include "network/netlink.hpp"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "sys/syscall.hpp"

namespace corten::network {
namespace {

constexpr std::size_t buffer_size = 32768;  // the kernel fills at most this much at once (NLMSG_GOODSIZE and above)

}  // namespace

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
  const nlattr head{static_cast<std::uint16_t>(NLA_HDRLEN + bytes.size()), type};
  bytes_.append(reinterpret_cast<const char*>(&head), sizeof head);
  append(bytes.data(), bytes.size());
  return *this;
}

NetlinkRequest& NetlinkRequest::attribute(std::uint16_t type, std::uint32_t value) {
  return attribute(type, std::string_view{reinterpret_cast<const char*>(&value), sizeof value});
}

NetlinkRequest& NetlinkRequest::text(std::uint16_t type, const std::string& value) {
  return attribute(type, std::string_view{value.c_str(), value.size() + 1});
}

const std::string& NetlinkRequest::bytes() {
  const auto size = static_cast<std::uint32_t>(bytes_.size());
  std::memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_len), &size, sizeof size);
  return bytes_;
}

NetlinkSocket::NetlinkSocket()
    : socket_{
          sys::check("netlink socket", [] { return ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE); })} {}

void NetlinkSocket::send(NetlinkRequest& request, std::string_view what) {
  const auto& bytes = request.bytes();
  sys::check(what, [&] { return ::send(socket_.get(), bytes.data(), bytes.size(), 0); });
}

void NetlinkSocket::execute(NetlinkRequest& request, std::string_view what) {
  dump(request, what, [](const nlmsghdr&) {});
}

void NetlinkSocket::dump(NetlinkRequest& request, std::string_view what,
                         const std::function<void(const nlmsghdr&)>& each) {
  send(request, what);
  alignas(nlmsghdr) std::array<char, buffer_size> buffer;  // NOLINT: filled by recv
  for (;;) {
    auto left =
        static_cast<int>(sys::check(what, [&] { return ::recv(socket_.get(), buffer.data(), buffer.size(), 0); }));
    for (auto* message = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(message, static_cast<unsigned>(left));
         message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE) return;
      if (message->nlmsg_type == NLMSG_ERROR) {
        const int code = -static_cast<const nlmsgerr*>(NLMSG_DATA(message))->error;
        if (code != 0) throw_errno(what, code);
        return;  // an acknowledgement
      }
      each(*message);
    }
  }
}

}  // namespace corten::network
