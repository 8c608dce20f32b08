// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "host/attempt.hpp"
#include "host/report.hpp"
#include "sys/mount_api.hpp"

namespace corten::host {
namespace {

/// The same for root and for an ordinary user, who has to be root of a user namespace for it.
void attempt_both(Report& report, const char* name, unsigned long namespaces, const std::function<int()>& body,
                  const std::string& mend) {
  Row row;
  row.name = name;
  int code = as_user([&] {
    const int entered = enter_user_namespace(namespaces);
    return entered != 0 ? entered : body();
  });
  row.rootless = code == 0;
  if (report.as_root) {
    const int root_code = in_child([&] {
      const int entered = unshare_errno(namespaces);
      return entered != 0 ? entered : body();
    });
    row.root = root_code == 0;
    if (root_code != 0) code = root_code;
  }
  if (code != 0) {
    row.found = errno_text(code);
    row.mend = mend;
  }
  report.rows.push_back(std::move(row));
}

/// A new one on a directory that every machine has; it ends with the child's mount namespace.
int mount_errno(const char* type, const char* where, const char* data) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno;
  return ::mount(type, where, type, MS_NOSUID | MS_NODEV | MS_NOEXEC, data) == 0 ? 0 : errno;
}

/// A procfs is mounted by a process of its pid namespace.
int mount_procfs() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno;
  return in_child([] { return ::mount("proc", "/proc", "proc", 0, nullptr) == 0 ? 0 : errno; });
}

int mount_overlay(const std::string& directory) {
  if (const int code = mount_errno("tmpfs", directory.c_str(), "mode=755"); code != 0) return code;
  for (const char* const name : {"lower", "upper", "work", "merged"}) {
    if (::mkdir(fmt::format("{}/{}", directory, name).c_str(), 0755) != 0) return errno;
  }
  const auto data = fmt::format("lowerdir={0}/lower,upperdir={0}/upper,workdir={0}/work", directory);
  const auto target = directory + "/merged";
  return ::mount("overlay", target.c_str(), "overlay", 0, data.c_str()) == 0 ? 0 : errno;
}

int open_in_root() {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const UniqueFd fd{static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, ".", &how, sizeof how))};
  return fd.valid() ? 0 : errno;
}

/// A user namespace's descriptor, for which a child waits meanwhile.
int map_mount(const char* path) {
  std::array<int, 2> ready{};
  if (::pipe2(ready.data(), O_CLOEXEC) != 0) return errno;
  const pid_t holder = ::fork();
  if (holder < 0) return errno;
  if (holder == 0) {
    const int code = enter_user_namespace(0);
    const char byte = code == 0 ? 1 : 0;
    if (::write(ready[1], &byte, 1) < 0) ::_exit(1);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);  // a change of credentials would have undone it
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  const bool entered = ::read(ready[0], &byte, 1) == 1 && byte == 1;
  int code = EPERM;
  if (entered) {
    const UniqueFd space{::open(fmt::format("/proc/{}/ns/user", holder).c_str(), O_RDONLY | O_CLOEXEC)};
    const auto tree = sys::clone_mount(AT_FDCWD, path, sys::Depth::one);
    code = tree.error;
    if (tree.ok()) code = sys::change_attributes(tree.fd.get(), sys::Depth::one, {MOUNT_ATTR_IDMAP, 0, 0, space.get()});
  }
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  return code;
}

}  // namespace

void look_at_mounts(Report& report) {
  constexpr unsigned long own_mounts = CLONE_NEWNS;
  attempt_both(report, "proc", own_mounts | CLONE_NEWPID, mount_procfs,
               "something covers a part of /proc, as in a container: umount it, or join that pid namespace");
  attempt_both(
      report, "sysfs", own_mounts | CLONE_NEWNET, [] { return mount_errno("sysfs", "/sys", nullptr); },
      "something covers a part of /sys: bind mount /sys instead");
  attempt_both(report, "tmpfs", own_mounts, [] { return mount_errno("tmpfs", "/tmp", nullptr); }, {});
  attempt_both(
      report, "overlay", own_mounts, [] { return mount_overlay("/tmp"); },
      "modprobe overlay; without root it needs Linux 5.11");
  attempt_both(report, "openat2", 0, open_in_root,
               "Linux 5.6, and an engine around this one whose filter allows openat2(2)");
  attempt_both(
      report, "mount-api", own_mounts, [] { return sys::make_filesystem("tmpfs", "tmpfs", {}, 0).error; },
      "Linux 5.2, and a filter that allows fsopen(2)");
  attempt_both(
      report, "mount-attributes", own_mounts,
      [] {
        const auto tree = sys::clone_mount(AT_FDCWD, "/", sys::Depth::one);
        return tree.ok() ? sys::change_attributes(tree.fd.get(), sys::Depth::one, {MOUNT_ATTR_RDONLY, 0, 0, -1})
                         : tree.error;
      },
      "Linux 5.12, and a filter that allows mount_setattr(2)");
  Row row;
  row.name = "id-mapped-mounts";
  if (report.as_root) {
    const int code = in_child([] { return map_mount("/"); });
    row.root = code == 0;
    if (code != 0) {
      row.found = fmt::format("of the file system of /: {}", errno_text(code));
      row.mend = "a file system that has them: ext4, btrfs, xfs, tmpfs (Linux 6.3)";
    }
  }
  row.rootless = false;
  report.rows.push_back(std::move(row));
}

}  // namespace corten::host
