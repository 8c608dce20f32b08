// SPDX-License-Identifier: Apache-2.0
#include "rootfs/prepare.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/scope_exit.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/devices.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/mounts.hpp"
#include "rootfs/new_mount.hpp"
#include "rootfs/state.hpp"
#include "rootfs/target.hpp"
#include "sys/mount_api.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

constexpr std::uint64_t shareless = MS_SLAVE | MS_PRIVATE;

/// `name`: of the target in errors.
void mount_or_throw(const std::string& source, const std::string& target, std::uint64_t flags,
                    const std::string& name) {
  const int result = sys::attempt(
      [&] { return ::mount(source.empty() ? nullptr : source.c_str(), target.c_str(), nullptr, flags, nullptr); });
  if (result < 0) throw_mount_error({"mount", "", name, flags, ""}, -result);
}

/// pivot_root refuses a root whose parent mount is shared, and a bind on a shared mount would show on the host. And as in
/// runc, binds of what is beside the rootfs are private then: as slaves they would show what the host mounts there later,
/// and CRIU cannot restore two of them. The first directory upwards at which MS_PRIVATE is not EINVAL is that mount.
void make_parent_private(std::string path) {
  for (;;) {
    const int result = sys::attempt([&] { return ::mount(nullptr, path.c_str(), nullptr, MS_PRIVATE, nullptr); });
    if (result == 0) return;
    if (result != -EINVAL || path == "/") throw_mount_error({"remount-private", "", path, MS_PRIVATE, ""}, -result);
    const auto slash = path.rfind('/');
    path.resize(slash == 0 ? 1 : slash);
  }
}

void set_propagation(const Plan& plan) {
  if (!plan.own_mount_namespace) return;  // they are the host's mounts
  mount_or_throw("", "/", plan.propagation, "/");
  const bool nothing_shared = (plan.propagation & shareless) != 0 && (plan.propagation & MS_REC) != 0;
  if (!nothing_shared || !plan.slave_root) make_parent_private(plan.root);
}

/// The rootfs on itself by the new calls. The first use of each of them: what a filter refuses here is not tried again.
UniqueFd clone_root(const Plan& plan, const UniqueFd& place) {
  sys::Opened tree = sys::clone_mount(place.get(), "", sys::Depth::recursive);
  int error = tree.error;
  int unchanged = 0;
  const std::uint64_t kind =
      plan.slave_root ? 0U : std::uint64_t{MS_PRIVATE};  // 0 changes nothing, but tells whether it could
  if (error == 0) {
    unchanged = sys::change_attributes(tree.fd.get(), sys::Depth::one, {0, 0, kind, -1});
    if (unchanged == EPERM) sys::distrust_attribute_changes();
    error = sys::attach_mount(tree.fd.get(), place.get());
  }
  if (error == EPERM) sys::distrust_new_mount_api();
  if (error != 0) return UniqueFd{};
  if (unchanged != 0 && kind != 0) mount_or_throw("", fd_path(tree.fd.get()), kind, plan.root);
  return std::move(tree.fd);
}

/// The rootfs on itself, so that it is a mount. It keeps no ties to the host's mount that it comes from, unless
/// rootfsPropagation says slave.
UniqueFd bind_root(const Plan& plan, State& state) {
  const auto open = [&] {
    return UniqueFd{sys::check([&] { return "open rootfs handle: open " + plan.root; },
                               [&] { return ::open(plan.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); })};
  };
  if (sys::new_mount_api()) {
    UniqueFd tree = clone_root(plan, open());
    if (tree.valid()) return tree;
  }
  const UniqueFd place = open();
  const NewMount made{host_descriptors(state)};
  const std::string path = fd_path(place.get());
  mount_or_throw(path, path, MS_BIND | MS_REC, plan.root);
  UniqueFd root = open();
  made.check(root.get(), plan.root, place.get());
  if (!plan.slave_root) mount_or_throw("", fd_path(root.get()), MS_PRIVATE, plan.root);
  return root;
}

}  // namespace

State prepare(const Plan& plan, const SourceRequest& request, int pid_namespace) {
  const ScopeExit umask{[mask = ::umask(0)] { ::umask(mask); }};  // the modes of nodes and mount points are what we say
  State state;
  with_context("error preparing rootfs", [&] {
    set_propagation(plan);
    state.root = bind_root(plan, state);
  });
  const Builder builder{plan, request, state, pid_namespace};
  for (std::size_t index = 0; index < plan.mounts.size(); ++index) apply_mount(builder, index);
  if (plan.set_up_dev) set_up_dev(builder);
  // For what mount(2) must still do once /proc is the container's (CVE-2026-115521 was its /proc/self/fd).
  if (sys::new_mount_api() && sys::attributes_can_change()) {
    state.descriptors.reset();
  } else {
    static_cast<void>(host_descriptors(state));
  }
  return state;
}

}  // namespace corten::rootfs
