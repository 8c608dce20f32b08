// SPDX-License-Identifier: Apache-2.0
#include "host/report.hpp"

#include <fmt/core.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "sys/user_namespace.hpp"

namespace corten::host {
namespace {

/// Without one of these there is no container as `corten spec` describes it.
constexpr std::array needed = {
    std::string_view{"namespace.mount"}, std::string_view{"namespace.pid"}, std::string_view{"namespace.ipc"},
    std::string_view{"namespace.uts"},   std::string_view{"proc"},          std::string_view{"tmpfs"},
};
constexpr std::string_view needed_by_root = "namespace.network";
constexpr std::string_view needed_without = "namespace.user";

}  // namespace

const Row* Report::find(std::string_view name) const {
  const auto found = std::ranges::find(rows, name, &Row::name);
  return found == rows.end() ? nullptr : &*found;
}

std::optional<std::vector<std::string>> Report::lacking(bool rootless) const {
  std::vector<std::string> missing;
  bool tried = false;
  for (const auto& row : rows) {
    const auto& works = rootless ? row.rootless : row.root;
    const bool counts = std::ranges::find(needed, std::string_view{row.name}) != needed.end() ||
                        row.name == (rootless ? needed_without : needed_by_root);
    if (!counts || !works) continue;
    tried = true;
    if (!*works) missing.push_back(row.name);
  }
  return tried ? std::optional{missing} : std::nullopt;
}

Report look() {
  Report report;
  report.as_root = ::geteuid() == 0 && !sys::in_user_namespace();
  utsname host{};
  ::uname(&host);
  report.rows.push_back(
      {"kernel", std::nullopt, std::nullopt, fmt::format("{} {} {}", host.sysname, host.release, host.machine), {}});
  look_at_namespaces(report);
  look_at_mounts(report);
  look_at_cgroups(report);
  look_at_security(report);
  look_at_programs(report);
  return report;
}

}  // namespace corten::host
