// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"
#include "host/attempt.hpp"
#include "host/report.hpp"
#include "sys/file.hpp"

namespace corten::host {
namespace {

/// Loads a filter that allows everything.
int load_filter() {
  std::array<sock_filter, 1> code{{{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}}};
  const sock_fprog filter{static_cast<unsigned short>(code.size()), code.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0 ? 0 : errno;
}

constexpr auto actions = named_table<std::uint32_t>({
    {"KILL_PROCESS", SECCOMP_RET_KILL_PROCESS},
    {"ERRNO", SECCOMP_RET_ERRNO},
    {"USER_NOTIF", SECCOMP_RET_USER_NOTIF},
    {"LOG", SECCOMP_RET_LOG},
});

void look_at_seccomp(Report& report) {
  const int code = in_child(load_filter);
  Row row;
  row.name = "seccomp";
  row.root = row.rootless = code == 0;
  if (code != 0) {
    row.found = errno_text(code);
    row.mend = "a kernel with CONFIG_SECCOMP_FILTER";
  } else {
    for (const auto& [name, action] : actions.rows) {
      if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0) continue;
      row.found += fmt::format("{}{}", row.found.empty() ? "without " : ", ", name);
    }
  }
  report.rows.push_back(std::move(row));
}

void look_at_modules(Report& report) {
  Row apparmor;
  apparmor.name = "apparmor";
  apparmor.root = first_line("/sys/module/apparmor/parameters/enabled") == "Y";
  if (!*apparmor.root) {
    apparmor.found = "not enabled in this kernel: a profile in config.json is an error";
  } else if (program("apparmor_parser").empty()) {
    apparmor.found = "enabled, and apparmor_parser is not installed: engines load no profile";
    apparmor.mend = "apt install apparmor";
  }
  report.rows.push_back(std::move(apparmor));
  Row selinux;
  selinux.name = "selinux";
  const auto enforce = first_line("/sys/fs/selinux/enforce");
  selinux.root = !enforce.empty();
  selinux.found = enforce.empty()  ? "not enabled in this kernel: a label in config.json is an error"
                  : enforce == "1" ? "enforcing"
                                   : "permissive";
  report.rows.push_back(std::move(selinux));
}

/// What the container of `corten spec` and those of the engines want of root.
void look_at_capabilities(Report& report) {
  if (!report.as_root) return;
  Row row;
  row.name = "capabilities";
  constexpr auto wanted = named_table<int>({{"CAP_SYS_ADMIN", CAP_SYS_ADMIN},
                                            {"CAP_CHOWN", CAP_CHOWN},
                                            {"CAP_DAC_OVERRIDE", CAP_DAC_OVERRIDE},
                                            {"CAP_FOWNER", CAP_FOWNER},
                                            {"CAP_MKNOD", CAP_MKNOD},
                                            {"CAP_NET_ADMIN", CAP_NET_ADMIN},
                                            {"CAP_SETGID", CAP_SETGID},
                                            {"CAP_SETPCAP", CAP_SETPCAP},
                                            {"CAP_SETUID", CAP_SETUID},
                                            {"CAP_SYS_CHROOT", CAP_SYS_CHROOT},
                                            {"CAP_SYS_RESOURCE", CAP_SYS_RESOURCE}});
  std::string missing;
  for (const auto& [name, value] : wanted.rows) {
    if (::prctl(PR_CAPBSET_READ, value, 0, 0, 0) == 1) continue;
    missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
  }
  row.root = missing.empty();
  if (!missing.empty()) {
    row.found = fmt::format("the bounding set lacks {}", missing);
    row.mend = "run it outside of the container that has taken them";
  }
  report.rows.push_back(std::move(row));
}

void look_at_limits(Report& report) {
  Row row;
  row.name = "open-files";
  rlimit limit{};
  constexpr rlim_t enough = 1024;
  const bool works = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= enough;
  (report.as_root ? row.root : row.rootless) = works;
  row.found = fmt::format("{} (at most {})", limit.rlim_cur,
                          limit.rlim_max == RLIM_INFINITY ? "any number" : std::to_string(limit.rlim_max));
  if (!works) row.mend = "ulimit -n 1024";
  report.rows.push_back(std::move(row));
}

}  // namespace

void look_at_security(Report& report) {
  look_at_seccomp(report);
  look_at_modules(report);
  look_at_capabilities(report);
  look_at_limits(report);
}

}  // namespace corten::host
