// SPDX-License-Identifier: Apache-2.0
#include "users/database.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::users {
namespace {

/// The size of a regular file, no more than what is read of one.
std::size_t checked_size(int fd, const std::string& path) {
  struct stat status {};
  sys::check([&] { return fmt::format("stat {}", path); }, [&] { return ::fstat(fd, &status); });
  if (!S_ISREG(status.st_mode)) throw Error{fmt::format("{} is not a regular file", path), EINVAL};
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > largest_file) throw Error{fmt::format("{} is larger than {} bytes", path, largest_file), EFBIG};
  return size;
}

/// As much as the file's size says: some of procfs say nothing and never end.
std::string read_text(int root, const std::string& path) {
  const auto found = sys::try_open_in_root(root, path, O_PATH);
  if (found.error == ENOENT || found.error == ENOTDIR) return {};
  if (!found.ok()) throw_errno(fmt::format("open {}", path), found.error);
  std::string text(checked_size(found.fd.get(), path), '\0');
  const auto file = sys::open_at(AT_FDCWD, fmt::format("/proc/self/fd/{}", found.fd.get()), O_RDONLY | O_NONBLOCK);
  std::size_t at = 0;
  while (at < text.size()) {
    const auto size = sys::check([&] { return fmt::format("read {}", path); },
                                 [&] { return ::read(file.get(), text.data() + at, text.size() - at); });
    if (size == 0) break;
    at += static_cast<std::size_t>(size);
  }
  text.resize(at);
  return text;
}

}  // namespace

Database Database::open(const std::string& root) {
  if (!root.starts_with('/')) {
    throw Error{fmt::format("the root {} is no absolute path", quote(root)), ErrorKind::invalid_argument};
  }
  return Database{sys::open_at(AT_FDCWD, root, O_PATH | O_DIRECTORY)};
}

std::string Database::passwd() const { return read_text(root_.get(), "etc/passwd"); }

std::string Database::groups() const { return read_text(root_.get(), "etc/group"); }

}  // namespace corten::users
