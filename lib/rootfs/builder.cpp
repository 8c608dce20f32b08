// SPDX-License-Identifier: Apache-2.0
#include "rootfs/builder.hpp"

#include <fcntl.h>

#include "rootfs/state.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {

int host_descriptors(State& state) {
  if (!state.descriptors.valid()) {
    state.descriptors = UniqueFd{
        sys::check("open /proc/self/fd", [] { return ::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
  }
  return state.descriptors.get();
}

UniqueFd duplicate(const UniqueFd& fd) {
  return UniqueFd{sys::check("duplicating a descriptor", [&] { return ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3); })};
}

}  // namespace corten::rootfs
