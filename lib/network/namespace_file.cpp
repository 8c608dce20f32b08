// SPDX-License-Identifier: Apache-2.0
#include "network/namespace_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>

#include <cerrno>

#include "base/errno_kind.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/syscall.hpp"

namespace corten::network {
namespace {

bool is_network_namespace(int fd) {
  struct statfs info {};
  if (::fstatfs(fd, &info) != 0 || info.f_type != NSFS_MAGIC) return false;
  const int kind = sys::attempt([&] { return ::ioctl(fd, NS_GET_NSTYPE); });
  // Linux has that from 4.11 on: an older one refuses at setns(2) what is another kind.
  return kind == CLONE_NEWNET || kind == -ENOTTY;
}

}  // namespace

UniqueFd open_namespace(const std::string& path) {
  const auto* const name = path.empty() ? "/proc/thread-self/ns/net" : path.c_str();
  // Not to wait where the path is a FIFO, nor to get a terminal.
  constexpr int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  auto file = with_kind_for(ENOENT, ErrorKind::not_found, [&] {
    return UniqueFd{sys::check([&] { return fmt::format("opening network namespace {}", quote(name)); },
                               [&] { return ::open(name, flags); })};
  });
  if (!is_network_namespace(file.get()))
    throw Error{fmt::format("{} is no network namespace", quote(name)), ErrorKind::invalid_argument};
  return file;
}

}  // namespace corten::network
