// SPDX-License-Identifier: Apache-2.0
#include "rootfs/mounts.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "rootfs/bind.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/cgroup_mount.hpp"
#include "rootfs/copy_up.hpp"
#include "rootfs/filesystem.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/state.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

/// A tmpfs over a directory takes its mode, as long as the options name none.
std::string inherited_mode(const MountStep& step, const Target& target) {
  if (!target.existed || ("," + step.data).find(",mode=") != std::string::npos) return {};
  struct stat status {};
  sys::check("fstat", [&] { return ::fstat(target.fd.get(), &status); });
  std::string octal = "0000";
  unsigned mode = status.st_mode & 07777U;
  for (auto digit = octal.rbegin(); digit != octal.rend(); ++digit, mode >>= 3U) {
    *digit = static_cast<char>('0' + (mode & 7U));
  }
  return "mode=" + octal;
}

/// mqueue does not know "context=": its root is labelled once it is mounted. Nothing to do without SELinux.
void set_label(const UniqueFd& mount, const std::string& option) {
  if (option.empty()) return;
  const std::string path = fd_path(mount.get());
  const char* const label = option.c_str() + option.find('=') + 1;
  const int result =
      sys::attempt([&] { return ::setxattr(path.c_str(), "security.selinux", label, ::strlen(label), 0); });
  if (result < 0 && result != -EOPNOTSUPP) throw_errno("labelling " + option, -result);
}

/// What was asked to be read-only, but must be written to until the set-up is complete.
bool waits_for_readonly(const MountStep& step, const Target& target) {
  return (step.flags & MS_RDONLY) != 0 && (step.type == "tmpfs" || target.path == "/dev");
}

void keep(State& state, UniqueFd mount, const Target& target, bool make_readonly) {
  if (target.path == "/dev") {
    if (make_readonly) state.make_readonly.push_back(duplicate(mount));
    state.dev = std::move(mount);
  } else if (make_readonly) {
    state.make_readonly.push_back(std::move(mount));
  }
}

/// What the parent made: only it has the privileges over the superblock that mapping takes.
UniqueFd attach_mapped(const Builder& builder, const MountStep& step, std::size_t index, const Target& target) {
  UniqueFd mount = builder.request(index);
  if (const int error = sys::attach_mount(mount.get(), target.fd.get()); error != 0) {
    throw_mount_error({"move_mount", step.source, step.destination, step.flags, step.data}, error);
  }
  propagate_attached(mount.get(), step);
  return mount;
}

void apply_filesystem(const Builder& builder, std::size_t index) {
  MountStep step = builder.plan.mounts[index];
  const Target target = find_target(builder.root(), step, sys::Create::directory);
  if (step.destination == "/dev" && target.path != "/dev") throw Error{"/dev must be mounted on ordinary directory"};
  if (step.id_map) {
    keep(builder.state, attach_mapped(builder, step, index, target), target, false);
    return;
  }
  const bool late = waits_for_readonly(step, target);
  if (late) step.flags &= ~static_cast<std::uint64_t>(MS_RDONLY);
  const std::string& label = builder.plan.mount_label;
  if (step.type == "tmpfs") {
    const std::string mode = inherited_mode(step, target);
    if (!mode.empty()) step.data = mode + (step.data.empty() ? "" : ",") + step.data;
  }
  UniqueFd mount;
  if (step.type == "tmpfs" && step.copy_up) {
    mount = mount_copied_tmpfs(builder, step, target, label);
  } else if (step.type == "mqueue") {
    mount = mount_filesystem(builder, step, target, "");
    set_label(mount, label);
  } else {
    mount = mount_filesystem(builder, step, target, label);
  }
  keep(builder.state, std::move(mount), target, late);
}

}  // namespace

void apply_mount(const Builder& builder, std::size_t index) {
  const MountStep& step = builder.plan.mounts[index];
  const auto name = [&] { return "error mounting " + quote(step.source) + " to rootfs at " + quote(step.destination); };
  try {
    if (step.is_bind()) {
      apply_bind(builder, index);
    } else if (step.type == "proc" || step.type == "sysfs") {
      const Target target = find_plain_target(builder.root(), step);
      static_cast<void>(step.type == "proc" ? mount_procfs(builder, step, target)
                                            : mount_filesystem(builder, step, target, ""));
    } else if (step.type == "cgroup") {
      apply_cgroup(builder, step);
    } else {
      apply_filesystem(builder, index);
    }
  } catch (Error& error) {
    error.add_context(name());
    throw;
  }
}

}  // namespace corten::rootfs
