// SPDX-License-Identifier: Apache-2.0
#include "process/sealed_exe.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/file.hpp"
#include "sys/mount_api.hpp"
#include "sys/syscall.hpp"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace corten::process {
namespace {

UniqueFd try_read_only_mount(const char* file) {
  if (!sys::new_mount_api()) return UniqueFd{};
  const sys::AttributeChange read_only{MOUNT_ATTR_RDONLY};
  sys::Opened copy = sys::clone_changed(AT_FDCWD, file, sys::Depth::one, read_only);
  if (copy.ok()) return std::move(copy.fd);
  copy = sys::clone_mount(AT_FDCWD, file, sys::Depth::one);
  if (copy.ok() && sys::change_attributes(copy.fd.get(), sys::Depth::one, read_only) == 0) return std::move(copy.fd);
  return UniqueFd{};
}

UniqueFd make_memfd() {
  const char* name = "corten-init";
  int fd = sys::attempt([&] { return ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC); });
  if (fd == -EINVAL) {  // before Linux 6.3 every memfd is executable
    fd = sys::attempt([&] { return ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING); });
  }
  if (fd < 0) throw_errno("memfd_create", -fd);
  return UniqueFd{fd};
}

UniqueFd sealed_copy(const std::string& file) {
  const auto source = sys::open_at(AT_FDCWD, file, O_RDONLY);
  auto copy = make_memfd();
  for (;;) {
    constexpr std::size_t at_once = 1U << 30U;
    const auto size = sys::check("copying the init stage's file",
                                 [&] { return ::sendfile(copy.get(), source.get(), nullptr, at_once); });
    if (size == 0) break;
  }
  constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  sys::check("sealing the copy of the init stage's file", [&] { return ::fcntl(copy.get(), F_ADD_SEALS, seals); });
  return copy;
}

}  // namespace

UniqueFd open_sealed(const std::string& file) {
  auto fd = try_read_only_mount(file.c_str());
  return fd.valid() ? std::move(fd) : sealed_copy(file);
}

}  // namespace corten::process
