// SPDX-License-Identifier: Apache-2.0
// Labels and the system call filter of a process, as values.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "base/wire.hpp"

namespace corten::security {

struct LabelPlan {
  std::string apparmor_profile;  // empty: unchanged
  std::string selinux_label;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), LabelPlan> {
  return std::tie(x.apparmor_profile, x.selinux_label);
}

/// A compiled filter: struct sock_filter instructions as bytes, and the flags of seccomp(2).
struct SeccompPlan {
  std::string program;  // empty: no filter
  std::uint32_t flags = 0;
  bool notify = false;  // a listener descriptor goes to the parent
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), SeccompPlan> {
  return std::tie(x.program, x.flags, x.notify);
}

}  // namespace corten::security
