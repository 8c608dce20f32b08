// SPDX-License-Identifier: Apache-2.0
#include "container/create/id_maps.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "process/dumpable.hpp"
#include "sys/clone.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

struct Kind {
  const char* file;    // below /proc/PID
  const char* helper;  // for callers without privileges
  const char* ranges;  // what that helper goes by
  const char* option;  // of usermod(8), which adds to it
  const char* field;
};

constexpr Kind uid_kind{"uid_map", "newuidmap", "/etc/subuid", "--add-subuids", "linux.uidMappings"};
constexpr Kind gid_kind{"gid_map", "newgidmap", "/etc/subgid", "--add-subgids", "linux.gidMappings"};

std::string map_text(const std::vector<spec::IdMapping>& mappings) {
  std::string text;
  for (const auto& map : mappings) text += fmt::format("{} {} {}\n", map.container_id, map.host_id, map.size);
  return text;
}

bool is_refusal(int code) { return code == EPERM || code == EACCES; }

/// 0, or the errno of the write.
int try_write(pid_t pid, const char* file, const std::string& text) {
  const auto path = fmt::format("/proc/{}/{}", pid, file);
  const int fd = sys::attempt([&] { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); });
  if (fd < 0) return -fd;
  const UniqueFd owner{fd};
  const auto written = sys::attempt([&] { return ::write(fd, text.data(), text.size()); });
  return written < 0 ? static_cast<int>(-written) : 0;
}

/// Starts `words` with its standard error in `errors`; returns its status. Throws where it cannot be started.
int run_with_errors(std::vector<std::string>& words, const UniqueFd& errors) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, errors.get(), STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  pid_t child = 0;
  const int code = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (code == ENOENT) throw Error{fmt::format("the program {} is not installed (package uidmap)", words[0]), code};
  if (code != 0) throw_errno(words[0], code);
  return sys::wait_status(child);
}

void run_helper(pid_t pid, const Kind& kind, const std::vector<spec::IdMapping>& mappings) {
  std::vector<std::string> words{kind.helper, std::to_string(pid)};
  for (const auto& map : mappings) {
    words.push_back(std::to_string(map.container_id));
    words.push_back(std::to_string(map.host_id));
    words.push_back(std::to_string(map.size));
  }
  const UniqueFd errors{sys::check("memfd_create", [] { return ::memfd_create("errors", MFD_CLOEXEC); })};
  with_context(
      fmt::format("{}: user {} may map these ids only by means of {}", kind.field, ::getuid(), kind.helper), [&] {
        const int status = run_with_errors(words, errors);
        if (status == 0) return;
        ::lseek(errors.get(), 0, SEEK_SET);
        const auto said = sys::read_all(errors.get(), "errors");
        throw Error{fmt::format("{} (status {}); {} has to give them to that user, as `usermod {} FIRST-LAST` does",
                                trim(said), status, kind.ranges, kind.option),
                    EPERM};
      });
}

void write_map(pid_t pid, const Kind& kind, const std::vector<spec::IdMapping>& mappings) {
  const auto text = map_text(mappings);
  // map_write() in kernel/user_namespace.c
  if (const auto most = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); text.size() >= most) {
    throw Error{fmt::format("{}: {} ranges are {} bytes of text, and the kernel takes less than {} (a page)",
                            kind.field, mappings.size(), text.size(), most),
                EINVAL};
  }
  const int code = try_write(pid, kind.file, text);
  if (code == 0) return;
  if (!is_refusal(code))
    throw_errno(fmt::format("{}: writing {} of the new user namespace", kind.field, kind.file), code);
  run_helper(pid, kind, mappings);
}

}  // namespace

bool write_id_maps(pid_t pid, const std::vector<spec::IdMapping>& uids, const std::vector<spec::IdMapping>& gids) {
  write_map(pid, uid_kind, uids);
  const int code = try_write(pid, gid_kind.file, map_text(gids));
  if (code == 0) return true;
  // A caller without privileges may map its own group, once it has given up setgroups(2) (Linux 3.19).
  const bool only_own = is_refusal(code) && gids.size() == 1 && gids[0].size == 1 && gids[0].host_id == ::getegid();
  if (only_own) {
    if (const int denied = try_write(pid, "setgroups", "deny"); denied != 0)
      throw_errno("writing setgroups of the new user namespace", denied);
  }
  write_map(pid, gid_kind, gids);
  return !only_own;
}

UniqueFd open_map_namespace(const rootfs::MountIdMap& map) {
  if (!map.userns_path.empty()) return sys::open_at(AT_FDCWD, map.userns_path, O_RDONLY);
  std::vector<spec::IdMapping> uids;
  std::vector<spec::IdMapping> gids;
  for (const auto& range : map.uids) uids.push_back({range.container_id, range.host_id, range.size});
  for (const auto& range : map.gids) gids.push_back({range.container_id, range.host_id, range.size});
  // This process only holds the user namespace: it waits, and is killed afterwards.
  const pid_t holder = sys::clone_process({.flags = CLONE_NEWUSER}).pid;
  if (holder < 0) throw_errno("clone of a user namespace for an id-mapped mount", -holder);
  if (holder == 0) {
    if (::geteuid() == 0) process::hide_clone({});
    for (;;) ::pause();
  }
  const auto end = [&] {
    ::kill(holder, SIGKILL);
    sys::attempt([&] { return ::waitpid(holder, nullptr, 0); });
  };
  try {
    static_cast<void>(write_id_maps(holder, uids, gids));
    auto fd = sys::open_at(AT_FDCWD, fmt::format("/proc/{}/ns/user", holder), O_RDONLY);
    end();
    return fd;
  } catch (...) {
    end();
    throw;
  }
}

}  // namespace corten::container
