// SPDX-License-Identifier: Apache-2.0
#include "cgroup/tree.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/files.hpp"
#include "cgroup/walk.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Nothing where there is none (any more).
std::optional<UniqueFd> open_cgroup(const std::string& directory) {
  int code = 0;
  auto opened = try_open_without_links(directory, O_RDONLY | O_DIRECTORY, code);
  if (opened.valid()) return opened;
  if (means_missing(code)) return std::nullopt;
  throw_errno(fmt::format("open {}", directory), code);
}

/// The whole of file `name`; empty with errno in `code` when that fails.
std::string read_at(int directory, const char* name, int& code) {
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const UniqueFd fd{sys::attempt([&] { return ::openat(directory, name, flags); })};
  code = fd.valid() ? 0 : -fd.get();
  std::string text;
  std::array<char, 4096> piece;  // NOLINT: filled by read
  while (code == 0) {
    const auto size = sys::attempt([&] { return ::read(fd.get(), piece.data(), piece.size()); });
    if (size == 0) break;
    if (size < 0) code = static_cast<int>(-size);
    if (size > 0) text.append(piece.data(), static_cast<std::size_t>(size));
  }
  return text;
}

class ProcessCollector final : public Visitor {
 public:
  explicit ProcessCollector(bool below) : below_{below} {}

  void enter(int directory) override {
    int code = 0;
    auto text = read_at(directory, "cgroup.procs", code);
    // A threaded cgroup has no list of processes.
    if (code == EOPNOTSUPP) text = read_at(directory, "cgroup.threads", code);
    if (code != 0 && !means_missing(code)) throw_errno("read the processes of a cgroup", code);
    for (const auto line : split(text, '\n')) {
      if (const auto pid = parse_number<pid_t>(line)) pids_.push_back(*pid);
    }
  }
  [[nodiscard]] bool wants(int /*parent*/, const std::string& /*name*/) override { return below_; }
  void leave(int /*parent*/, const std::string& /*name*/) override {}

  [[nodiscard]] std::vector<pid_t> take() { return std::move(pids_); }

 private:
  bool below_;
  std::vector<pid_t> pids_;
};

class Remover final : public Visitor {
 public:
  void enter(int /*directory*/) override {}
  [[nodiscard]] bool wants(int parent, const std::string& name) override { return !removes(parent, name); }
  void leave(int parent, const std::string& name) override { static_cast<void>(removes(parent, name)); }

 private:
  /// False where it is busy.
  static bool removes(int parent, const std::string& name) {
    const int result = sys::attempt([&] { return ::unlinkat(parent, name.c_str(), AT_REMOVEDIR); });
    if (result == 0 || result == -ENOENT) return true;
    if (result == -EBUSY || result == -ENOTEMPTY) return false;
    throw_errno(fmt::format("rmdir {}", name), -result);
  }
};

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
  } else if (result == -EAGAIN) {
    // v2 alone gives it, for a limit of any cgroup above (cgroup_check_hierarchy_limits).
    throw Error{fmt::format("mkdir {}: {} (raise cgroup.max.descendants or cgroup.max.depth of a cgroup above)",
                            directory, errno_text(EAGAIN)),
                EAGAIN};
  } else if (result != -EEXIST) {
    throw_errno(fmt::format("mkdir {}", directory), -result);
  }
}

void discard_directories(const std::vector<std::string>& made) noexcept {
  std::for_each(made.rbegin(), made.rend(), [](const std::string& directory) { ::rmdir(directory.c_str()); });
}

std::vector<pid_t> processes_below(const std::string& directory) {
  // A container that keeps removing cgroups can hide some of them from us, and no more.
  constexpr int most_tries = 8;
  for (int tries = 1;; ++tries) {
    auto opened = open_cgroup(directory);
    if (!opened) return {};
    ProcessCollector processes{true};
    if (walk(std::move(*opened), processes) || tries == most_tries) return processes.take();
  }
}

std::vector<pid_t> processes_in(const std::string& directory) {
  auto opened = open_cgroup(directory);
  if (!opened) return {};
  ProcessCollector processes{false};
  static_cast<void>(walk(std::move(*opened), processes));
  return processes.take();
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
  const auto deadline = Clock::now() + patience;
  for (auto pause = 50us;; pause = std::min<std::chrono::microseconds>(pause * 2, 10ms)) {
    if (try_remove(directory)) return;
    with_context(fmt::format("below {}", directory), [&] {
      Remover remover;
      if (auto opened = open_cgroup(directory)) static_cast<void>(walk(std::move(*opened), remover));
    });
    if (try_remove(directory)) return;
    if (Clock::now() >= deadline) throw_errno(fmt::format("rmdir {}", directory), EBUSY);
    sleep_for(pause);
  }
}

void sleep_for(std::chrono::microseconds pause) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(pause);
  timespec rest{seconds.count(), std::chrono::nanoseconds{pause - seconds}.count()};
  while (::nanosleep(&rest, &rest) != 0 && errno == EINTR) {
  }
}

}  // namespace corten::cgroup
