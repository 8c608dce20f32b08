// SPDX-License-Identifier: Apache-2.0
#include "sys/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <limits>
#include <memory>

#include "sys/syscall.hpp"

namespace corten::sys {

UniqueFd open_at(int directory, const std::string& path, int flags, mode_t mode) {
  return UniqueFd{check([&] { return fmt::format("open {}", path); },
                        [&] { return ::openat(directory, path.c_str(), flags | O_CLOEXEC, mode); })};
}

std::optional<UniqueFd> try_open_at(int directory, const std::string& path, int flags) {
  const int fd = attempt([&] { return ::openat(directory, path.c_str(), flags | O_CLOEXEC); });
  if (fd >= 0) return UniqueFd{fd};
  if (fd == -ENOENT || fd == -ENOTDIR) return std::nullopt;
  throw_errno(fmt::format("open {}", path), -fd);
}

namespace {

std::string read_pieces(int fd, std::string_view name, bool short_is_last, std::size_t limit) {
  std::string text;
  std::array<char, 4096> piece;  // NOLINT: filled by read
  for (;;) {
    const auto size = static_cast<std::size_t>(
        check([&] { return fmt::format("read {}", name); }, [&] { return ::read(fd, piece.data(), piece.size()); }));
    text.append(piece.data(), size);
    if (text.size() > limit) throw Error{fmt::format("{} is larger than {} bytes", name, limit), EFBIG};
    if (size == 0 || (short_is_last && size < piece.size())) return text;
  }
}

std::string hidden_name(const std::string& name) {
  const auto slash = name.rfind('/');
  const auto base_at = slash == std::string::npos ? 0 : slash + 1;
  return name.substr(0, base_at) + "." + name.substr(base_at);
}

void check_regular(int fd, std::string_view name) {
  struct stat status {};
  check([&] { return fmt::format("stat {}", name); }, [&] { return ::fstat(fd, &status); });
  if (!S_ISREG(status.st_mode)) throw Error{fmt::format("{} is not a regular file", name), EINVAL};
}

constexpr std::size_t largest_regular = 64U << 20U;
constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

}  // namespace

std::string read_all(int fd, std::string_view name) { return read_pieces(fd, name, false, unlimited); }

std::string read_regular(int fd, std::string_view name) {
  // What has a text is read without a look at what it is: a list of containers would pay for that a thousand times.
  try {
    auto text = read_pieces(fd, name, true, largest_regular);
    if (text.empty()) check_regular(fd, name);
    return text;
  } catch (const Error&) {
    check_regular(fd, name);
    throw;
  }
}

std::string read_file(const std::string& path) { return read_all(open_at(AT_FDCWD, path, O_RDONLY).get(), path); }

std::optional<std::string> read_file_if_exists(int directory, const std::string& path) {
  const auto fd = try_open_at(directory, path, O_RDONLY);
  if (!fd) return std::nullopt;
  return read_all(fd->get(), path);
}

void write_all(int fd, std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const auto size =
        check([&] { return fmt::format("write {}", name); }, [&] { return ::write(fd, text.data(), text.size()); });
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

void write_file_at(int directory, const std::string& path, std::string_view text) {
  const auto fd = open_at(directory, path, O_WRONLY);
  check([&] { return fmt::format("write {}", path); }, [&] { return ::write(fd.get(), text.data(), text.size()); });
}

void prepare_file(int directory, const std::string& name, std::string_view text, mode_t mode) {
  const auto hidden = hidden_name(name);
  const auto make = [&] {
    return attempt([&] { return ::openat(directory, hidden.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode); });
  };
  int made = make();
  if (made == -EEXIST) {  // a writer that was killed has left one
    ::unlinkat(directory, hidden.c_str(), 0);
    made = make();
  }
  if (made < 0) throw_errno(fmt::format("open {}", hidden), -made);
  const UniqueFd fd{made};
  write_all(fd.get(), text, hidden);
}

void publish_file(int directory, const std::string& name) {
  const auto hidden = hidden_name(name);
  check([&] { return fmt::format("rename {} to {}", hidden, name); },
        [&] { return ::renameat(directory, hidden.c_str(), directory, name.c_str()); });
}

void replace_file(int directory, const std::string& name, std::string_view text, mode_t mode) {
  prepare_file(directory, name, text, mode);
  publish_file(directory, name);
}

std::vector<std::string> names_in(int directory, std::string_view name) {
  const auto reading = [&] { return fmt::format("read {}", name); };
  std::vector<std::string> names;
  check(reading, [&] { return ::lseek(directory, 0, SEEK_SET); });
  alignas(dirent64) std::array<char, 4096> entries;  // NOLINT: filled by the kernel
  for (;;) {
    const auto size = check(reading, [&] { return ::getdents64(directory, entries.data(), entries.size()); });
    if (size == 0) return names;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      const auto* const entry = reinterpret_cast<const dirent64*>(entries.data() + at);
      const std::string_view found = entry->d_name;
      if (found != "." && found != "..") names.emplace_back(found);
      at += entry->d_reclen;
    }
  }
}

void make_directories(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return;
  if (errno != ENOENT) throw_errno(fmt::format("mkdir {}", path), errno);
  const auto slash = path.find_last_of('/', path.find_last_not_of('/'));
  if (slash == std::string::npos || slash == 0) throw_errno(fmt::format("mkdir {}", path), ENOENT);
  make_directories(path.substr(0, slash), mode);
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) throw_errno(fmt::format("mkdir {}", path), errno);
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real{::realpath(path.c_str(), nullptr), &std::free};
  if (!real) throw_errno(path, errno);
  return real.get();
}

}  // namespace corten::sys
