// SPDX-License-Identifier: Apache-2.0
#include "security/own_capabilities.hpp"

#include <fmt/core.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/capabilities.hpp"
#include "sys/syscall.hpp"

namespace corten::security {
namespace {

using sys::capability_bit;

constexpr std::uint64_t joined(std::uint32_t low, std::uint32_t high) { return low | std::uint64_t{high} << 32U; }

/// The names of the bits, or the numbers of those that have none.
std::string names_in(std::uint64_t bits) {
  const auto known = capability_names();
  std::vector<std::string> names;
  for (; bits != 0; bits &= bits - 1) {
    const auto number = static_cast<std::size_t>(std::countr_zero(bits));
    names.push_back(number < known.size() ? known[number] : std::to_string(number));
  }
  return join(names, ", ");
}

/// Throws where bits of `wanted` are not in `allowed`.
void require(std::uint64_t wanted, std::uint64_t allowed, std::string_view set, std::string_view reason) {
  const auto missing = wanted & ~allowed;
  if (missing == 0) return;
  throw Error{fmt::format("setting the {} capabilities: {}: {}", set, names_in(missing), reason), EPERM};
}

bool raises_ambient() {
  const int bits = sys::check("reading the securebits", [] { return ::prctl(PR_GET_SECUREBITS, 0, 0, 0, 0); });
  return (static_cast<unsigned>(bits) & SECBIT_NO_CAP_AMBIENT_RAISE) == 0;
}

}  // namespace

CapabilitySets own_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  sys::check("reading the capabilities", [&] { return ::syscall(SYS_capget, &header, data.data()); });
  CapabilitySets sets;
  sets.effective = joined(data[0].effective, data[1].effective);
  sets.permitted = joined(data[0].permitted, data[1].permitted);
  sets.inheritable = joined(data[0].inheritable, data[1].inheritable);
  for (int number = 0; number <= last_capability(); ++number) {
    if (::prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1) sets.bounding |= capability_bit(number);
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, number, 0, 0) == 1) sets.ambient |= capability_bit(number);
  }
  return sets;
}

void check_change(const CapabilitySets& now, const CapabilitySets& wanted, int last) {
  const auto all = wanted.bounding | wanted.effective | wanted.inheritable | wanted.permitted | wanted.ambient;
  if (last < 63 && all >> static_cast<unsigned>(last + 1) != 0) {
    throw Error{fmt::format("capabilities: the kernel's last one is {}", last), ErrorKind::invalid_argument};
  }
  const bool setpcap = (now.effective & capability_bit(CAP_SETPCAP)) != 0;
  require(wanted.bounding, now.bounding, "bounding", "what has been dropped does not come back");
  if (!setpcap) require(now.bounding, wanted.bounding, "bounding", "dropping takes CAP_SETPCAP");
  require(wanted.permitted, now.permitted, "permitted", "the thread does not have it");
  require(wanted.effective, wanted.permitted, "effective", "it would not be permitted");
  require(wanted.inheritable, now.inheritable | wanted.bounding, "inheritable", "it would not be in the bounding set");
  if (!setpcap) {
    require(wanted.inheritable, now.inheritable | now.permitted, "inheritable", "the thread does not have it");
  }
  require(wanted.ambient, wanted.permitted & wanted.inheritable, "ambient", "it must be permitted and inheritable");
}

void set_own_capabilities(const CapabilitySets& wanted) {
  const auto now = own_capabilities();
  check_change(now, wanted, last_capability());
  if (wanted.ambient != 0 && !raises_ambient()) {
    throw Error{"setting the ambient capabilities: the securebits of the thread forbid it", EPERM};
  }
  if (now.bounding != wanted.bounding) drop_bounding(wanted);
  apply(wanted);
  if (own_capabilities().ambient != wanted.ambient) {
    throw Error{"the kernel did not take the ambient capabilities as they were set"};
  }
}

}  // namespace corten::security
