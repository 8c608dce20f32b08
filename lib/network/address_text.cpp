// SPDX-License-Identifier: Apache-2.0
#include "network/address_text.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cstdint>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::network {
namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view what) {
  throw Error{fmt::format("{} is no {}", quote(text), what), ErrorKind::invalid_argument};
}

std::string_view name_of(int family) { return family == AF_INET ? "IPv4 address" : "IPv6 address"; }

/// The last address of the network that `address` is in.
std::string broadcast_of(const std::string& address, unsigned prefix) {
  auto broadcast = address;
  for (unsigned bit = prefix; bit < 8 * broadcast.size(); ++bit) {
    auto& byte = broadcast[bit / 8];
    byte = static_cast<char>(static_cast<unsigned char>(byte) | 0x80U >> bit % 8);
  }
  return broadcast;
}

}  // namespace

std::string parse_ip(std::string_view text, int family) {
  std::string bytes(family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr), '\0');
  if (::inet_pton(family, std::string{text}.c_str(), bytes.data()) != 1) refuse(text, name_of(family));
  return bytes;
}

Address parse_address(std::string_view text, int family) {
  const auto slash = std::min(text.find('/'), text.size());
  Address address;
  address.family = static_cast<std::uint8_t>(family);
  address.local = address.peer = parse_ip(text.substr(0, slash), family);
  const auto bits = 8 * address.local.size();
  const auto prefix = parse_number<std::uint8_t>(text.substr(std::min(slash + 1, text.size())));
  if (!prefix || *prefix > bits) refuse(text, fmt::format("{} with the bits of its network (/24)", name_of(family)));
  address.prefix = *prefix;
  address.scope = RT_SCOPE_UNIVERSE;
  address.flags = IFA_F_PERMANENT;
  if (family == AF_INET6) address.flags |= IFA_F_NODAD;
  if (family == AF_INET && bits - address.prefix > 1) address.broadcast = broadcast_of(address.local, address.prefix);
  return address;
}

std::string parse_mac(std::string_view text) {
  constexpr std::size_t size = 6;
  std::string bytes;
  for (const auto word : split(text, ':')) {
    const auto number = parse_number<std::uint8_t>(word, 16);
    if (!number || word.size() != 2) refuse(text, "hardware address");
    bytes += static_cast<char>(*number);
  }
  if (bytes.size() != size) refuse(text, "hardware address");
  return bytes;
}

void check_device_name(std::string_view name) {
  constexpr std::string_view never = "/:% \t\n\v\f\r";
  const bool fits = !name.empty() && name.size() < IFNAMSIZ && name != "." && name != "..";
  if (!fits || name.find_first_of(never) != std::string_view::npos) refuse(name, "name of a network device");
}

}  // namespace corten::network
