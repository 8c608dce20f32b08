// SPDX-License-Identifier: Apache-2.0
// Capability sets: computed by one function, set by one, and read back afterwards (runc CVE-2022-29162, crun CVE-2022-27650 and
// youki CVE-2025-27612 were inheritable sets that config.json did not have).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/wire.hpp"

namespace corten::security {

/// Bit n is capability n.
struct CapabilitySets {
  std::uint64_t bounding = 0, effective = 0, inheritable = 0, permitted = 0, ambient = 0;
  bool operator==(const CapabilitySets&) const = default;
};
constexpr auto members(auto& sets) requires wire::Is<decltype(sets), CapabilitySets> {
  return std::tie(sets.bounding, sets.effective, sets.inheritable, sets.permitted, sets.ambient);
}

/// The names of a set as bits. Names that neither this build nor the kernel knows are put into `unknown`.
[[nodiscard]] std::uint64_t capability_bits(const std::vector<std::string>& names, std::vector<std::string>& unknown);

/// "CAP_CHOWN" and so on, in the kernel's order: for `features`.
[[nodiscard]] std::vector<std::string> capability_names();

/// The highest capability that the running kernel knows.
[[nodiscard]] int last_capability();

/// Drops from the bounding set what is not in `sets.bounding`. Needs CAP_SETPCAP: call before the user changes.
void drop_bounding(const CapabilitySets& sets);

/// Sets the other four and checks that the kernel took them.
void apply(const CapabilitySets& sets);

}  // namespace corten::security
