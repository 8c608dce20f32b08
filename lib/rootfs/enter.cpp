// SPDX-License-Identifier: Apache-2.0
#include "rootfs/enter.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/error.hpp"
#include "rootfs/dev_null.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/move_root.hpp"
#include "rootfs/state.hpp"
#include "sys/mount_api.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

/// Our unmounting of the old root must not unmount the host's: only a tree without shared mounts is safe.
bool old_root_may_be_shared(const Plan& plan) {
  constexpr std::uint64_t shareless = MS_SLAVE | MS_PRIVATE;
  return (plan.propagation & shareless) == 0 || (plan.propagation & MS_REC) == 0;
}

/// Up to Linux 7.1 the root of an initramfs has nothing beneath it that could take its place.
[[noreturn]] void throw_pivot_error(int error) {
  struct statfs root {};
  const bool in_memory = ::statfs("/", &root) == 0 && (root.f_type == RAMFS_MAGIC || root.f_type == TMPFS_MAGIC);
  if (error != EINVAL || !in_memory) throw_errno("pivot_root .", error);
  throw Error{fmt::format("pivot_root .: {}; the host's root is perhaps its initramfs, which pivot_root(2) leaves from "
                          "Linux 7.2 on: --no-pivot does without it",
                          errno_text(error)),
              error};
}

void pivot(const Plan& plan) {
  const bool shared = old_root_may_be_shared(plan);
  const UniqueFd old_root{shared ? sys::check("open /", [] { return ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC); })
                                 : -1};
  // pivot_root(2): with "." twice the old root lies on the new one. "." is the new one for mount(2) and open(2), but
  // umount(2) takes what lies on top. Slave and not private for the time between, so that what the host unmounts
  // meanwhile does not stay busy here.
  const auto result = sys::attempt([] { return ::syscall(SYS_pivot_root, ".", "."); });
  if (result < 0) throw_pivot_error(static_cast<int>(-result));
  if (shared) {
    sys::check("chdir to the old root", [&] { return ::fchdir(old_root.get()); });
    sys::check("mount dst=., flags=MS_REC|MS_SLAVE",
               [] { return ::mount(nullptr, ".", nullptr, MS_SLAVE | MS_REC, nullptr); });
  }
  sys::check("unmount dst=.", [] { return ::umount2(".", MNT_DETACH); });
  sys::check("chdir /", [] { return ::chdir("/"); });
}

void change_root() {
  sys::check("chroot .", [] { return ::chroot("."); });
  sys::check("chdir /", [] { return ::chdir("/"); });
}

void make_working_directory(const Plan& plan, const State& state) {
  if (plan.cwd.empty() || plan.cwd == "/") return;
  const auto found = sys::try_open_in_root(state.root.get(), plan.cwd, O_PATH);
  if (found.error != ENOENT) return;  // whatever else it is, chdir will tell
  const auto made = sys::create_in_root(state.root.get(), plan.cwd, sys::Create::directory);
  if (!made.ok()) throw_errno("mkdir " + plan.cwd, made.error);
}

}  // namespace

void enter_directory(const State& state) {
  sys::check("chdir to the rootfs", [&] { return ::fchdir(state.root.get()); });
}

void enter(const Plan& plan, State& state) {
  enter_directory(state);
  with_context("error jailing process inside rootfs", [&] {
    switch (plan.root_change) {
      case RootChange::pivot: pivot(plan); return;
      case RootChange::move:
        move_root(plan, state);
        change_root();
        return;
      case RootChange::chroot: change_root(); return;
    }
  });
  if (plan.final_propagation) {
    const auto flags = *plan.final_propagation;
    const int result = sys::attempt([&] { return ::mount(nullptr, "/", nullptr, flags, nullptr); });
    if (result < 0) {
      with_context("unable to apply root propagation flags", [&] {
        throw_mount_error({"mount", "", "/", flags, ""}, -result);
      });
    }
  }
  if (plan.set_up_dev) {
    with_context("error reopening /dev/null inside container", [&] { reopen_dev_null(state.root.get()); });
  }
  make_working_directory(plan, state);
}

}  // namespace corten::rootfs
