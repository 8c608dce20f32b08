// SPDX-License-Identifier: Apache-2.0
#include "container/create/joined_maps.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "process/dumpable.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

using Maps = std::vector<spec::IdMapping>;

/// Rows of three numbers, as /proc/PID/uid_map has them.
Maps parse_map(std::string_view text) {
  Maps maps;
  for (const auto line : split(text, '\n')) {
    std::vector<std::uint32_t> numbers;
    for (const auto word : split(line, ' ')) {
      if (const auto number = parse_number<std::uint32_t>(word)) numbers.push_back(*number);
    }
    if (numbers.size() == 3) maps.push_back({numbers[0], numbers[1], numbers[2]});
  }
  return maps;
}

/// A child joins the namespace, and its /proc/PID files show the maps: there is no other way from a namespace's path to
/// its maps.
class Visitor {
 public:
  explicit Visitor(const UniqueFd& ns) {
    std::array<int, 2> ends{};
    sys::check("pipe", [&] { return ::pipe2(ends.data(), O_CLOEXEC); });
    const UniqueFd read{ends[0]};
    UniqueFd write{ends[1]};
    pid_ = sys::check("fork", [] { return ::fork(); });
    if (pid_ == 0) {
      // Before it is in there: the namespace's root may trace what is dumpable, and would have the host's root.
      process::hide_clone({write.get(), ns.get()});
      const char joined = ::setns(ns.get(), CLONE_NEWUSER) == 0 ? 'y' : 'n';
      if (::write(write.get(), &joined, 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    write.reset();
    char joined = 'n';
    const auto size = sys::attempt([&] { return ::read(read.get(), &joined, 1); });
    joined_ = size == 1 && joined == 'y';
  }
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;
  Visitor(Visitor&&) = delete;
  Visitor& operator=(Visitor&&) = delete;
  ~Visitor() {
    ::kill(pid_, SIGKILL);
    sys::attempt([&] { return ::waitpid(pid_, nullptr, 0); });
  }

  [[nodiscard]] bool joined() const { return joined_; }
  [[nodiscard]] Maps maps(const char* file) const {
    return parse_map(sys::read_file(fmt::format("/proc/{}/{}", pid_, file)));
  }

 private:
  pid_t pid_ = 0;
  bool joined_ = false;
};

}  // namespace

void check_joined_maps(const std::string& path, const spec::Linux& platform) {
  if (platform.uid_mappings.empty() && platform.gid_mappings.empty()) return;
  const auto ns = sys::open_at(AT_FDCWD, path, O_RDONLY);
  const Visitor visitor{ns};
  if (!visitor.joined()) return;  // to join it will fail with the reason
  if (visitor.maps("uid_map") != platform.uid_mappings || visitor.maps("gid_map") != platform.gid_mappings) {
    throw Error{
        "user namespaces enabled, but both namespace path and non-matching mapping specified -- you may only provide "
        "one"};
  }
}

}  // namespace corten::container
