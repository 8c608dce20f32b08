// SPDX-License-Identifier: Apache-2.0
#include "network/veth.hpp"

#include <fmt/core.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sys/socket.h>

#include <cerrno>
#include <exception>

#include "base/errno_kind.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "network/links.hpp"

namespace corten::network {
namespace {

template <class Number>
std::string_view bytes_of(const Number& number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

void add_text(std::string& attributes, std::uint16_t type, const std::string& text) {
  append_attribute(attributes, type, {text.c_str(), text.size() + 1});
}

/// What both ends have.
void add_sizes(std::string& attributes, const VethPlan& plan) {
  if (plan.mtu != 0) append_attribute(attributes, IFLA_MTU, bytes_of(plan.mtu));
  if (plan.queue_length != 0) append_attribute(attributes, IFLA_TXQLEN, bytes_of(plan.queue_length));
}

/// The other end, which is born where it is to be.
std::string peer_of(const VethPlan& plan, int target) {
  const ifinfomsg head{};
  std::string peer{bytes_of(head)};
  add_text(peer, IFLA_IFNAME, plan.name);
  add_sizes(peer, plan);
  if (!plan.hardware_address.empty()) append_attribute(peer, IFLA_ADDRESS, plan.hardware_address);
  append_attribute(peer, IFLA_NET_NS_FD, bytes_of(target));
  return peer;
}

void make_pair(NetlinkSocket& here, const VethPlan& plan, int target) {
  std::string data;
  append_attribute(data, VETH_INFO_PEER, peer_of(plan, target));
  std::string info;
  add_text(info, IFLA_INFO_KIND, "veth");
  append_attribute(info, IFLA_INFO_DATA, data);
  std::string sizes;
  add_sizes(sizes, plan);
  NetlinkRequest request{RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL};
  request.head(ifinfomsg{}).text(IFLA_IFNAME, plan.host_name).attribute(IFLA_LINKINFO, info).raw(sizes);
  here.execute(request, fmt::format("making the pair of network devices {} and {}", plan.host_name, plan.name));
}

void join_bridge(NetlinkSocket& here, int index, const VethPlan& plan, int bridge) {
  set_master(here, index, static_cast<std::uint32_t>(bridge),
             fmt::format("making network device {} a part of {}", plan.host_name, plan.bridge));
  if (!plan.hairpin) return;
  constexpr std::uint8_t on = 1;
  std::string port;
  append_attribute(port, IFLA_BRPORT_MODE, bytes_of(on));
  auto head = link_head(index);
  head.ifi_family = AF_BRIDGE;
  NetlinkRequest request{RTM_SETLINK, NLM_F_ACK};
  request.head(head).attribute(IFLA_PROTINFO | NLA_F_NESTED, port);
  here.execute(request, fmt::format("setting hairpin mode of network device {}", plan.host_name));
}

void add_default_route(NetlinkSocket& there, int index, const Gateway& gateway, const std::string& name) {
  rtmsg head{};
  head.rtm_family = gateway.family;
  head.rtm_table = RT_TABLE_MAIN;
  head.rtm_protocol = RTPROT_BOOT;
  head.rtm_scope = RT_SCOPE_UNIVERSE;
  head.rtm_type = RTN_UNICAST;
  NetlinkRequest request{RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL};
  request.head(head).attribute(RTA_GATEWAY, gateway.address).attribute(RTA_OIF, static_cast<std::uint32_t>(index));
  there.execute(request, fmt::format("setting the gateway of network device {}", name));
}

void set_up_inside(NetlinkSocket& there, const VethPlan& plan) {
  const auto what = fmt::format("setting up network device {} in its network namespace", plan.name);
  const int index = link_named(there, plan.name, what).index;
  for (const auto& address : plan.addresses) {
    auto request = add_address(address, index, Give::inside);
    there.execute(request, fmt::format("giving network device {} the address {}", plan.name, to_text(address)));
  }
  set_up(there, index, what);
  for (const auto& gateway : plan.gateways) add_default_route(there, index, gateway, plan.name);
}

void remove_named(NetlinkSocket& here, const std::string& name) {
  auto request = link_request(RTM_DELLINK, name);
  here.execute(request, fmt::format("removing network device {}", name));
}

}  // namespace

void add_veth(const VethPlan& plan, NetlinkSocket& there, int target) {
  NetlinkSocket here;
  const int bridge = plan.bridge.empty() ? 0 : with_kind_for(ENODEV, ErrorKind::not_found, [&] {
    return link_named(here, plan.bridge, fmt::format("looking for bridge {}", plan.bridge)).index;
  });
  with_kind_for(EEXIST, ErrorKind::exists, [&] { make_pair(here, plan, target); });
  ScopeExit undo{[&] {
    try {
      remove_named(here, plan.host_name);
    } catch (const std::exception& error) {
      log::warn(error.what());
    }
  }};
  const auto what = fmt::format("bringing network device {} up", plan.host_name);
  const int index = link_named(here, plan.host_name, what).index;
  if (bridge != 0) join_bridge(here, index, plan, bridge);
  set_up(here, index, what);
  set_up_inside(there, plan);
  undo.dismiss();
}

void remove_device(const std::string& name) {
  NetlinkSocket here;
  with_kind_for(ENODEV, ErrorKind::not_found, [&] { remove_named(here, name); });
}

}  // namespace corten::network
