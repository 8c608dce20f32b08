// SPDX-License-Identifier: Apache-2.0
#include "container/host_settings.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "base/text.hpp"
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

void check_no_other_groups(const process::User& user) {
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

std::string exit_reason(pid_t pid, const cgroup::Manager& manager) {
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

}  // namespace corten::container
