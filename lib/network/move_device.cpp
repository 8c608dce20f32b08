// SPDX-License-Identifier: Apache-2.0
#include "network/move_device.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"
#include "network/links.hpp"
#include "sys/file.hpp"

namespace corten::network {
namespace {

LinkState find_link(NetlinkSocket& socket, const std::string& name, std::string_view where) {
  return link_named(socket, name, fmt::format("link not found for interface {} on {}", name, where));
}

bool has_link(NetlinkSocket& socket, int index) {
  NetlinkRequest request{RTM_GETLINK, NLM_F_ACK};
  request.head(link_head(index));
  try {
    return ask_link(socket, request, "link not found").index == index;
  } catch (const Error& error) {
    if (error.code() == ENODEV) return false;
    throw;
  }
}

std::vector<int> all_links(NetlinkSocket& socket) {
  NetlinkRequest request{RTM_GETLINK, NLM_F_DUMP};
  request.head(ifinfomsg{});
  std::vector<int> indexes;
  for (const auto& message : socket.ask(request, "listing the network devices of the container")) {
    if (message.type == RTM_NEWLINK) indexes.push_back(read_link(message).index);
  }
  return indexes;
}

void read_addresses(NetlinkSocket& socket, LinkState& link) {
  ifaddrmsg head{};
  head.ifa_index = static_cast<std::uint32_t>(link.index);
  NetlinkRequest request{RTM_GETADDR, NLM_F_DUMP};
  request.head(head);
  for (const auto& message : socket.ask(request, fmt::format("fail to get ip addresses of {}", link.name))) {
    if (auto address = read_address(message, link.index)) link.addresses.push_back(std::move(*address));
  }
}

void read_routes(NetlinkSocket& socket, LinkState& link) {
  for (const int family : {AF_INET, AF_INET6}) {
    rtmsg head{};
    head.rtm_family = static_cast<std::uint8_t>(family);
    NetlinkRequest request{RTM_GETROUTE, NLM_F_DUMP};
    request.head(head).attribute(RTA_OIF, static_cast<std::uint32_t>(link.index));
    for (const auto& message : socket.ask(request, fmt::format("fail to get the routes of {}", link.name))) {
      if (auto route = read_route(message, link.index)) link.routes.push_back(std::move(*route));
    }
  }
  // A gateway must be within reach before there can be a route through it.
  std::ranges::stable_sort(link.routes, {}, &Route::has_gateway);
}

/// All that a device loses by a move, and its state before it.
LinkState read_all(NetlinkSocket& socket, const std::string& name) {
  auto link = find_link(socket, name, "runtime namespace");
  read_addresses(socket, link);
  read_routes(socket, link);
  return link;
}

NetlinkRequest move_request(int index, const std::string& name, int target) {
  NetlinkRequest request{RTM_NEWLINK, NLM_F_ACK};
  request.head(link_head(index)).text(IFLA_IFNAME, name);
  request.attribute(IFLA_NET_NS_FD, static_cast<std::uint32_t>(target));
  return request;
}

/// Where the kernel is to fill in a number ("eth%d"), the device is the one that was not there before.
int index_after_move(NetlinkSocket& there, const Interface& device, const std::vector<int>& before) {
  if (device.name.find('%') == std::string::npos) {
    return find_link(there, device.name, "the container's network namespace").index;
  }
  for (const int index : all_links(there)) {
    if (std::ranges::find(before, index) == before.end()) return index;
  }
  throw Error{
      fmt::format("network device {} was moved, but is not in the container's network namespace", device.host_name)};
}

/// Runs one step of giving a device back. Its failure is a warning, so that the other steps are tried.
template <class Step>
void attempt(const std::string& name, Step&& step) {
  try {
    step();
  } catch (const Error& error) {
    log::warn(fmt::format("giving the host its network device {} back: {}", name, error.what()));
  }
}

void give_back(NetlinkSocket& here, const LinkState& link) {
  const int index = find_link(here, link.name, "runtime namespace").index;
  if (link.master != 0) {
    attempt(link.name, [&] { set_master(here, index, link.master, "the device that it was a part of"); });
  }
  for (const auto& address : link.addresses) {
    if (!comes_back(address)) continue;
    attempt(link.name, [&] {
      auto request = add_address(address, index, Give::back);
      here.execute(request, fmt::format("its address {}", to_text(address)));
    });
  }
  if (!link.up) return;
  attempt(link.name, [&] { set_up(here, index, "setting it up"); });
  for (const auto& route : link.routes) {
    attempt(link.name, [&] {
      auto request = add_route(route, link.index, index);
      try {
        here.execute(request, "one of its routes");
      } catch (const Error& error) {
        if (error.code() != EEXIST) throw;
      }
    });
  }
}

}  // namespace

void MovedDevices::move(const std::vector<Interface>& devices, int target) {
  if (devices.empty()) return;
  own_ = sys::open_at(AT_FDCWD, "/proc/self/ns/net", O_RDONLY);
  here_.emplace();
  there_.emplace(target);
  moved_.reserve(devices.size());
  for (const auto& device : devices) move_one(device, target);
}

void MovedDevices::move_one(const Interface& device, int target) {
  // All is read before anything changes: the kernel drops IPv6 addresses when a device goes down.
  auto link = read_all(*here_, device.host_name);
  const auto before = device.name.find('%') == std::string::npos ? std::vector<int>{} : all_links(*there_);
  // The kernel takes the device down itself, once it has found nothing against the move: one that it refuses stays as it is.
  auto request = move_request(link.index, device.name, target);
  try {
    here_->execute(request, fmt::format("fail to move network device {} to the container's network namespace as {}",
                                        device.host_name, device.name));
  } catch (...) {
    if (!has_link(*here_, link.index)) moved_.push_back({std::move(link), 0});  // it was the renaming that failed
    throw;
  }
  auto& moved = moved_.emplace_back(Moved{std::move(link), 0});
  moved.index = index_after_move(*there_, device, before);
  for (const auto& address : moved.before.addresses) {
    if (!goes_inside(address)) continue;
    auto add = add_address(address, moved.index, Give::inside);
    there_->execute(add, fmt::format("fail to set up address {} of {} in the container's network namespace",
                                     to_text(address), device.name));
  }
  set_up(*there_, moved.index,
         fmt::format("fail to set up interface {} in the container's network namespace", device.name));
}

void MovedDevices::move_back() noexcept {
  for (; !moved_.empty(); moved_.pop_back()) {
    const auto& device = moved_.back();
    try {
      return_one(device);
    } catch (const std::exception& error) {
      log::warn(fmt::format("giving the host its network device {} back: {}", device.before.name, error.what()));
    }
  }
}

void MovedDevices::return_one(const Moved& device) {
  // It keeps its index at a move, where no other has it.
  const int index = device.index != 0 ? device.index : device.before.index;
  const auto what = std::string_view{"moving it out of the container"};
  auto request = move_request(index, device.before.name, own_.get());
  // Routes of others may name it by its index (Linux 5.13; older kernels ignore this, and mostly keep it).
  request.attribute(IFLA_NEW_IFINDEX, static_cast<std::uint32_t>(device.before.index));
  try {
    there_->execute(request, what);
  } catch (const Error& error) {
    if (error.code() != EBUSY && error.code() != EEXIST) throw;
    auto again = move_request(index, device.before.name, own_.get());  // another has the index by now
    there_->execute(again, what);
  }
  give_back(*here_, device.before);
}

}  // namespace corten::network
