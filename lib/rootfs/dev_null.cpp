// SPDX-License-Identifier: Apache-2.0
#include "rootfs/dev_null.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <string>

#include "base/error.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

bool is_dev_null(int fd) {
  struct stat status {};
  sys::check([&] { return "fstat fd " + std::to_string(fd); }, [&] { return ::fstat(fd, &status); });
  return S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

}  // namespace

UniqueFd open_dev_null(int root, int flags) {
  // Looked at before it is opened: opening a device can do something.
  UniqueFd path = sys::open_in_root(root, "/dev/null", O_PATH);
  if (!is_dev_null(path.get())) throw Error{"container's /dev/null is invalid"};
  if ((flags & O_PATH) != 0) return path;
  UniqueFd fd = sys::open_in_root(root, "/dev/null", flags | O_NOCTTY);
  if (!is_dev_null(fd.get())) throw Error{"container's /dev/null is invalid"};
  return fd;
}

void reopen_dev_null(int root) {
  UniqueFd null;
  for (int stream = 0; stream <= 2; ++stream) {
    if (!is_dev_null(stream)) continue;
    if (!null.valid()) null = open_dev_null(root, O_RDWR);
    sys::check("dup3", [&] { return ::dup3(null.get(), stream, 0); });
  }
}

}  // namespace corten::rootfs
