// SPDX-License-Identifier: Apache-2.0
#include "shim/streams/ends.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::shim {

Pipe make_pipe(uid_t uid, gid_t gid) {
  std::array<int, 2> ends{};
  sys::check("pipe2", [&] { return ::pipe2(ends.data(), O_CLOEXEC); });
  Pipe pipe{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
  if (uid != 0 || gid != 0) sys::check("fchown of a pipe", [&] { return ::fchown(ends[0], uid, gid); });
  return pipe;
}

UniqueFd open_output(const std::string& path) {
  struct stat found {};
  sys::check([&] { return "stat " + path; }, [&] { return ::stat(path.c_str(), &found); });
  // Linux opens a fifo for both at once, without waiting (fifo(7)).
  const int flags = S_ISFIFO(found.st_mode) ? O_RDWR | O_NONBLOCK : O_WRONLY | O_APPEND;
  return sys::open_at(AT_FDCWD, path, flags);
}

UniqueFd open_log_file(const std::string& path) {
  if (const auto slash = path.rfind('/'); slash != 0 && slash != std::string::npos) {
    sys::make_directories(path.substr(0, slash), 0755);
  }
  return sys::open_at(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT, 0644);
}

Input open_input(const std::string& path) {
  Input input;
  input.fifo = sys::open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK);
  input.holder = sys::open_at(AT_FDCWD, path, O_WRONLY | O_NONBLOCK);
  return input;
}

UniqueFd open_null() { return sys::open_at(AT_FDCWD, "/dev/null", O_RDWR); }

void set_nonblocking(int fd) {
  const int flags = sys::check("fcntl", [&] { return ::fcntl(fd, F_GETFL); });
  sys::check("fcntl", [&] { return ::fcntl(fd, F_SETFL, flags | O_NONBLOCK); });
}

}  // namespace corten::shim
