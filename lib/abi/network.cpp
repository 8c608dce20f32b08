// SPDX-License-Identifier: Apache-2.0
// Network devices without a container.
#include <sys/socket.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "abi/guard.hpp"
#include "abi/list.hpp"
#include "network/address_text.hpp"
#include "network/interfaces.hpp"
#include "network/loopback.hpp"
#include "network/namespace_file.hpp"
#include "network/netlink.hpp"
#include "network/veth.hpp"

using namespace corten;

namespace {

/// An optional text of the options.
template <class Use>
void use(const char* text, Use&& give) {
  if (text != nullptr) give(std::string{text});
}

network::VethPlan plan_of(const corten_veth_options* options) {
  const auto given = abi::options_of(&abi::checked(options, "options"), "corten_veth_options");
  network::VethPlan plan;
  plan.host_name = abi::text_of(given.host_name);
  plan.name = abi::text_of(given.name);
  for (const auto& name : {plan.host_name, plan.name}) network::check_device_name(name);
  use(given.bridge, [&](const std::string& name) {
    network::check_device_name(name);
    plan.bridge = name;
  });
  plan.hairpin = given.hairpin != 0;
  if (plan.hairpin && plan.bridge.empty()) throw Error{"hairpin is for a bridge", ErrorKind::invalid_argument};
  use(given.hardware_address, [&](const std::string& text) { plan.hardware_address = network::parse_mac(text); });
  plan.mtu = given.mtu;
  plan.queue_length = given.queue_length;
  const auto add = [&](int family, const char* address, const char* gateway) {
    use(address, [&](const std::string& text) { plan.addresses.push_back(network::parse_address(text, family)); });
    use(gateway, [&](const std::string& text) {
      plan.gateways.push_back({static_cast<std::uint8_t>(family), network::parse_ip(text, family)});
    });
  };
  add(AF_INET, given.address, given.gateway);
  add(AF_INET6, given.address_v6, given.gateway_v6);
  return plan;
}

/// A network namespace: what it is open on, and a socket in it.
struct Place {
  UniqueFd file;
  network::NetlinkSocket socket;
};

/// In the caller's own (NULL) no process has to join it for the socket.
Place place_of(const char* network_namespace) {
  auto file = network::open_namespace(abi::text_of(network_namespace));
  if (network_namespace == nullptr) return {std::move(file), network::NetlinkSocket{}};
  const int fd = file.get();
  return {std::move(file), network::NetlinkSocket{fd}};
}

corten_interface shown(const network::InterfaceState& state) {
  const auto& [bytes, packets, errors, dropped] = state.received;
  return {state.name.c_str(), state.index,        state.up ? 1 : 0,  state.mtu,         bytes, packets, errors, dropped,
          state.sent.bytes,   state.sent.packets, state.sent.errors, state.sent.dropped};
}

}  // namespace

struct corten_interface_list : abi::List<corten_interface, network::InterfaceState> {
  explicit corten_interface_list(std::vector<network::InterfaceState> states) : List{std::move(states), shown} {}
};

corten_code corten_network_loopback(const char* network_namespace, corten_error** error) {
  return abi::attempted(error, [&] {
    if (network_namespace == nullptr) return network::bring_loopback_up();
    network::bring_loopback_up(network::open_namespace(network_namespace).get());
  });
}

corten_code corten_network_add_veth(const char* network_namespace, const corten_veth_options* options,
                                    corten_error** error) {
  return abi::attempted(error, [&] {
    const auto plan = plan_of(options);
    auto there = place_of(network_namespace);
    network::add_veth(plan, there.socket, there.file.get());
  });
}

corten_code corten_network_remove(const char* name, corten_error** error) {
  return abi::attempted(error, [&] {
    const std::string device = &abi::checked(name, "name");
    network::check_device_name(device);
    network::remove_device(device);
  });
}

corten_interface_list* corten_interfaces(const char* network_namespace, const char* name, corten_error** error) {
  return abi::guarded<corten_interface_list*>(error, nullptr, [&] {
    if (name != nullptr) network::check_device_name(name);
    auto socket = place_of(network_namespace).socket;
    return new corten_interface_list{name == nullptr ? network::interfaces(socket)
                                                     : std::vector{network::interface_named(socket, name)}};
  });
}

size_t corten_interface_list_size(const corten_interface_list* list) { return list == nullptr ? 0 : list->size(); }

const corten_interface* corten_interface_list_item(const corten_interface_list* list, size_t index) {
  return list == nullptr ? nullptr : list->at(index);
}

void corten_interface_list_free(corten_interface_list* list) { delete list; }
