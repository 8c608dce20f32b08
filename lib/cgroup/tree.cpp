// SPDX-License-Identifier: Apache-2.0
#include "cgroup/tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

void append_processes(const std::string& directory, std::vector<pid_t>& pids) {
  std::optional<std::string> text;
  try {
    text = read_if_exists(directory + "/cgroup.procs");
  } catch (const Error& error) {
    if (error.code() != EOPNOTSUPP) throw;
    text = read_if_exists(directory + "/cgroup.threads");  // a threaded cgroup has no list of processes
  }
  if (!text) return;
  for (const auto line : split(*text, '\n')) {
    if (const auto pid = parse_number<pid_t>(line)) pids.push_back(*pid);
  }
  for (const auto& child : child_cgroups(directory)) append_processes(child, pids);
}

void remove_below(const std::string& directory, Clock::time_point deadline) {
  for (auto pause = 50us;; pause = std::min<std::chrono::microseconds>(pause * 2, 10ms)) {
    if (try_remove(directory)) return;
    for (const auto& child : child_cgroups(directory)) remove_below(child, deadline);
    if (try_remove(directory)) return;
    if (Clock::now() >= deadline) throw_errno(fmt::format("rmdir {}", directory), EBUSY);
    sleep_for(pause);
  }
}

}  // namespace

void make_directories(const std::string& directory, std::vector<std::string>& made) {
  int result = sys::attempt([&] { return ::mkdir(directory.c_str(), 0755); });
  const auto slash = directory.rfind('/');
  if (result == -ENOENT && slash != std::string::npos && slash > 0) {
    make_directories(directory.substr(0, slash), made);
    result = sys::attempt([&] { return ::mkdir(directory.c_str(), 0755); });
  }
  if (result == 0) {
    made.push_back(directory);
  } else if (result != -EEXIST) {
    throw_errno(fmt::format("mkdir {}", directory), -result);
  }
}

void discard_directories(const std::vector<std::string>& made) noexcept {
  std::for_each(made.rbegin(), made.rend(), [](const std::string& directory) { ::rmdir(directory.c_str()); });
}

std::vector<std::string> child_cgroups(const std::string& directory) {
  std::vector<std::string> children;
  struct stat info {};
  // A cgroup directory has two links and one a child: most are leaves, and their files need not be listed.
  if (::stat(directory.c_str(), &info) != 0 || info.st_nlink == 2) return children;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir{::opendir(directory.c_str()), ::closedir};
  if (!dir) return children;
  while (const dirent* entry = ::readdir(dir.get())) {
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
      children.push_back(fmt::format("{}/{}", directory, entry->d_name));
  }
  return children;
}

std::vector<pid_t> processes_below(const std::string& directory) {
  std::vector<pid_t> pids;
  append_processes(directory, pids);
  return pids;
}

bool try_remove(const std::string& directory) {
  const int result = sys::attempt([&] { return ::rmdir(directory.c_str()); });
  if (result == 0 || result == -ENOENT) return true;
  if (result == -EBUSY || result == -ENOTEMPTY) return false;
  // A read-only or foreign tree refuses before it looks whether there is anything to remove.
  if (::access(directory.c_str(), F_OK) != 0 && errno == ENOENT) return true;
  throw_errno(fmt::format("rmdir {}", directory), -result);
}

void remove_tree(const std::string& directory, std::chrono::milliseconds patience) {
  remove_below(directory, Clock::now() + patience);
}

void sleep_for(std::chrono::microseconds pause) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(pause);
  timespec rest{seconds.count(), std::chrono::nanoseconds{pause - seconds}.count()};
  while (::nanosleep(&rest, &rest) != 0 && errno == EINTR) {
  }
}

}  // namespace corten::cgroup
