// SPDX-License-Identifier: Apache-2.0
// Evaluates a list of device rules by v1's model (everything but exceptions, or nothing but exceptions), which v2's program
// follows, too, so that a rule means the same on both.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cgroup/plan.hpp"
#include "cgroup/write.hpp"

namespace corten::cgroup {

/// Ways to use a device, as bits; the kernel's BPF_DEVCG_ACC_*.
namespace device_access {
inline constexpr unsigned mknod = 1;
inline constexpr unsigned read = 2;
inline constexpr unsigned write = 4;
inline constexpr unsigned all = mknod | read | write;
}  // namespace device_access

/// Which device nodes an exception is about; nothing means any number.
struct DeviceMatch {
  std::optional<std::uint32_t> major, minor;
  char type = 'c';
  bool operator==(const DeviceMatch&) const = default;
  bool operator<(const DeviceMatch& other) const {
    return std::tie(major, minor, type) < std::tie(other.major, other.minor, other.type);
  }
};

class DeviceSet {
 public:
  /// What `rules` allow in the end, starting from nothing. Throws for a rule that would take a part out of a wildcard:
  /// v1 ignores that silently, and the device would stay allowed.
  [[nodiscard]] static DeviceSet of_rules(const std::vector<DeviceRule>& rules);

  /// The set of v1's devices.list, which does not show the exceptions of a set that allows by default.
  [[nodiscard]] static DeviceSet of_list(std::string_view text);

  [[nodiscard]] static DeviceSet allowing_all();

  [[nodiscard]] bool allows_by_default() const { return allows_by_default_; }
  [[nodiscard]] bool allows_everything() const { return allows_by_default_ && exceptions_.empty(); }

  /// Access bits by device, in a fixed order.
  [[nodiscard]] const std::map<DeviceMatch, unsigned>& exceptions() const { return exceptions_; }

  bool operator==(const DeviceSet&) const = default;

 private:
  void apply(const DeviceRule& rule);
  void remove(const DeviceMatch& match, unsigned access);

  bool allows_by_default_ = false;
  std::map<DeviceMatch, unsigned> exceptions_;
};

/// The fewest v1 writes that lead from `present` to `target`; what stays allowed is allowed at every moment, unless the
/// default must change.
[[nodiscard]] std::vector<Write> plan_device_writes(const DeviceSet& present, const DeviceSet& target);

}  // namespace corten::cgroup
