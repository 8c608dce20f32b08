// SPDX-License-Identifier: Apache-2.0
#include "cgroup/files.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

/// Reads all of `fd` into `text`: 0, or an errno.
int try_read(int fd, std::string& text, bool one_record) {
  std::array<char, 4096> buffer;
  for (;;) {
    const auto size = sys::attempt([&] { return ::read(fd, buffer.data(), buffer.size()); });
    if (size < 0) return static_cast<int>(-size);
    if (size == 0) return 0;
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (one_record && static_cast<std::size_t>(size) < buffer.size()) return 0;
  }
}

std::string read_whole(const std::string& path, bool one_record) {
  int code = 0;
  // A path of state.json may name anything: nobody is to wait here, as at a fifo.
  const auto fd = try_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, code);
  if (!fd.valid()) throw_errno(fmt::format("open {}", path), code);
  std::string text;
  if (code = try_read(fd.get(), text, one_record); code != 0) throw_errno(fmt::format("read {}", path), code);
  return text;
}

std::optional<std::string> read_whole_if_exists(const std::string& path, bool one_record) {
  try {
    return read_whole(path, one_record);
  } catch (const Error& error) {
    if (means_missing(error.code())) return std::nullopt;
    throw;
  }
}

}  // namespace

bool means_missing(int code) { return code == ENOENT || code == ENODEV; }

bool means_forbidden(int code) { return code == EPERM || code == EACCES || code == EROFS; }

UniqueFd try_open(const std::string& path, int flags, int& code) {
  const int fd = sys::attempt([&] { return ::open(path.c_str(), flags | O_CLOEXEC); });
  code = fd < 0 ? -fd : 0;
  return UniqueFd{fd < 0 ? -1 : fd};
}

std::string read_file(const std::string& path) { return read_whole(path, false); }

std::optional<std::string> read_if_exists(const std::string& path) { return read_whole_if_exists(path, false); }

std::optional<std::string> read_value(const std::string& path) { return read_whole_if_exists(path, true); }

std::optional<std::uint64_t> read_number(const std::string& path) {
  const auto text = read_value(path);
  if (!text) return std::nullopt;
  const auto word = trim(*text);
  if (word == "max") return std::numeric_limits<std::uint64_t>::max();
  return parse_number<std::uint64_t>(word);
}

std::optional<std::uint64_t> value_of_key(std::string_view text, std::string_view key) {
  for (const auto line : split(text, '\n')) {
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ') {
      return parse_number<std::uint64_t>(trim(line.substr(key.size() + 1)));
    }
  }
  return std::nullopt;
}

int try_write(int fd, std::string_view value) {
  const auto size = sys::attempt([&] { return ::write(fd, value.data(), value.size()); });
  return size < 0 ? static_cast<int>(-size) : 0;
}

int try_write(const std::string& path, std::string_view value) {
  int code = 0;
  const auto fd = try_open(path, O_WRONLY, code);
  return fd.valid() ? try_write(fd.get(), value) : code;
}

void write_file(const std::string& path, std::string_view value) {
  if (const int code = try_write(path, value); code != 0) throw_write_error(path, value, code);
}

void throw_write_error(const std::string& path, std::string_view value, int code) {
  throw_errno(fmt::format("write {} to {}", quote(value), path), code);
}

}  // namespace corten::cgroup
