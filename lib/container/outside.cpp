// SPDX-License-Identifier: Apache-2.0
#include "container/outside.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "base/text.hpp"
#include "container/id_maps.hpp"
#include "process/hiding.hpp"
#include "sys/clone.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {

void set_rlimit(pid_t pid, const process::Rlimit& limit) {
  const rlimit64 value{limit.soft, limit.hard};
  sys::check([&] { return fmt::format("error setting rlimit type {}", limit.resource); },
             [&] { return ::syscall(SYS_prlimit64, pid, limit.resource, &value, nullptr); });
}

bool may_set_groups(pid_t pid) {
  const auto text = sys::read_file_if_exists(AT_FDCWD, fmt::format("/proc/{}/setgroups", pid));
  return !text || trim(*text) != "deny";
}

void forgo_groups(process::User& user) {
  user.set_groups = false;
  for (const auto gid : user.groups) {
    if (gid == user.gid) continue;  // which it has in any case; engines name it for images that list root in group 0
    throw Error{fmt::format(
        "process.user.additionalGids: cannot set any additional groups in a rootless container whose user namespace "
        "denies setgroups(2): {} is not the process's group; ranges of /etc/subgid for the user would allow it",
        gid)};
  }
}

pid_t pid_inside(pid_t pid) {
  const auto status = sys::read_file(fmt::format("/proc/{}/status", pid));
  for (const auto line : split(status, '\n')) {
    constexpr std::string_view key = "NSpid:";
    if (line.substr(0, key.size()) != key) continue;
    const auto last = line.find_last_of(" \t");
    return parse_number<pid_t>(line.substr(last + 1)).value_or(pid);
  }
  return pid;
}

std::string describe_end(pid_t pid, const cgroup::Manager& manager) {
  // Its socket closes a moment before it can be waited for.
  if (const auto pidfd = sys::open_pidfd(pid))
    static_cast<void>(sys::wait_ended(*pidfd, std::chrono::milliseconds{1000}));
  int status = 0;
  const auto waited = sys::attempt([&] { return ::waitpid(pid, &status, WNOHANG); });
  if (waited != pid) return "init fell silent";
  if (!WIFSIGNALED(status)) return fmt::format("init ended early, exit status {}", WEXITSTATUS(status));
  if (WTERMSIG(status) == SIGKILL && manager.oom_kills() > 0) {
    return "container init was OOM-killed (memory limit too low?)";
  }
  return fmt::format("init was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
}

UniqueFd open_map_namespace(const rootfs::MountIdMap& map) {
  if (!map.userns_path.empty()) return sys::open_at(AT_FDCWD, map.userns_path, O_RDONLY);
  std::vector<spec::IdMapping> uids;
  std::vector<spec::IdMapping> gids;
  for (const auto& range : map.uids) uids.push_back({range.container_id, range.host_id, range.size});
  for (const auto& range : map.gids) gids.push_back({range.container_id, range.host_id, range.size});
  // A process that only lends its user namespace: it stops at once, and ends when we let go of it.
  const pid_t holder = sys::clone_process({.flags = CLONE_NEWUSER}).pid;
  if (holder < 0) throw_errno("clone of a user namespace for an id-mapped mount", -holder);
  if (holder == 0) {
    if (::geteuid() == 0) process::hide_copy({});
    for (;;) ::pause();
  }
  const auto end = [&] {
    ::kill(holder, SIGKILL);
    sys::attempt([&] { return ::waitpid(holder, nullptr, 0); });
  };
  try {
    static_cast<void>(write_id_maps(holder, uids, gids));
    auto fd = sys::open_at(AT_FDCWD, fmt::format("/proc/{}/ns/user", holder), O_RDONLY);
    end();
    return fd;
  } catch (...) {
    end();
    throw;
  }
}

void close_inherited_on_exec() {
  sys::attempt([] { return ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC); });
}

}  // namespace corten::container
