// SPDX-License-Identifier: Apache-2.0
#include "host/attempt.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"
#include "sys/user_namespace.hpp"

namespace corten::host {
namespace {

constexpr uid_t nobody = 65534;
constexpr unsigned patience = 10;  // seconds

int write_file(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int code = ::write(fd, text.data(), text.size()) < 0 ? errno : 0;
  ::close(fd);
  return code;
}

int become_nobody() {
  if (::geteuid() != 0 || sys::in_user_namespace()) return 0;
  if (::setgroups(0, nullptr) != 0 && errno != EPERM) return errno;
  if (::setresgid(nobody, nobody, nobody) != 0 || ::setresuid(nobody, nobody, nobody) != 0) return errno;
  // Else what is below /proc/self would stay root's.
  return ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? 0 : errno;
}

}  // namespace

int in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) {
    ::alarm(patience);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    ::_exit(body());
  }
  int status = 0;
  if (sys::attempt([&] { return ::waitpid(child, &status, 0); }) < 0) return EIO;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? ETIMEDOUT : EIO;
}

int as_user(const std::function<int()>& body) {
  return in_child([&] {
    const int code = become_nobody();
    return code != 0 ? code : body();
  });
}

int unshare_errno(unsigned long flags) { return ::unshare(static_cast<int>(flags)) == 0 ? 0 : errno; }

int enter_user_namespace(unsigned long flags) {
  const auto uid = ::geteuid();
  const auto gid = ::getegid();
  if (const int code = unshare_errno(CLONE_NEWUSER); code != 0) return code;
  static_cast<void>(write_file("/proc/self/setgroups", "deny"));
  if (const int code = write_file("/proc/self/uid_map", fmt::format("0 {} 1", uid)); code != 0) return code;
  if (const int code = write_file("/proc/self/gid_map", fmt::format("0 {} 1", gid)); code != 0) return code;
  return flags == 0 ? 0 : unshare_errno(flags);
}

std::string first_line(const std::string& path) {
  const auto text = sys::read_file_if_exists(AT_FDCWD, path);
  return text ? std::string{trim(text->substr(0, text->find('\n')))} : std::string{};
}

std::string program(const std::string& name) {
  const char* const path = std::getenv("PATH");
  for (const auto directory : split(path == nullptr ? "/usr/sbin:/usr/bin:/sbin:/bin" : path, ':')) {
    const auto file = fmt::format("{}/{}", directory, name);
    if (!directory.empty() && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

}  // namespace corten::host
