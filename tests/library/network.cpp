// SPDX-License-Identifier: Apache-2.0
// Network devices without a container. Usage: network, in a network namespace of its own that has the bridge br0 with 192.0.2.1/24
// and, where there is IPv6, 2001:db8::1/64.
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <corten/network.hpp>

#include "children.hpp"
#include "expect.hpp"

namespace {

namespace network = corten::network;

/// What a shell command says.
std::string said(const std::string& command) {
  std::string text;
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  ::pclose(pipe);
  return text;
}

bool has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  std::cout << "no \"" << part << "\" in: " << text << '\n';
  return false;
}

std::vector<std::string> names(const std::string& where = {}) {
  std::vector<std::string> found;
  for (const auto& interface : network::interfaces(where)) found.push_back(interface.name);
  return found;
}

bool is_there(const std::string& name) { return std::ranges::count(names(), name) != 0; }

/// A process in a network namespace of its own.
struct Inside {
  Sleeper process{[] {
    if (::unshare(CLONE_NEWNET) != 0) std::abort();
  }};
  std::string where = network::of_process(process.pid());

  [[nodiscard]] std::string said(const std::string& command) const {
    return ::said("nsenter --net=" + where + " " + command);
  }
};

void loopback() {
  const Inside inside;
  EXPECT(!network::interface_named("lo", inside.where).up);
  network::bring_loopback_up(inside.where);
  EXPECT(network::interface_named("lo", inside.where).up);
  EXPECT(has(inside.said("ip -o addr show lo"), "127.0.0.1/8"));
  EXPECT(!network::interface_named("lo").up);
  network::bring_loopback_up();
  EXPECT(network::interface_named("lo").up);
}

void pair() {
  const Inside inside;
  const bool v6 = ::access("/proc/net/if_inet6", F_OK) == 0;
  network::Veth veth{.host_name = "web0",
                     .bridge = "br0",
                     .hairpin = true,
                     .hardware_address = "02:42:ac:11:00:02",
                     .mtu = 1400,
                     .queue_length = 500,
                     .address = "192.0.2.2/24",
                     .gateway = "192.0.2.1"};
  if (v6) {
    veth.address_v6 = "2001:db8::2/64";
    veth.gateway_v6 = "2001:db8::1";
  }
  network::add_veth(veth, inside.where);
  const auto host = said("ip -d link show web0");
  for (const auto* part : {"master br0", "hairpin on", "mtu 1400", "qlen 500", ",UP"}) EXPECT(has(host, part));
  const auto link = inside.said("ip -d link show eth0");
  for (const auto* part : {"mtu 1400", "qlen 500", ",UP", "02:42:ac:11:00:02"}) EXPECT(has(link, part));
  EXPECT(has(inside.said("ip -o addr show eth0"), "192.0.2.2/24 brd 192.0.2.255"));
  EXPECT(has(inside.said("ip route"), "default via 192.0.2.1 dev eth0"));
  if (v6) {
    EXPECT(has(inside.said("ip -o addr show eth0"), "2001:db8::2/64"));
    EXPECT(has(inside.said("ip -6 route"), "default via 2001:db8::1 dev eth0"));
  }
  const auto seen = network::interface_named("eth0", inside.where);
  EXPECT(seen.name == "eth0" && seen.up && seen.mtu == 1400 && seen.index > 1);

  network::remove("web0");
  EXPECT(!is_there("web0"));
  EXPECT(names(inside.where) == std::vector<std::string>{"lo"});
}

/// What goes through one end comes out of the other, and is counted at both.
void counts() {
  const Inside inside;
  network::add_veth({.host_name = "web1", .name = "a", .bridge = "br0", .address = "192.0.2.3/24"}, inside.where);
  EXPECT(has(inside.said("busybox ping -c 3 -i 0.1 -W 5 192.0.2.1"), "3 packets received"));
  const auto there = network::interface_named("a", inside.where);
  const auto here = network::interface_named("web1");
  EXPECT(there.sent.packets >= 3 && there.sent.bytes >= 3 * 98 && there.received.packets >= 3);
  EXPECT(here.received.packets >= 3 && here.received.bytes >= 3 * 98);
  EXPECT(there.sent.errors == 0 && here.sent.errors == 0);
  network::remove("web1");
}

/// Both ends in one namespace.
void beside() {
  network::add_veth({.host_name = "left", .name = "right"}, {});
  EXPECT(network::interface_named("left").up && network::interface_named("right").up);
  network::remove("right");
  EXPECT(!is_there("left"));
}

void refused() {
  const Inside inside;
  const auto before = names();
  const auto refuse = [&](corten_code code, const std::string& part, const network::Veth& veth) {
    expect_error(code, part, part, [&] { network::add_veth(veth, inside.where); });
    EXPECT(names() == before);
    EXPECT(names(inside.where) == std::vector<std::string>{"lo"});
  };
  refuse(CORTEN_NOT_FOUND, "looking for bridge none: no such device", {.host_name = "w", .bridge = "none"});
  refuse(CORTEN_SYSTEM, "making network device w a part of lo", {.host_name = "w", .bridge = "lo"});
  refuse(CORTEN_EXISTS, "file exists", {.host_name = "br0"});
  refuse(CORTEN_EXISTS, "file exists", {.host_name = "w", .name = "lo"});
  refuse(CORTEN_SYSTEM, "the gateway of network device eth0: network is unreachable",
         {.host_name = "w", .address = "192.0.2.2/24", .gateway = "198.51.100.1"});
  refuse(CORTEN_SYSTEM, "making the pair", {.host_name = "w", .mtu = 7});
  refuse(CORTEN_INVALID_ARGUMENT, "\"\" is no name", {});
  refuse(CORTEN_INVALID_ARGUMENT, "\"a/b\" is no name", {.host_name = "a/b"});
  refuse(CORTEN_INVALID_ARGUMENT, "\"veth%d\" is no name", {.host_name = "veth%d"});
  refuse(CORTEN_INVALID_ARGUMENT, "\"sixteen-letters-\" is no name", {.host_name = "w", .name = "sixteen-letters-"});
  refuse(CORTEN_INVALID_ARGUMENT, "\"192.0.2.2\" is no IPv4", {.host_name = "w", .address = "192.0.2.2"});
  refuse(CORTEN_INVALID_ARGUMENT, "\"192.0.2.2/33\" is no IPv4", {.host_name = "w", .address = "192.0.2.2/33"});
  refuse(CORTEN_INVALID_ARGUMENT, "\"::1\" is no IPv4", {.host_name = "w", .address = "::1/64"});
  refuse(CORTEN_INVALID_ARGUMENT, "\"192.0.2.1\" is no IPv6", {.host_name = "w", .gateway_v6 = "192.0.2.1"});
  refuse(CORTEN_INVALID_ARGUMENT, "\"02:42\" is no hardware", {.host_name = "w", .hardware_address = "02:42"});
  refuse(CORTEN_INVALID_ARGUMENT, "hairpin is for a bridge", {.host_name = "w", .hairpin = true});
}

void errors() {
  const network::Veth veth{.host_name = "w"};
  EXPECT_ERROR(CORTEN_NOT_FOUND, "/proc/4194304/ns/net", network::add_veth(veth, network::of_process(4194304)));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is no network namespace", network::add_veth(veth, "/proc/self/ns/mnt"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is no network namespace", network::interfaces("/dev/null"));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "no such file", network::bring_loopback_up("/run/netns/none"));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "network device none: no such device", network::interface_named("none"));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "network device none: no such device", network::remove("none"));
  EXPECT_ERROR(CORTEN_SYSTEM, "removing network device lo", network::remove("lo"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is no name", network::remove(""));
  const char* const none = nullptr;
  const corten_veth_options* const no_options = nullptr;
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "name is NULL", corten::detail::call(&corten_network_remove, none));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "options is NULL",
               corten::detail::call(&corten_network_add_veth, none, no_options));
  EXPECT(corten_interface_list_size(nullptr) == 0 && corten_interface_list_item(nullptr, 0) == nullptr);
  corten_interface_list_free(nullptr);
}

void without_privileges() {
  const Inside inside;
  in_child(true, [&] {
    EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "not permitted", network::add_veth({.host_name = "w"}, {})) == EPERM);
    EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "not permitted", network::remove("br0")) == EPERM);
    EXPECT_ERROR(CORTEN_SYSTEM, "", network::interfaces(inside.where));
    EXPECT(network::interface_named("br0").name == "br0");  // anybody may look at the own ones
  });
}

}  // namespace

int main() {
  for (const auto part : {loopback, pair, counts, beside, refused, errors, without_privileges}) {
    try {
      part();
    } catch (const std::exception& error) {
      failed("threw", error.what());
    }
  }
  EXPECT(::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD);
  EXPECT((names() == std::vector<std::string>{"lo", "br0"}));
  return failures == 0 ? 0 : 1;
}
