// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/namespace_kinds.hpp"
#include "host/attempt.hpp"
#include "host/report.hpp"

namespace corten::host {
namespace {

std::string setting(const char* name) { return first_line(fmt::format("/proc/sys/{}", name)); }

/// Why no user namespace may be made, where a setting says so.
std::string user_mend() {
  if (setting("kernel/unprivileged_userns_clone") == "0") return "sysctl -w kernel.unprivileged_userns_clone=1";
  if (setting("kernel/apparmor_restrict_unprivileged_userns") == "1")
    return "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
  return {};
}

std::string mend(std::string_view name, std::string_view file, int code) {
  if (code == ENOSPC) return fmt::format("sysctl -w user.max_{}_namespaces=15000", file);
  if (code == EINVAL || code == ENOSYS) return fmt::format("a kernel with {} namespaces", name);
  return name == "user" ? user_mend() : std::string{};
}

}  // namespace

void look_at_namespaces(Report& report) {
  for (const auto& [name, kind] : namespace_kinds.rows) {
    Row row;
    row.name = fmt::format("namespace.{}", name);
    const auto flag = kind.flag;
    const bool user = flag == CLONE_NEWUSER;
    int code = as_user([&] { return enter_user_namespace(user ? 0 : flag); });
    row.rootless = code == 0;
    if (report.as_root) {
      const int root_code = in_child([&] { return user ? enter_user_namespace(0) : unshare_errno(flag); });
      row.root = root_code == 0;
      if (root_code != 0) code = root_code;
    }
    if (code != 0) {
      row.found = errno_text(code);
      row.mend = mend(name, kind.file, code);
    }
    report.rows.push_back(std::move(row));
  }
}

}  // namespace corten::host
