// SPDX-License-Identifier: Apache-2.0
#include "sys/xattr.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <cerrno>
#include <cstddef>
#include <string_view>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {
namespace {

constexpr int most_tries = 16;  // against somebody who changes the size all the time

std::string name_of(const AttributeFile& file) {
  return file.path.empty() ? fmt::format("descriptor {}", file.fd) : quote(file.path);
}

/// What `read` puts into a buffer, whose size it tells where there is none. Nobody knows the size before.
template <class Read>
std::string read_sized(const std::string& step, Read&& read) {
  for (int tries = 0;; ++tries) {
    const auto size = check(step, [&] { return read(nullptr, 0); });
    if (size == 0) return {};
    std::string text(static_cast<std::size_t>(size), '\0');
    const auto got = attempt([&] { return read(text.data(), text.size()); });
    if (got == -ERANGE && tries < most_tries) continue;
    if (got < 0) throw_errno(step, static_cast<int>(-got));
    text.resize(static_cast<std::size_t>(got));
    return text;
  }
}

bool is_there(int directory, const std::string& entry) {
  struct stat status {};
  return ::fstatat(directory, entry.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Sets the attribute on what is in directories, whose descriptors it holds.
class Below {
 public:
  Below(const std::string& name, const std::string& value) : name_{name}, value_{value} {}

  /// `path` is for messages.
  void set_in(const UniqueFd& directory, const std::string& path) const {
    for (const auto& entry : names_in(directory.get(), path)) set(directory.get(), entry, path + "/" + entry);
  }

 private:
  void set(int directory, const std::string& entry, const std::string& path) const {
    // The link of /proc leads to the very directory, and the last name is not followed.
    const auto place = fmt::format("/proc/self/fd/{}/{}", directory, entry);
    const int result =
        attempt([&] { return ::lsetxattr(place.c_str(), name_.c_str(), value_.data(), value_.size(), 0); });
    if (result == -ENOENT && !is_there(directory, entry)) return;
    if (result < 0) throw_errno(fmt::format("setxattr {} of {}", name_, quote(path)), -result);
    const int fd =
        attempt([&] { return ::openat(directory, entry.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); });
    if (fd == -ENOTDIR || fd == -ENOENT || fd == -ELOOP) return;
    if (fd < 0) throw_errno(fmt::format("open {}", quote(path)), -fd);
    set_in(UniqueFd{fd}, path);
  }

  const std::string& name_;
  const std::string& value_;
};

}  // namespace

std::string read_attribute(const AttributeFile& file, const std::string& name) {
  return read_sized(fmt::format("getxattr {} of {}", name, name_of(file)), [&](char* to, std::size_t size) {
    if (file.path.empty()) return ::fgetxattr(file.fd, name.c_str(), to, size);
    return file.follow ? ::getxattr(file.path.c_str(), name.c_str(), to, size)
                       : ::lgetxattr(file.path.c_str(), name.c_str(), to, size);
  });
}

std::string attribute_names(const AttributeFile& file) {
  try {
    return read_sized(fmt::format("listxattr {}", name_of(file)), [&](char* to, std::size_t size) {
      if (file.path.empty()) return ::flistxattr(file.fd, to, size);
      return file.follow ? ::listxattr(file.path.c_str(), to, size) : ::llistxattr(file.path.c_str(), to, size);
    });
  } catch (const Error& error) {
    if (error.code() == EOPNOTSUPP) return {};
    throw;
  }
}

void set_attribute(const std::string& path, const std::string& name, const std::string& value) {
  check([&] { return fmt::format("setxattr {} of {}", name, quote(path)); },
        [&] { return ::setxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0); });
}

void set_attribute_below(const std::string& path, const std::string& name, const std::string& value) {
  const Below below{name, value};
  check([&] { return fmt::format("setxattr {} of {}", name, quote(path)); },
        [&] { return ::lsetxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0); });
  const int fd = attempt([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); });
  if (fd == -ENOTDIR || fd == -ELOOP) return;
  if (fd < 0) throw_errno(fmt::format("open {}", quote(path)), -fd);
  below.set_in(UniqueFd{fd}, path);
}

}  // namespace corten::sys
