// SPDX-License-Identifier: Apache-2.0
#include "container/id_maps.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "base/error.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

struct Kind {
  const char* file;    // below /proc/PID
  const char* helper;  // for callers without privileges
  const char* ranges;  // what that helper goes by
};

constexpr Kind uid_kind{"uid_map", "newuidmap", "/etc/subuid"};
constexpr Kind gid_kind{"gid_map", "newgidmap", "/etc/subgid"};

std::string map_text(const std::vector<spec::IdMapping>& mappings) {
  std::string text;
  for (const auto& map : mappings) text += fmt::format("{} {} {}\n", map.container_id, map.host_id, map.size);
  return text;
}

/// 0, or the errno of the write.
int try_write(pid_t pid, const char* file, const std::string& text) {
  const auto path = fmt::format("/proc/{}/{}", pid, file);
  const int fd = sys::attempt([&] { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); });
  if (fd < 0) return -fd;
  const UniqueFd owner{fd};
  const auto written = sys::attempt([&] { return ::write(fd, text.data(), text.size()); });
  return written < 0 ? static_cast<int>(-written) : 0;
}

void run_helper(pid_t pid, const Kind& kind, const std::vector<spec::IdMapping>& mappings) {
  std::vector<std::string> words{kind.helper, std::to_string(pid)};
  for (const auto& map : mappings) {
    words.push_back(std::to_string(map.container_id));
    words.push_back(std::to_string(map.host_id));
    words.push_back(std::to_string(map.size));
  }
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int code = ::posix_spawnp(&child, kind.helper, nullptr, nullptr, arguments.data(), environ);
  if (code == ENOENT) {
    throw Error{
        fmt::format("writing {} takes the program {}, which is not installed (package uidmap)", kind.file, kind.helper),
        code};
  }
  if (code != 0) throw_errno(kind.helper, code);
  if (const int status = sys::wait_status(child); status != 0) {
    throw Error{fmt::format("{} failed with status {}: does {} give these ranges to this user?", kind.helper, status,
                            kind.ranges),
                EPERM};
  }
}

void write_map(pid_t pid, const Kind& kind, const std::vector<spec::IdMapping>& mappings) {
  const int code = try_write(pid, kind.file, map_text(mappings));
  if (code == 0) return;
  if (code != EPERM && code != EACCES)
    throw_errno(fmt::format("writing {} of the new user namespace", kind.file), code);
  run_helper(pid, kind, mappings);
}

}  // namespace

bool write_id_maps(pid_t pid, const std::vector<spec::IdMapping>& uids, const std::vector<spec::IdMapping>& gids) {
  write_map(pid, uid_kind, uids);
  if (try_write(pid, gid_kind.file, map_text(gids)) == 0) return true;
  const bool only_own = gids.size() == 1 && gids[0].size == 1 && gids[0].host_id == ::getegid();
  if (!only_own) {
    run_helper(pid, gid_kind, gids);
    return true;
  }
  // A caller without privileges may map its own group, once it has given up setgroups(2) (Linux 3.19).
  if (const int code = try_write(pid, "setgroups", "deny"); code != 0)
    throw_errno("writing setgroups of the new user namespace", code);
  write_map(pid, gid_kind, gids);
  return false;
}

}  // namespace corten::container
