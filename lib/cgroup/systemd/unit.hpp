// SPDX-License-Identifier: Apache-2.0
// From a container's cgroup plan to the systemd unit that holds it: pure. systemd writes all limits that it knows again
// whenever it likes (daemon-reload), so each of those must be a property of the unit; the rest is left to the files.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cgroup/manager.hpp"
#include "cgroup/plan.hpp"
#include "systemd/value.hpp"

namespace corten::cgroup {

/// Where slice "a-b.slice" is: "/a.slice/a-b.slice"; "-.slice" is "". Throws "invalid slice name: ...".
[[nodiscard]] std::string expand_slice(std::string_view slice);

/// The slice that the unit goes to: as given, or the default.
[[nodiscard]] std::string slice_of(const Plan& plan);

/// What the unit is, but for its first process and its limits.
[[nodiscard]] std::vector<systemd::Property> plan_unit(const Plan& plan, Layout layout);

/// Annotations org.systemd.property.NAME, the prefix gone: typed values; NAME in seconds becomes one in microseconds.
[[nodiscard]] std::vector<systemd::Property> plan_annotations(
    const std::vector<std::pair<std::string, std::string>>& annotations);

/// Limits but devices as properties. Where systemd cannot hold one as it is, `limits` is changed to what it holds: a quota is
/// rounded up, a weight is dropped next to cpu.idle.
[[nodiscard]] std::vector<systemd::Property> plan_unit_limits(Resources& limits, Layout layout);

/// `unified` as properties, as far as systemd has them.
[[nodiscard]] std::vector<systemd::Property> plan_unit_unified(
    const std::vector<std::pair<std::string, std::string>>& unified);

/// Device rules as properties. What systemd cannot express it must not narrow on v2, where our own program holds them.
[[nodiscard]] std::vector<systemd::Property> plan_unit_devices(const std::vector<DeviceRule>& rules, Layout layout);

/// "0-2,5" as the bits that AllowedCPUs and AllowedMemoryNodes take.
[[nodiscard]] systemd::Value cpu_set_bits(std::string_view list);

/// CPUQuotaPerSecUSec and CPUQuotaPeriodUSec; `quota` is rounded up to the whole percent that systemd holds.
void add_cpu_quota(std::int64_t& quota, std::uint64_t period, std::vector<systemd::Property>& properties);

}  // namespace corten::cgroup
