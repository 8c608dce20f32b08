// SPDX-License-Identifier: Apache-2.0
#include "init/credentials.hpp"

#include <fmt/core.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "sys/capabilities.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

namespace {

/// The caller made the standard streams for another user; the process must be able to reopen them (/dev/stderr).
void own_standard_streams(std::uint32_t uid, bool own_terminal) {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat file {};
    if (::fstat(fd, &file) != 0 || file.st_uid == uid) continue;
    // /dev/null stays as it is (crun CVE-2026-88265 chowned what a symlink in its place led to).
    if (S_ISCHR(file.st_mode) && file.st_rdev == makedev(1, 3)) continue;
    if (!own_terminal && S_ISCHR(file.st_mode) && ::isatty(fd) != 0) continue;  // that of whoever runs us
    const int result = sys::attempt([&] { return ::fchown(fd, uid, file.st_gid); });
    // EINVAL: not mapped in the user namespace; EPERM: the caller may not give them away; EROFS: a file on a read-only
    // mount.
    if (result < 0 && result != -EINVAL && result != -EPERM && result != -EROFS) {
      throw_errno("unable to set up user: giving the standard streams to the user", -result);
    }
  }
}

/// False where the container's user may enter it, but we may not: it is tried again as that user.
bool try_change_directory(const std::string& cwd) {
  if (cwd.empty()) return true;
  const int result = sys::attempt([&] { return ::chdir(cwd.c_str()); });
  if (result == -EACCES || result == -EPERM) return false;
  if (result < 0) throw_errno(fmt::format("chdir to cwd (\"{}\") set in config.json failed", cwd), -result);
  return true;
}

/// CVE-2024-21626: a working directory reached through a leaked descriptor lies outside the container's root, and the
/// kernel then answers with a path that starts with "(unreachable)".
void verify_working_directory() {
  std::array<char, PATH_MAX> path{};
  const auto size = sys::check("failed to verify if current working directory is safe",
                               [&] { return ::syscall(SYS_getcwd, path.data(), path.size()); });
  if (size < 1 || path[0] != '/') {
    throw Error{
        "current working directory is outside of container mount namespace root -- possible container breakout "
        "detected"};
  }
}

void set_ids(const User& user, bool set_groups) {
  if (set_groups) {
    const std::vector<gid_t> groups{user.groups.begin(), user.groups.end()};
    sys::check("setgroups", [&] { return ::setgroups(groups.size(), groups.data()); });
  }
  const int gid_result = sys::attempt([&] { return ::setresgid(user.gid, user.gid, user.gid); });
  if (gid_result == -EINVAL)
    throw Error{fmt::format("cannot setgid to unmapped gid {} in user namespace", user.gid), EINVAL};
  if (gid_result < 0) throw_errno("setgid", -gid_result);
  const int uid_result = sys::attempt([&] { return ::setresuid(user.uid, user.uid, user.uid); });
  if (uid_result == -EINVAL)
    throw Error{fmt::format("cannot setuid to unmapped uid {} in user namespace", user.uid), EINVAL};
  if (uid_result < 0) throw_errno("setuid", -uid_result);
}

void check_set(const char* what, const std::array<std::uint32_t, 3>& is, std::uint32_t wanted) {
  for (const auto id : is) {
    if (id != wanted) throw Error{fmt::format("the {} is {} after it was set to {}", what, id, wanted)};
  }
}

/// Checks what the calls have done: to them 4294967295 means "leave unchanged", which would leave root. No plan has
/// that id, but a mistake here would run the process as root.
void verify_ids(const User& user, bool set_groups) {
  std::array<std::uint32_t, 3> ids{};
  sys::check("getresuid", [&] { return ::getresuid(ids.data(), &ids[1], &ids[2]); });
  check_set("user", ids, user.uid);
  sys::check("getresgid", [&] { return ::getresgid(ids.data(), &ids[1], &ids[2]); });
  check_set("group", ids, user.gid);
  if (!set_groups) return;
  auto wanted = user.groups;
  std::vector<gid_t> groups(wanted.size() + 1);  // room to see one too many
  const int count =
      sys::check("getgroups", [&] { return ::getgroups(static_cast<int>(groups.size()), groups.data()); });
  groups.resize(static_cast<std::size_t>(count));
  std::ranges::sort(wanted);  // as the kernel keeps them
  std::ranges::sort(groups);
  if (groups != wanted) throw Error{"the additional groups are not those that were set"};
}

}  // namespace

void become_user(const Launch& launch, bool set_groups, std::uint64_t keep) {
  const bool there = try_change_directory(launch.cwd);
  if (launch.capabilities) {
    with_context("unable to apply bounding set", [&] { security::drop_bounding(*launch.capabilities); });
  }
  const bool keeps_caps = launch.user.uid != 0;  // root keeps them anyway
  if (keeps_caps) sys::check("unable to set keep caps", [] { return ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0); });
  own_standard_streams(launch.user.uid, launch.terminal);
  with_context("unable to setup user", [&] {
    set_ids(launch.user, set_groups);
    verify_ids(launch.user, set_groups);
  });
  if (!there) {
    sys::check([&] { return fmt::format("chdir to cwd (\"{}\") set in config.json failed", launch.cwd); },
               [&] { return ::chdir(launch.cwd.c_str()); });
  }
  verify_working_directory();
  if (keeps_caps) sys::check("unable to clear keep caps", [] { return ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0); });
  if (keep == 0) {
    set_final_capabilities(launch);
  } else if (launch.capabilities) {
    auto sets = *launch.capabilities;
    sets.permitted |= keep;
    sets.effective |= keep;
    with_context("unable to apply caps", [&] { security::apply(sets); });
  }
}

void keep_needed_capabilities(const Launch& launch, std::uint64_t keep) {
  if (!launch.capabilities) return;  // the process has all of them, too
  using sys::capability_bit;
  const auto& final = *launch.capabilities;
  auto kept = keep | final.effective | final.inheritable | final.permitted | final.ambient;
  for (const int capability : {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_SETGID, CAP_SETUID, CAP_SETPCAP}) {
    kept |= capability_bit(capability);
  }
  if (launch.scheduler) kept |= capability_bit(CAP_SYS_NICE);
  if (launch.io_priority)
    kept |= capability_bit(CAP_SYS_NICE) | capability_bit(CAP_SYS_ADMIN);  // the second one up to Linux 5.14
  if (const int result = sys::keep_capabilities(kept); result < 0) throw_errno("giving up capabilities", -result);
}

void set_final_capabilities(const Launch& launch) {
  if (launch.capabilities) with_context("unable to apply caps", [&] { security::apply(*launch.capabilities); });
}

}  // namespace corten::init
