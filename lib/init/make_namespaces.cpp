// SPDX-License-Identifier: Apache-2.0
#include "init/make_namespaces.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/namespace_kinds.hpp"
#include "base/trace.hpp"
#include "base/wire.hpp"
#include "init/join.hpp"
#include "process/dumpable.hpp"
#include "process/oom_score.hpp"
#include "process/stage_command.hpp"
#include "process/user_limits.hpp"
#include "sys/file.hpp"
#include "sys/mount_api.hpp"
#include "sys/procfs.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

namespace {

bool joins(const NamespaceRequest& plan, std::uint64_t flags) {
  return std::ranges::any_of(plan.joined, [&](const auto& ns) { return (ns.flag & flags) != 0; });
}

bool makes(const NamespaceRequest& plan, std::uint64_t flags) { return (plan.created & flags) == flags; }

/// Whether the user namespace behind `user` owns the namespace behind `ns` (Linux 4.9).
bool is_owned_by(const UniqueFd& ns, const UniqueFd& user) {
  const UniqueFd owner{sys::attempt([&] { return ::ioctl(ns.get(), NS_GET_USERNS); })};
  struct stat owning {};
  struct stat wanted {};
  return owner.valid() && ::fstat(owner.get(), &owning) == 0 && ::fstat(user.get(), &wanted) == 0 &&
         owning.st_dev == wanted.st_dev && owning.st_ino == wanted.st_ino;
}

/// Whether a pid namespace can be joined once the root is the container's. That needs privileges in the user namespace
/// that owns it, and a procfs that shows it, which takes fsopen(2) (Linux 5.2).
bool joins_pid_last(const NamespaceRequest& plan) {
  if (!joins(plan, CLONE_NEWPID) || makes(plan, CLONE_NEWUSER) || !sys::can_open_filesystems()) return false;
  const auto descriptor_of = [&](std::uint64_t flag) -> const UniqueFd& {
    return std::ranges::find(plan.joined, flag, &JoinedNamespace::flag)->fd;
  };
  return !joins(plan, CLONE_NEWUSER) || is_owned_by(descriptor_of(CLONE_NEWPID), descriptor_of(CLONE_NEWUSER));
}

std::string joining(const JoinedNamespace& ns) {
  std::string_view kind;
  for (const auto& row : namespace_kinds.rows) {
    if (row.value.flag == ns.flag) kind = row.name;
  }
  return fmt::format("joining the {} namespace at {}", kind, ns.path);
}

void join(const JoinedNamespace& ns) {
  sys::check([&] { return joining(ns); }, [&] { return ::setns(ns.fd.get(), static_cast<int>(ns.flag)); });
}

/// Joins in the order that privileges allow: a namespace that the caller's user namespace has no say over is tried again
/// once the joined user namespace has been entered; the mount namespace is last, since it changes what paths mean.
void join_all(std::span<const JoinedNamespace> joined) {
  const auto user = std::find_if(joined.begin(), joined.end(), [](const auto& ns) { return ns.flag == CLONE_NEWUSER; });
  std::vector<const JoinedNamespace*> later;
  for (const auto& ns : joined) {
    if (ns.flag == CLONE_NEWUSER || ns.flag == CLONE_NEWNS) continue;
    if (user != joined.end()) {
      const int result = sys::attempt([&] { return ::setns(ns.fd.get(), static_cast<int>(ns.flag)); });
      if (result == -EPERM) {
        later.push_back(&ns);
      } else if (result < 0) {
        throw_errno(joining(ns), -result);
      }
    } else {
      join(ns);
    }
  }
  const auto mount = std::find_if(joined.begin(), joined.end(), [](const auto& ns) { return ns.flag == CLONE_NEWNS; });
  bool mount_joined = mount == joined.end();
  if (user != joined.end()) {
    if (!mount_joined) mount_joined = ::setns(mount->fd.get(), CLONE_NEWNS) == 0;
    join(*user);
    // The ids of a user namespace's root: anything less has no capabilities after execve.
    static_cast<void>(::setresgid(0, 0, 0));
    static_cast<void>(::setresuid(0, 0, 0));
    set_dumpable(false);  // where fs.suid_dumpable is 1, other ids have undone it
  }
  for (const auto* ns : later) join(*ns);
  if (!mount_joined) join(*mount);
}

void await_maps(const Channel& channel) {
  static_cast<void>(channel.expect(Message::mapped));
  sys::check("setgid in the new user namespace", [] { return ::setresgid(0, 0, 0); });
  sys::check("setuid in the new user namespace", [] { return ::setresuid(0, 0, 0); });
}

/// Makes the user namespace for this process, without a clone.
void enter_user_namespace(const Channel& channel) {
  require_namespaces("unsharing the user namespace", sys::attempt([] { return ::unshare(CLONE_NEWUSER); }));
  channel.send(Message::spawned, wire::encode(CloneReport{.pid = ::getpid(), .maps_follow = true, .last = false}));
  await_maps(channel);
}

/// A time namespace is only made for children. Without privileges, only inside the new user namespace: then that is made
/// here, too, and taken out of `flags`.
void make_time_namespace(const Channel& channel, const NamespaceRequest& plan, const UniqueFd& offsets,
                         std::uint64_t& flags) {
  if ((flags & CLONE_NEWTIME) == 0) return;
  flags &= ~static_cast<std::uint64_t>(CLONE_NEWTIME);
  if (::geteuid() != 0 && (flags & CLONE_NEWUSER) != 0) {
    flags &= ~static_cast<std::uint64_t>(CLONE_NEWUSER);
    enter_user_namespace(channel);
  }
  require_namespaces("unsharing the time namespace", sys::attempt([] { return ::unshare(CLONE_NEWTIME); }));
  if (plan.time_offsets.empty()) return;
  const auto& text = plan.time_offsets;
  const auto written = sys::check("writing the time namespace's offsets to /proc/self/timens_offsets",
                                  [&] { return ::write(offsets.get(), text.data(), text.size()); });
  if (static_cast<std::size_t>(written) != text.size()) throw Error{"/proc/self/timens_offsets took a part only"};
}

/// Opened while /proc is the host's: an image may have arranged that of a joined mount namespace. The kernel checks the
/// rights of the opener.
UniqueFd open_time_offsets(const NamespaceRequest& plan) {
  if (plan.time_offsets.empty()) return {};
  const DumpableScope dumpable;
  return sys::Procfs::open().open_file("self/timens_offsets", O_WRONLY);
}

/// A pid namespace is joined together with a new user namespace. From in there nobody has the right to join it, so it is done
/// before, for children: this process stays where it is, and only its clone, once the root is the container's, is seen in it.
bool joins_pid_for_clone(const NamespaceRequest& plan) {
  return joins(plan, CLONE_NEWPID) && makes(plan, CLONE_NEWUSER) && ::geteuid() == 0;
}

/// All but the pid namespace, in this process.
void unshare_namespaces(const Channel& channel, std::uint64_t flags) {
  enter_user_namespace(channel);
  set_dumpable(false);  // where fs.suid_dumpable is 1, other ids have undone it
  const auto others = static_cast<int>(flags & ~std::uint64_t{CLONE_NEWUSER});
  require_namespaces("unsharing the namespaces", sys::attempt([&] { return ::unshare(others); }));
  channel.send(Message::spawned, wire::encode(CloneReport{.pid = ::getpid(), .clones_again = true}));
}

/// An IPC namespace that is made together with a user namespace belongs to nobody, since no ids are mapped yet: the root
/// of its message queues would show that. Init makes it once the ids are there.
bool makes_ipc_later(std::uint64_t flags) { return (flags & CLONE_NEWUSER) != 0 && (flags & CLONE_NEWIPC) != 0; }

/// What an unprivileged caller may do with /proc/PID of a process that is not dumpable (it writes the id maps there)
/// depends on the user namespace in which the process was executed. A new one has no other processes; in a joined one,
/// the process stays undumpable.
class ForCaller {
 public:
  explicit ForCaller(const NamespaceRequest& plan) {
    if (::geteuid() == 0 || !makes(plan, CLONE_NEWUSER)) return;
    exe_ = sys::open_at(AT_FDCWD, "/proc/self/exe", O_PATH);
    set_dumpable(true);
  }

  /// Executes the stage once more, in its user namespace.
  void execute_again(const Channel& channel, unsigned passed_fds, bool placed) const {
    if (!exe_.valid()) return;
    const auto* const kind = placed ? stage_kind::mapped : stage_kind::mapped_not_placed;
    const StageCommand command{kind, channel.fd(), {passed_fds, {}}};
    throw_errno("executing corten's init stage in its user namespace", command.execute(exe_.get()));
  }

 private:
  UniqueFd exe_;
};

/// Of a stage that was started before they were known. Where one is not valid, the caller has none.
void take_streams(std::vector<UniqueFd>& streams) {
  for (std::size_t at = 0; at < streams.size(); ++at) {
    if (!streams[at].valid()) continue;
    sys::check("dup2 of a standard stream", [&] { return ::dup2(streams[at].get(), static_cast<int>(at)); });
  }
  streams.clear();
}

}  // namespace

bool enters_cgroup_first(const NamespaceRequest& plan) {
  return plan.cgroup.valid() &&
         (joins(plan, CLONE_NEWUSER | CLONE_NEWCGROUP) || makes(plan, CLONE_NEWUSER | CLONE_NEWTIME));
}

Place make_namespaces(const Channel& channel) {
  auto packet = channel.expect(Message::namespaces);
  auto plan = packet.reader().take<NamespaceRequest>();
  trace::phase("making the namespaces");
  take_streams(plan.streams);
  Place place;
  const bool pid_last = joins_pid_last(plan);
  if (pid_last) {
    const auto pid = std::ranges::find(plan.joined, CLONE_NEWPID, &JoinedNamespace::flag);
    place.pid_namespace = std::move(pid->fd);
    plan.joined.erase(pid);
  }
  sys::CloneRequest clone{.sibling = true, .cgroup = plan.cgroup.get(), .any_cgroup = plan.cgroup_optional};

  if (plan.oom_score_adj) set_own_oom_score(*plan.oom_score_adj);
  raise_limits(plan.user_limits);
  const ForCaller for_caller{plan};
  place.in_cgroup = !plan.cgroup.valid();
  place.clones_into_pid_namespace = joins_pid_for_clone(plan);
  const bool seen_at_once = joins(plan, CLONE_NEWPID) && !place.clones_into_pid_namespace;
  if (enters_cgroup_first(plan) || (plan.cgroup.valid() && (seen_at_once || place.clones_into_pid_namespace))) {
    place.in_cgroup = continue_in_clone(channel, clone, {.last = false});
    clone.cgroup = -1;
    plan.cgroup.reset();  // of the host: nothing that may be seen in a pid namespace has it
  }
  auto time_offsets = open_time_offsets(plan);
  join_all(plan.joined);
  plan.joined.clear();
  auto flags = plan.created & ~std::uint64_t{CLONE_NEWCGROUP};
  make_time_namespace(channel, plan, time_offsets, flags);
  time_offsets.reset();
  if (place.clones_into_pid_namespace) {
    unshare_namespaces(channel, flags);
    return place;
  }
  const bool ipc_later = makes_ipc_later(flags);
  clone.flags = ipc_later ? flags & ~std::uint64_t{CLONE_NEWIPC} : flags;
  const bool mapped = (flags & CLONE_NEWUSER) != 0;
  place.in_cgroup =
      continue_in_clone(channel, clone, {.maps_follow = mapped, .clones_again = place.pid_namespace.valid()}) ||
      place.in_cgroup;
  plan.cgroup.reset();
  if (mapped) await_maps(channel);
  if (ipc_later)
    require_namespaces("unsharing the IPC namespace", sys::attempt([] { return ::unshare(CLONE_NEWIPC); }));
  for_caller.execute_again(channel, plan.passed_fds, place.in_cgroup);
  return place;
}

}  // namespace corten::init
