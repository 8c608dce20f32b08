// SPDX-License-Identifier: Apache-2.0
// Switches that force the fallback of a fast path, so that the whole test suite can run on it: environment variables,
// read when first asked for. Fast paths themselves are chosen by trying, never by the kernel's version.
#pragma once

namespace corten::sys {

/// False with CORTEN_NO_NEW_MOUNT_API: mount(2) instead of fsopen, open_tree, move_mount and mount_setattr.
[[nodiscard]] bool new_mount_api_allowed();

/// False with CORTEN_NO_OPENAT2: paths are walked a component at a time.
[[nodiscard]] bool openat2_allowed();

/// False with CORTEN_NO_CLONE_INTO_CGROUP: processes are moved into their v2 cgroup after clone.
[[nodiscard]] bool clone_into_cgroup_allowed();

/// False with CORTEN_NO_PIDFD: namespaces are joined one by one from /proc/PID/ns.
[[nodiscard]] bool pidfd_setns_allowed();

/// False with CORTEN_NO_OPEN_TREE_ATTR: a mount is copied by one call and changed by another.
[[nodiscard]] bool open_tree_attr_allowed();

/// False with CORTEN_NO_PROC_PIDNS: a procfs of another pid namespace is opened by a process in there.
[[nodiscard]] bool proc_pidns_allowed();

}  // namespace corten::sys
