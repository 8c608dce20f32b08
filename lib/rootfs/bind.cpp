// SPDX-License-Identifier: Apache-2.0
#include "rootfs/bind.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/copy_symlink.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/new_mount.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

constexpr std::uint64_t atime_kinds = MS_NOATIME | MS_RELATIME | MS_STRICTATIME;
constexpr std::uint64_t atime_flags = atime_kinds | MS_NODIRATIME;

/// What a mount keeps when it comes from another user namespace: the kernel's MNT_LOCK_*.
constexpr std::uint64_t lockable = MS_RDONLY | MS_NODEV | MS_NOEXEC | MS_NOSUID | atime_flags;

constexpr std::uint64_t bind_bits = MS_BIND | MS_REC | MS_REMOUNT;

/// Whether the document names flags: without any, a bind keeps those of its source.
bool says_flags(const MountStep& step) { return (step.flags & ~bind_bits) != 0 || step.cleared != 0; }

int remount(int mount, std::uint64_t flags) {
  const std::string path = fd_path(mount);
  return -sys::attempt([&] { return ::mount(nullptr, path.c_str(), nullptr, flags | MS_BIND | MS_REMOUNT, nullptr); });
}

/// A bind whose flags may not be set as the document says, since the source's are locked: a mount of another user
/// namespace. They stay then, unless the document asks by name for what they forbid.
void change_locked(int mount, const MountStep& step, bool attached, int error) {
  const std::uint64_t source = current_flags(mount);
  if (const auto locked = source & step.cleared & lockable; locked != 0) {
    throw_errno("cannot clear locked flags " + flag_names(locked), error);
  }
  if ((step.flags & atime_flags) != 0 && (step.flags & atime_flags) != (source & atime_flags)) {
    throw_errno("cannot change locked atime flags " + flag_names(source & atime_flags), error);
  }
  int again = 0;
  if (attached) {
    again = remount(mount, (step.flags & ~static_cast<std::uint64_t>(MS_REC)) | (source & lockable));
  } else {
    sys::AttributeChange change;
    change.set = sys::mount_attributes(step.flags & ~atime_flags);
    change.clear = MOUNT_ATTR_NOSYMFOLLOW;  // the one that is never locked
    again = sys::change_attributes(mount, sys::Depth::one, change);
  }
  if (again != 0) throw_errno("remount with locked flags " + flag_names(source & lockable) + " re-applied", again);
}

/// The flags of the mount alone, by mount(2) on the attached mount.
void set_flags_attached(int mount, const MountStep& step) {
  const int error = remount(mount, step.flags & ~static_cast<std::uint64_t>(MS_REC));
  if (error != 0) change_locked(mount, step, true, error);
}

/// False where the kernel has no mount_setattr(2) (before Linux 5.12).
bool apply_detached(int mount, const MountStep& step) {
  if (!sys::attributes_can_change()) return false;
  for (const auto& [depth, change] : bind_changes(step)) {
    const int error = sys::change_attributes(mount, depth, change);
    if (error == 0) continue;
    if (error == ENOSYS) return false;
    const bool of_flags = says_flags(step) && depth == sys::Depth::one && (change.set | change.clear) != 0;
    if (error != EPERM || !of_flags) throw_mount_error({"mount_setattr", "", step.destination, step.flags, ""}, error);
    with_context("failed to set user-requested vfs flags on bind-mount",
                 [&] { change_locked(mount, step, false, error); });
    if (change.propagation == 0) continue;
    const int late = sys::change_attributes(mount, depth, {0, 0, change.propagation, -1});
    if (late != 0) throw_mount_error({"mount_setattr", "", step.destination, change.propagation, ""}, late);
  }
  return true;
}

UniqueFd attach(UniqueFd tree, const MountStep& step, const Target& target) {
  const bool complete = apply_detached(tree.get(), step);
  const int error = sys::attach_mount(tree.get(), target.fd.get());
  if (error != 0) throw_mount_error({"move_mount", step.source, step.destination, step.flags, ""}, error);
  if (!complete) apply_attached(tree.get(), step);
  return tree;
}

}  // namespace

void apply_attached(int mount, const MountStep& step) {
  for (const auto kind : step.propagation) {
    const std::string path = fd_path(mount);
    const int result = sys::attempt([&] { return ::mount(nullptr, path.c_str(), nullptr, kind, nullptr); });
    if (result < 0) throw_mount_error({"mount", "", step.destination, kind, ""}, -result);
  }
  if (says_flags(step)) {
    with_context("failed to set user-requested vfs flags on bind-mount", [&] { set_flags_attached(mount, step); });
  }
  change_recursively(mount, step);
}

void change_recursively(int mount, const MountStep& step) {
  if (step.recursive_set == 0 && step.recursive_clear == 0) return;
  // mount(2) has no flags for whole trees: without Linux 5.12 this is an error.
  const int error =
      sys::change_attributes(mount, sys::Depth::recursive, {step.recursive_set, step.recursive_clear, 0, -1});
  if (error != 0) throw_mount_error({"mount_setattr", "", step.destination, 0, ""}, error);
}

void check_mounted(const Target& target) {
  // Changes nothing, but is refused where nothing is mounted.
  const int error = remount(target.fd.get(), current_flags(target.fd.get()));
  if (error == EINVAL) throw Error{"nothing is mounted on " + target.path + " that could be remounted", EINVAL};
}

std::uint64_t current_flags(int fd) {
  struct statfs filesystem {};
  sys::check("statfs", [&] { return ::fstatfs(fd, &filesystem); });
  constexpr std::uint64_t no_symlinks = 0x2000;  // ST_NOSYMFOLLOW of <linux/statfs.h>
  constexpr std::pair<std::uint64_t, std::uint64_t> pairs[] = {
      {ST_RDONLY, MS_RDONLY},        {ST_NOSUID, MS_NOSUID},           {ST_NODEV, MS_NODEV},
      {ST_NOEXEC, MS_NOEXEC},        {ST_SYNCHRONOUS, MS_SYNCHRONOUS}, {ST_MANDLOCK, MS_MANDLOCK},
      {ST_NOATIME, MS_NOATIME},      {ST_NODIRATIME, MS_NODIRATIME},   {ST_RELATIME, MS_RELATIME},
      {no_symlinks, MS_NOSYMFOLLOW},
  };
  std::uint64_t flags = 0;
  for (const auto& [shown, flag] : pairs) {
    if ((static_cast<std::uint64_t>(filesystem.f_flags) & shown) != 0) flags |= flag;
  }
  if ((flags & atime_kinds) == 0) flags |= MS_STRICTATIME;  // the kernel has no bit for it: it is "neither"
  return flags;
}

sys::AttributeChange exact_change(std::uint64_t flags) {
  sys::AttributeChange change;
  change.set = sys::mount_attributes(flags);
  change.clear = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW;
  // As a remount does: access time settings stay, unless one is named, which then makes them anew.
  if ((flags & atime_flags) != 0) change.clear |= MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME;
  return change;
}

sys::Depth depth_of(const MountStep& step) {
  return (step.flags & MS_REC) != 0 ? sys::Depth::recursive : sys::Depth::one;
}

std::vector<std::pair<sys::Depth, sys::AttributeChange>> bind_changes(const MountStep& step) {
  std::vector<std::pair<sys::Depth, sys::AttributeChange>> changes;
  if (says_flags(step)) changes.emplace_back(sys::Depth::one, exact_change(step.flags));
  if (step.recursive_set != 0 || step.recursive_clear != 0) {
    changes.emplace_back(sys::Depth::recursive, sys::AttributeChange{step.recursive_set, step.recursive_clear, 0, -1});
  }
  for (const auto kind : step.propagation) {
    // A copy without what is below it has nothing to recurse into.
    const bool deep = (kind & step.flags & MS_REC) != 0;
    const auto depth = deep ? sys::Depth::recursive : sys::Depth::one;
    const auto propagation = kind & ~static_cast<std::uint64_t>(MS_REC);
    const bool alone = step.propagation.size() == 1;
    bool merged = false;
    for (auto& [at, change] : changes) {
      if (!alone || at != depth) continue;
      change.propagation = propagation;
      merged = true;
    }
    if (!merged) changes.emplace_back(depth, sys::AttributeChange{0, 0, propagation, -1});
  }
  return changes;
}

BindSource open_bind_source(const Builder& builder, const MountStep& step, std::optional<std::size_t> index) {
  const bool may_ask = builder.request && index;
  if (step.id_map) {
    if (!may_ask) throw Error{"id-mapped mounts need a source from the parent"};
    return {builder.request(*index), true};
  }
  if (sys::new_mount_api() && (step.flags & MS_REMOUNT) == 0 && !step.source_nofollow) {
    sys::Opened tree = sys::clone_mount(AT_FDCWD, step.source.c_str(), depth_of(step));
    if (tree.ok()) return {std::move(tree.fd), true};
  }
  const int links = step.source_nofollow ? O_NOFOLLOW : 0;
  const int plain = sys::attempt([&] { return ::open(step.source.c_str(), O_PATH | O_CLOEXEC | links); });
  if (plain >= 0) return {UniqueFd{plain}, false};
  // Root of a user namespace may have no way to a source that the host's root can see.
  if (!builder.plan.user_namespace || !builder.plan.privileged_parent || !may_ask)
    throw_errno("stat " + step.source, -plain);
  return {builder.request(*index), false};
}

UniqueFd mount_bind(const Builder& builder, const MountStep& step, BindSource source, const Target& target) {
  if ((step.flags & MS_REMOUNT) != 0) {  // "bind,remount": other flags for what is mounted there
    check_mounted(target);
    apply_attached(target.fd.get(), step);
    return duplicate(target.fd);
  }
  if (source.detached) return attach(std::move(source.fd), step, target);
  int refusal = ENOSYS;
  if (sys::new_mount_api()) {
    sys::Opened tree = sys::clone_mount(source.fd.get(), "", depth_of(step));
    if (tree.ok()) return attach(std::move(tree.fd), step, target);
    refusal = tree.error;
  }
  const std::string from = fd_path(source.fd.get());
  const std::string to = fd_path(target.fd.get());
  const std::uint64_t flags = step.flags & (MS_BIND | MS_REC);
  const NewMount made{host_descriptors(builder.state)};
  const int result = sys::attempt([&] { return ::mount(from.c_str(), to.c_str(), nullptr, flags, nullptr); });
  if (result < 0) throw_mount_error({"mount", step.source, step.destination, step.flags, ""}, -result);
  if (refusal == EPERM) sys::distrust_new_mount_api();
  UniqueFd mount = made.open(builder.root(), target.path, source.fd.get());
  apply_attached(mount.get(), step);
  return mount;
}

sys::Create kind_of(const BindSource& source, const std::string& name) {
  struct stat status {};
  const int code = sys::attempt([&] { return ::fstat(source.fd.get(), &status); });
  if (code == 0) return S_ISDIR(status.st_mode) ? sys::Create::directory : sys::Create::file;
  if (code != -EACCES) throw_errno("stat " + name, -code);
  // FUSE without allow_other has no attributes for a user namespace, but may be bound there: what is no directory says so.
  const int inside = sys::attempt([&] { return ::openat(source.fd.get(), ".", O_PATH | O_CLOEXEC); });
  if (inside >= 0) ::close(inside);
  return inside == -ENOTDIR ? sys::Create::file : sys::Create::directory;
}

void apply_bind(const Builder& builder, std::size_t index) {
  const MountStep& step = builder.plan.mounts[index];
  if (step.copy_symlink && copy_symlink(builder, index)) return;
  BindSource source = open_bind_source(builder, step, index);
  const auto kind = kind_of(source, step.source);
  const Target target = find_target(builder.root(), step, kind, source.fd.get());
  mount_bind(builder, step, std::move(source), target);
}

}  // namespace corten::rootfs
