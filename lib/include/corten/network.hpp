// SPDX-License-Identifier: Apache-2.0
// Network devices without a container: loopback, pairs of devices (veth), and what went through each.
//
//   const auto there = corten::network::of_process(process.pid());
//   corten::network::add_veth({.host_name = "web1", .bridge = "br0", .address = "192.0.2.2/24", .gateway = "192.0.2.1"}, there);
//
// `where` is a file that stands for a network namespace, as of_process() names it, or "/run/netns/NAME"; empty: that of the
// calling thread. What corten.h says of privileges and errors holds here, too.
#pragma once

#include <cstdint>

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {
namespace network {

/// The network namespace of a process, as long as that lives.
[[nodiscard]] inline std::string of_process(pid_t pid) { return "/proc/" + std::to_string(pid) + "/ns/net"; }

/// Brings `lo` up.
inline void bring_loopback_up(const std::string& where = {}) {
  corten::detail::call(&corten_network_loopback, corten::detail::text_or_null(where));
}

/// A pair of devices; what is empty or 0 is left to the kernel, or not set.
struct Veth {
  std::string host_name = {};         // the end that stays in the caller's network namespace: at most 15 bytes
  std::string name = "eth0";          // the end in the other one
  std::string bridge = {};            // that `host_name` becomes a part of
  bool hairpin = false;               // the bridge may send back through it what came from it
  std::string hardware_address = {};  // of `name`: "02:42:ac:11:00:02"
  unsigned mtu = 0;                   // of both, in bytes
  unsigned queue_length = 0;          // of both, in packets
  std::string address = {};           // of `name`: "192.0.2.2/24"
  std::string gateway = {};           // of the default route there: "192.0.2.1"
  std::string address_v6 = {};        // the same of IPv6: "2001:db8::2/64"
  std::string gateway_v6 = {};
};

/// Makes the pair, and brings both ends up. Throws CORTEN_NOT_FOUND where there is no such bridge, CORTEN_EXISTS for a name that
/// is taken; then nothing is there.
inline void add_veth(const Veth& veth, const std::string& where) {
  using corten::detail::text_or_null;
  const corten_veth_options given{sizeof given,
                                  veth.host_name.c_str(),
                                  veth.name.c_str(),
                                  text_or_null(veth.bridge),
                                  veth.hairpin ? 1 : 0,
                                  text_or_null(veth.hardware_address),
                                  veth.mtu,
                                  veth.queue_length,
                                  text_or_null(veth.address),
                                  text_or_null(veth.gateway),
                                  text_or_null(veth.address_v6),
                                  text_or_null(veth.gateway_v6)};
  corten::detail::call(&corten_network_add_veth, text_or_null(where), &given);
}

/// Removes a device of the calling thread's network namespace, a pair's with its other end. Throws CORTEN_NOT_FOUND where there
/// is none.
inline void remove(const std::string& name) { corten::detail::call(&corten_network_remove, name.c_str()); }

struct Counts {
  std::uint64_t bytes = 0, packets = 0, errors = 0, dropped = 0;
};

struct Interface {
  std::string name = {};
  int index = 0;
  bool up = false;
  unsigned mtu = 0;  // bytes
  Counts received = {}, sent = {};
};

namespace detail {

inline std::vector<Interface> interfaces(const std::string& where, const char* name) {
  const corten::detail::Owner<corten_interface_list, corten_interface_list_free> list{
      corten::detail::call(&corten_interfaces, corten::detail::text_or_null(where), name)};
  std::vector<Interface> found;
  for (size_t at = 0; at < corten_interface_list_size(list.get()); ++at) {
    const auto& item = *corten_interface_list_item(list.get(), at);
    found.push_back({item.name,
                     item.index,
                     item.up != 0,
                     item.mtu,
                     {item.rx_bytes, item.rx_packets, item.rx_errors, item.rx_dropped},
                     {item.tx_bytes, item.tx_packets, item.tx_errors, item.tx_dropped}});
  }
  return found;
}

}  // namespace detail

/// All devices, sorted by index.
[[nodiscard]] inline std::vector<Interface> interfaces(const std::string& where = {}) {
  return detail::interfaces(where, nullptr);
}

/// One device. Throws CORTEN_NOT_FOUND where there is none of this name.
[[nodiscard]] inline Interface interface_named(const std::string& name, const std::string& where = {}) {
  return detail::interfaces(where, name.c_str()).front();
}

}  // namespace network
}  // namespace v0
}  // namespace corten
