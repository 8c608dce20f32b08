// SPDX-License-Identifier: Apache-2.0
#include "rootfs/late_mount.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"
#include "rootfs/bind.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/state.hpp"
#include "sys/mount_api.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

/// Works in the host's /proc/self/fd, where a descriptor's number is its path; then back in "/".
class InDescriptors {
 public:
  explicit InDescriptors(const State& state) {
    sys::check("chdir /proc/self/fd", [&] { return ::fchdir(late_descriptors(state)); });
  }
  InDescriptors(const InDescriptors&) = delete;
  InDescriptors& operator=(const InDescriptors&) = delete;
  InDescriptors(InDescriptors&&) = delete;
  InDescriptors& operator=(InDescriptors&&) = delete;
  ~InDescriptors() { static_cast<void>(::chdir("/")); }
};

}  // namespace

int late_descriptors(const State& state) {
  if (!state.descriptors.valid())
    throw Error{"the calls of Linux 5.2 for mounts were there at first, and now are not", ENOSYS};
  return state.descriptors.get();
}

int mount_late(const State& state, const char* type, int target, std::uint64_t flags, const char* data) {
  const InDescriptors here{state};
  const std::string to = std::to_string(target);
  return -sys::attempt([&] { return ::mount(type, to.c_str(), type, flags, data); });
}

void bind_late(const State& state, int source, int target, const std::string& name, std::uint64_t flags) {
  const InDescriptors here{state};
  const std::string from = std::to_string(source);
  const std::string to = std::to_string(target);
  const int result = sys::attempt([&] { return ::mount(from.c_str(), to.c_str(), nullptr, flags, nullptr); });
  if (result < 0) throw_mount_error({"mount", "", name, flags, ""}, -result);
}

int make_mount_readonly(const State& state, int mount) {
  if (sys::new_mount_api()) {
    const int error = sys::change_attributes(mount, sys::Depth::one, {MOUNT_ATTR_RDONLY, 0, 0, -1});
    if (error == 0 || !state.descriptors.valid()) return error;
  }
  const InDescriptors here{state};
  const std::uint64_t flags = current_flags(mount) | MS_BIND | MS_REMOUNT | MS_RDONLY;
  const std::string path = std::to_string(mount);
  return -sys::attempt([&] { return ::mount(nullptr, path.c_str(), nullptr, flags, nullptr); });
}

}  // namespace corten::rootfs
