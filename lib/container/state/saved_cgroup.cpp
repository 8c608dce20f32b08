// SPDX-License-Identifier: Apache-2.0
#include "container/state/saved_cgroup.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"

namespace corten::container {
namespace {

constexpr auto drivers = named_table<cgroup::Driver>({
    {"files", cgroup::Driver::files},
    {"systemd", cgroup::Driver::systemd},
    {"disabled", cgroup::Driver::disabled},
});

}  // namespace

cgroup::Driver parse_driver(std::string_view name) {
  const auto driver = drivers.find(name);
  if (!driver) throw Error{fmt::format("state.json: cgroup driver {} is not known", quote(name))};
  return *driver;
}

std::string_view name_of(cgroup::Driver driver) { return drivers.name_of(driver); }

std::unique_ptr<cgroup::Manager> open_cgroup(const spec::SavedState& saved) {
  return cgroup::open_manager(parse_driver(saved.cgroup_driver), saved.cgroup_paths, saved.rootless, saved.cgroup_unit);
}

void keep_limits(spec::SavedState& saved, const cgroup::Resources& limits) {
  saved.memory_limit = limits.memory.limit;
  saved.memory_swap = limits.memory.swap;
  saved.cpu_quota = limits.cpu.quota;
  saved.cpu_period = limits.cpu.period;
}

cgroup::Resources kept_limits(const spec::SavedState& saved) {
  cgroup::Resources limits;
  limits.memory.limit = saved.memory_limit;
  limits.memory.swap = saved.memory_swap;
  limits.cpu.quota = saved.cpu_quota;
  limits.cpu.period = saved.cpu_period;
  return limits;
}

}  // namespace corten::container
