// SPDX-License-Identifier: Apache-2.0
#include "network/move_device.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>

#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/scope_exit.hpp"
#include "network/netlink.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::network {
namespace {

struct Address {
  std::uint8_t family = 0, prefix = 0;
  std::string local, peer, broadcast;  // in network order
};

int index_of(const std::string& name, std::string_view where) {
  const auto index = ::if_nametoindex(name.c_str());
  if (index == 0) throw_errno(fmt::format("link not found for interface {} on {}", name, where), errno);
  return static_cast<int>(index);
}

void set_up(NetlinkSocket& socket, int index, bool up, std::string_view what) {
  ifinfomsg link{};
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = index;
  link.ifi_flags = up ? IFF_UP : 0;
  link.ifi_change = IFF_UP;
  NetlinkRequest request{RTM_NEWLINK, NLM_F_ACK};
  request.head(link);
  socket.execute(request, what);
}

/// The address in a message, if it is one of the device that can move: permanent (a leased one belongs to the host's
/// network) and global (others are made anew or mean nothing elsewhere).
std::optional<Address> movable(const nlmsghdr& message, int index) {
  const auto* info = static_cast<const ifaddrmsg*>(NLMSG_DATA(&message));
  if (static_cast<int>(info->ifa_index) != index || info->ifa_scope != RT_SCOPE_UNIVERSE) return std::nullopt;
  Address address{info->ifa_family, info->ifa_prefixlen, {}, {}, {}};
  std::uint32_t flags = info->ifa_flags;
  auto left = static_cast<int>(IFA_PAYLOAD(&message));
  for (const auto* item = IFA_RTA(info); RTA_OK(item, left); item = RTA_NEXT(item, left)) {
    const std::string bytes{static_cast<const char*>(RTA_DATA(item)), RTA_PAYLOAD(item)};
    if (item->rta_type == IFA_LOCAL) address.local = bytes;
    if (item->rta_type == IFA_ADDRESS) address.peer = bytes;
    if (item->rta_type == IFA_BROADCAST) address.broadcast = bytes;
    if (item->rta_type == IFA_FLAGS) std::memcpy(&flags, bytes.data(), sizeof flags);
  }
  if ((flags & IFA_F_PERMANENT) == 0) return std::nullopt;
  return address;
}

std::vector<Address> addresses_of(NetlinkSocket& socket, int index) {
  std::vector<Address> addresses;
  NetlinkRequest request{RTM_GETADDR, NLM_F_DUMP};
  request.head(ifaddrmsg{});
  socket.dump(request, "fail to get ip addresses", [&](const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWADDR) return;
    if (auto address = movable(message, index)) addresses.push_back(std::move(*address));
  });
  return addresses;
}

void add_address(NetlinkSocket& socket, int index, const Address& address, const std::string& name) {
  ifaddrmsg info{};
  info.ifa_family = address.family;
  info.ifa_prefixlen = address.prefix;
  info.ifa_scope = RT_SCOPE_UNIVERSE;
  info.ifa_index = static_cast<std::uint32_t>(index);
  NetlinkRequest request{RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL};
  request.head(info);
  // IPv6 has no IFA_LOCAL unless there is a peer.
  request.attribute(IFA_LOCAL, address.local.empty() ? address.peer : address.local);
  request.attribute(IFA_ADDRESS, address.peer);
  if (!address.broadcast.empty()) request.attribute(IFA_BROADCAST, address.broadcast);
  socket.execute(request, fmt::format("fail to set up an address of {} in the container's network namespace", name));
}

void move_and_rename(NetlinkSocket& socket, int index, const Interface& device, int target) {
  ifinfomsg link{};
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = index;
  NetlinkRequest request{RTM_NEWLINK, NLM_F_ACK};
  request.head(link);
  request.text(IFLA_IFNAME, device.name);
  request.attribute(IFLA_NET_NS_FD, static_cast<std::uint32_t>(target));
  socket.execute(request, fmt::format("fail to move network device {} to the container's network namespace as {}",
                                      device.host_name, device.name));
}

/// Runs `body` in the network namespace behind `target`, and comes back.
template <class Body>
void visit(int target, Body&& body) {
  const auto own = sys::open_at(AT_FDCWD, "/proc/self/ns/net", O_RDONLY);
  sys::check("joining the container's network namespace", [&] { return ::setns(target, CLONE_NEWNET); });
  const ScopeExit come_back{[&] { ::setns(own.get(), CLONE_NEWNET); }};
  body();
}

/// The indexes of all devices in the caller's network namespace.
std::set<unsigned> indexes() {
  std::set<unsigned> all;
  struct if_nameindex* list = ::if_nameindex();
  if (list == nullptr) throw_errno("listing the network devices of the container", errno);
  for (const auto* item = list; item->if_index != 0; ++item) all.insert(item->if_index);
  ::if_freenameindex(list);
  return all;
}

/// Where the kernel is to fill in a number ("eth%d"), the device is the one that was not there before.
int index_after_move(const Interface& device, const std::set<unsigned>& before) {
  if (device.name.find('%') == std::string::npos) return index_of(device.name, "the container's network namespace");
  for (const auto index : indexes()) {
    if (!before.contains(index)) return static_cast<int>(index);
  }
  throw Error{
      fmt::format("network device {} was moved, but is not in the container's network namespace", device.host_name)};
}

}  // namespace

void move_device(const Interface& device, int target) {
  NetlinkSocket here;
  const int index = index_of(device.host_name, "runtime namespace");
  // Down first, so that nobody on the host uses it while it goes.
  set_up(here, index, false, fmt::format("fail to set link {} down", device.host_name));
  const auto addresses = addresses_of(here, index);
  std::set<unsigned> before;
  if (device.name.find('%') != std::string::npos) visit(target, [&] { before = indexes(); });
  move_and_rename(here, index, device, target);
  visit(target, [&] {
    NetlinkSocket there;
    const int new_index = index_after_move(device, before);
    for (const auto& address : addresses) add_address(there, new_index, address, device.name);
    set_up(there, new_index, true,
           fmt::format("fail to set up interface {} in the container's network namespace", device.name));
  });
}

}  // namespace corten::network
