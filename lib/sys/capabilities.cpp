// SPDX-License-Identifier: Apache-2.0
#include "sys/capabilities.hpp"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "sys/syscall.hpp"

namespace corten::sys {
namespace {

using Data = std::array<__user_cap_data_struct, 2>;

int set(std::uint64_t bits) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const auto low = static_cast<std::uint32_t>(bits);
  const auto high = static_cast<std::uint32_t>(bits >> 32U);
  Data data{{{low, low, 0}, {high, high, 0}}};
  return static_cast<int>(attempt([&] { return ::syscall(SYS_capset, &header, data.data()); }));
}

}  // namespace

int keep_capabilities(std::uint64_t kept) {
  if (const int result = set(kept); result != -EPERM) return result;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  Data now{};
  if (const auto result = attempt([&] { return ::syscall(SYS_capget, &header, now.data()); }); result < 0)
    return static_cast<int>(result);
  return set(kept & (now[0].permitted | std::uint64_t{now[1].permitted} << 32U));
}

}  // namespace corten::sys
