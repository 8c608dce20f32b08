// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "host/attempt.hpp"
#include "host/report.hpp"
#include "sys/file.hpp"

namespace corten::host {
namespace {

constexpr std::string_view mount = "/sys/fs/cgroup";

long type_of(const std::string& path) {
  struct statfs system {};
  return ::statfs(path.c_str(), &system) == 0 ? system.f_type : 0;
}

/// The directory of this process's cgroup on v2.
std::string own_group() {
  const auto text = sys::read_file_if_exists(AT_FDCWD, "/proc/self/cgroup").value_or("");
  for (const auto line : split(text, '\n')) {
    if (line.starts_with("0::")) return fmt::format("{}{}", mount, line.substr(3));
  }
  return std::string{mount};
}

/// Whether a group can be made in `parent`, tried: 0 or an errno.
int make_group(const std::string& parent) {
  const auto path = fmt::format("{}/corten-check-{}", parent, ::getpid());
  if (::mkdir(path.c_str(), 0755) != 0) return errno;
  return ::rmdir(path.c_str()) == 0 ? 0 : errno;
}

void look_at_v2(Report& report) {
  const auto own = own_group();
  const auto controllers = first_line(own + "/cgroup.controllers");
  const int code = make_group(own);
  Row row;
  row.name = "cgroup.make";
  (report.as_root ? row.root : row.rootless) = code == 0;
  if (code != 0) {
    row.found = fmt::format("mkdir in {}: {}", own, errno_text(code));
    row.mend = code == EROFS ? "mount -o remount,rw /sys/fs/cgroup, or a cgroup namespace with a mount of its own"
                             : "systemd-run --user --scope -p Delegate=yes corten ..., or loginctl enable-linger";
  }
  report.rows.push_back(std::move(row));
  for (const char* const name : {"cpu", "memory", "pids", "io", "cpuset"}) {
    const auto names = split(controllers, ' ');
    const bool there = std::ranges::find(names, std::string_view{name}) != names.end();
    Row one;
    one.name = fmt::format("cgroup.{}", name);
    (report.as_root ? one.root : one.rootless) = there;
    if (!there) {
      one.found = fmt::format("not in {}/cgroup.controllers", own);
      one.mend =
          "systemctl edit user@.service, with Delegate=cpu cpuset io memory pids below [Service]; for root: the boot "
          "option cgroup_enable=";
    }
    report.rows.push_back(std::move(one));
  }
  Row kill;
  kill.name = "cgroup.kill";
  const bool there = ::access((own + "/cgroup.kill").c_str(), F_OK) == 0;
  (report.as_root ? kill.root : kill.rootless) = there;
  if (!there)
    kill.found =
        own == mount ? "the root of all groups has none" : "Linux 5.14 has it: processes are killed one by one";
  report.rows.push_back(std::move(kill));
}

}  // namespace

void look_at_cgroups(Report& report) {
  Row row;
  row.name = "cgroup";
  const auto type = type_of(std::string{mount});
  const bool unified = type == CGROUP2_SUPER_MAGIC;
  const bool legacy = type == TMPFS_MAGIC;
  row.found = unified  ? "v2"
              : legacy ? type_of(fmt::format("{}/unified", mount)) == CGROUP2_SUPER_MAGIC ? "hybrid" : "v1"
                       : "none is mounted";
  (report.as_root ? row.root : row.rootless) = unified || legacy;
  if (!unified && !legacy) row.mend = "mount -t cgroup2 cgroup2 /sys/fs/cgroup";
  report.rows.push_back(std::move(row));
  if (unified) return look_at_v2(report);
  if (!legacy) return;
  for (const char* const name : {"cpu", "memory", "pids", "blkio", "cpuset", "devices", "freezer"}) {
    const auto path = fmt::format("{}/{}", mount, name);
    const int code = make_group(path);
    Row one;
    one.name = fmt::format("cgroup.{}", name);
    (report.as_root ? one.root : one.rootless) = code == 0;
    if (code != 0) one.found = fmt::format("mkdir in {}: {}", path, errno_text(code));
    report.rows.push_back(std::move(one));
  }
}

}  // namespace corten::host
