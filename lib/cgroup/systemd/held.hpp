// SPDX-License-Identifier: Apache-2.0
// What the files of a unit's cgroup hold beside what systemd knows: a change of one property has systemd write all the limits of
// the unit again, over values that `unified`, hooks or an administrator wrote to the files.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cgroup/manager.hpp"
#include "cgroup/write.hpp"
#include "systemd/value.hpp"

namespace corten::cgroup {

/// Files and their texts.
using HeldFiles = std::vector<std::pair<std::string, std::string>>;

/// The files that systemd writes of the cgroup at `paths`, as they are.
[[nodiscard]] HeldFiles read_held(const Paths& paths, Layout layout);

/// The properties of v2's single values, as the files have them; those of devices by name, without a value. Pure.
[[nodiscard]] std::vector<systemd::Property> properties_of(const HeldFiles& held);

/// Those of properties_of() with another value than in `present`, where systemd has them, and of devices those that are in
/// `present`, with what the files have for them. Pure, but for the numbers of devices.
[[nodiscard]] std::vector<systemd::Property> plan_held(const HeldFiles& held,
                                                       const std::vector<systemd::Property>& present);

/// Writes those of `held` again that hold something else now, but files of `named`: systemd has a quota in whole percents, and
/// not every file as a property.
void restore_held(const HeldFiles& held, const Paths& paths, const std::vector<Write>& named);

}  // namespace corten::cgroup
