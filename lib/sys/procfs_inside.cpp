// SPDX-License-Identifier: Apache-2.0
#include "sys/procfs_inside.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "sys/capabilities.hpp"
#include "sys/fd_passing.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {
namespace {

constexpr int answers_on = 0;
constexpr int namespace_on = 1;

/// Nothing but these two descriptors stays open. 0 or an errno, as below.
int keep_only(int socket, int ns) {
  const int high = attempt([&] { return ::fcntl(ns, F_DUPFD, 3); });
  if (high < 0) return -high;
  if (::dup2(socket, answers_on) < 0 || ::dup2(high, namespace_on) < 0) return errno;
  return static_cast<int>(-attempt([] { return ::syscall(SYS_close_range, 2U, ~0U, 0); }));
}

/// A detached tmpfs as root: nothing of the host is above it.
int change_root_to_nothing() {
  const UniqueFd context{attempt([] { return ::fsopen("tmpfs", FSOPEN_CLOEXEC); })};
  if (!context.valid()) return -context.get();
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return errno;
  const UniqueFd mount{attempt([&] { return ::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY); })};
  if (!mount.valid()) return -mount.get();
  return ::fchdir(mount.get()) == 0 && ::chroot(".") == 0 ? 0 : errno;
}

void answer(int error, int context) {
  try {
    send_with_fds(answers_on, {reinterpret_cast<const char*>(&error), sizeof error},
                  context >= 0 ? std::vector<int>{context} : std::vector<int>{});
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the caller has ended
  }
}

/// In the pid namespace.
[[noreturn]] void open_and_answer() {
  const UniqueFd context{attempt([] { return ::fsopen("proc", FSOPEN_CLOEXEC); })};
  answer(context.valid() ? 0 : -context.get(), context.get());
  ::_exit(0);
}

[[noreturn]] void run_helper(int socket, int ns) {
  int error = keep_only(socket, ns);
  if (error == 0) error = change_root_to_nothing();
  if (error == 0 && ::setns(namespace_on, CLONE_NEWPID) != 0) error = errno;
  if (error == 0) error = -keep_capabilities(capability_bit(CAP_SYS_ADMIN));  // fsopen(2) takes it
  if (error == 0) {
    ::close(namespace_on);
    const pid_t inside = ::fork();
    if (inside == 0) open_and_answer();
    if (inside < 0) error = errno;
    if (inside > 0) attempt([&] { return ::waitpid(inside, nullptr, 0); });
  }
  if (error != 0) answer(error, -1);
  ::_exit(0);
}

}  // namespace

Opened open_procfs_inside(int ns) {
  std::array<int, 2> ends{};
  check("socketpair", [&] { return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()); });
  const UniqueFd hears{ends[0]};
  UniqueFd says{ends[1]};
  const pid_t helper = check("fork", [] { return ::fork(); });
  if (helper == 0) run_helper(says.get(), ns);
  says.reset();
  int error = EPIPE;  // where it is killed
  std::vector<UniqueFd> fds;
  const auto size = receive_with_fds(hears.get(), reinterpret_cast<char*>(&error), sizeof error, fds);
  attempt([&] { return ::waitpid(helper, nullptr, 0); });
  if (size != sizeof error) error = EPIPE;
  if (error != 0 || fds.empty()) return {UniqueFd{}, error == 0 ? EPIPE : error};
  return {std::move(fds.front()), 0};
}

}  // namespace corten::sys
