// SPDX-License-Identifier: Apache-2.0
// Builds a container's root file system as a Plan says. Init calls, in this order: prepare; (hooks); enter;
// mount_console where a terminal is wanted; finish. The rootfs is hostile: it is only reached through descriptors.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "rootfs/plan.hpp"

namespace corten::rootfs {

/// Asks the parent for the source of plan.mounts[index], which answers with open_source(). Called for id-mapped mounts,
/// and for bind sources that init cannot reach from inside a user namespace. Only when its turn has come: a source may
/// lie on a mount that an earlier step made.
using SourceRequest = std::function<UniqueFd(std::size_t index)>;

/// What init holds between the steps.
struct State {
  UniqueFd root;                        // O_PATH
  UniqueFd dev;                         // the container's /dev, where one was set up
  std::vector<UniqueFd> make_readonly;  // mounts that were wanted read-only, but had to be written to first
  UniqueFd descriptors;                 // the host's /proc/self/fd, where mount(2) is all we have
};

/// Everything up to the hooks: propagation, the rootfs bound to itself, all mounts, devices and links in /dev.
/// `request` may be empty where no mount can need it. A procfs shows `pid_namespace`; -1: the one that the caller is in.
[[nodiscard]] State prepare(const Plan& plan, const SourceRequest& request, int pid_namespace = -1);

/// chdir to the new root, as the createContainer hooks expect it.
void enter_directory(const State& state);

/// Makes the new root "/": pivot_root, or MS_MOVE and chroot, or chroot; then "/" gets its propagation, the standard
/// streams that are the host's /dev/null become the container's, and the working directory is made if missing.
void enter(const Plan& plan, State& state);

/// Opens /dev/pts/ptmx inside `root`, checked to be one (CVE-2025-52565). For create after enter(), and for exec.
[[nodiscard]] UniqueFd open_ptmx(int root);
[[nodiscard]] inline UniqueFd open_ptmx(const State& state) { return open_ptmx(state.root.get()); }

/// Puts the terminal's slave, as TIOCGPTPEER gave it, on /dev/console. After enter().
void mount_console(const State& state, int slave_fd);

/// The last steps: read-only remounts and root. Needs a mount namespace. (runc sets hostname, domainname and the
/// AppArmor profile between this and restrict_paths; neither order shows.)
void make_readonly(const Plan& plan, State& state);

/// Writes plan.sysctl through a procfs that was checked to be one.
void write_sysctl(const Plan& plan);

/// Read-only paths, then masked paths.
void restrict_paths(const Plan& plan, const State& state);

/// make_readonly, write_sysctl and restrict_paths in one.
void finish(const Plan& plan, State& state);

/// Parent side: is plan.mounts[index] one that init will ask for? True too for those it only may ask for.
[[nodiscard]] bool may_need_source(const Plan& plan);

/// Parent side, answer to a SourceRequest: visits the mount namespace `mount_ns_fd` (of init) and opens the step's source
/// there, with the caller's own privileges; comes back. With `userns_fd` >= 0 a detached, id-mapped tree (where step is no
/// bind: of a new file system, with the SELinux `label`), else an O_PATH descriptor. Single-threaded callers only (setns).
[[nodiscard]] UniqueFd open_source(const MountStep& step, int mount_ns_fd, int userns_fd, const std::string& label);

/// Parent side: runc's check that the rootfs exists and is no symlink ("invalid rootfs: ...").
void check_root(const std::string& path);

}  // namespace corten::rootfs
