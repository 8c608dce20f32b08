// SPDX-License-Identifier: Apache-2.0
#include "init/executable.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "sys/lines.hpp"

namespace corten::init {

namespace {

constexpr std::size_t longest_line = 16U << 10U;
constexpr std::size_t longest_file = 64U << 20U;  // half a million users; read in some 20 ms

/// 0, or why `path` cannot be executed.
int executable_error(const std::string& path, bool& stat_failed) {
  struct stat file {};
  stat_failed = ::stat(path.c_str(), &file) != 0;
  if (stat_failed) return errno;
  if (S_ISDIR(file.st_mode)) return EISDIR;
  return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

std::string check_executable(const std::string& name) {
  bool stat_failed = false;
  const int code = executable_error(name, stat_failed);
  if (code == 0) return name;
  if (stat_failed) throw_errno(fmt::format("exec: {}: stat {}", quote(name), name), code);
  throw_errno(fmt::format("exec: {}", quote(name)), code);
}

}  // namespace

std::string find_executable(const std::string& name, std::string_view path) {
  if (name.find('/') != std::string::npos) return check_executable(name);
  if (!name.empty()) {
    for (const auto directory : split(path, ':')) {
      // An empty piece means the working directory, and Go refuses what it finds there: so do we.
      if (directory.empty()) continue;
      const auto candidate = fmt::format("{}{}{}", directory, directory.back() == '/' ? "" : "/", name);
      bool stat_failed = false;
      if (executable_error(candidate, stat_failed) == 0) return candidate;
    }
  }
  throw Error{fmt::format("exec: {}: executable file not found in $PATH", quote(name)), ENOENT};
}

std::string_view path_of(const std::vector<std::string>& env) {
  constexpr std::string_view prefix = "PATH=";
  for (const auto& variable : env) {
    if (variable.rfind(prefix, 0) == 0) return std::string_view{variable}.substr(prefix.size());
  }
  return {};
}

std::string home_in(int fd, unsigned uid) {
  std::string home;
  sys::read_lines(fd, {longest_line, longest_file}, [&](std::string_view line) {
    const auto fields = split(line, ':');  // name:password:uid:gid:comment:home:shell
    const bool found = fields.size() > 5 && parse_number<unsigned>(fields[2]) == uid;
    if (found) home = fields[5];
    return !found;
  });
  return home;
}

void add_home(std::vector<std::string>& env, unsigned uid) {
  const auto is_home = [](const std::string& variable) { return variable.rfind("HOME=", 0) == 0; };
  const auto home = std::find_if(env.begin(), env.end(), is_home);
  if (home != env.end() && home->size() > 5) return;
  std::string directory;
  // The file is the container's: never block on a fifo, never read a device.
  const UniqueFd fd{::open("/etc/passwd", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  struct stat file {};
  if (fd.valid() && ::fstat(fd.get(), &file) == 0 && S_ISREG(file.st_mode)) directory = home_in(fd.get(), uid);
  if (home != env.end()) env.erase(home);
  env.push_back("HOME=" + (directory.empty() ? std::string{"/"} : directory));
}

}  // namespace corten::init
