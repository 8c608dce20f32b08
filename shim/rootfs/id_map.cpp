// SPDX-License-Identifier: Apache-2.0
#include "shim/rootfs/id_map.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "shim/failure.hpp"
#include "sys/clone.hpp"
#include "sys/file.hpp"
#include "sys/mount_api.hpp"
#include "sys/syscall.hpp"

namespace corten::shim {

std::string parse_id_map(std::string_view text) {
  std::string map;
  for (const auto range : split(text, ',')) {
    const auto numbers = split(range, ':');
    const bool good = numbers.size() == 3 && std::all_of(numbers.begin(), numbers.end(), [](std::string_view number) {
                        return parse_number<std::uint32_t>(number).has_value();
                      });
    if (!good)
      throw Failure{Code::invalid_argument, fmt::format("the id map {} is no CONTAINER:HOST:SIZE", quote(text))};
    map += fmt::format("{} {} {}\n", numbers[0], numbers[1], numbers[2]);
  }
  return map;
}

UniqueFd open_user_namespace(const std::string& uids, const std::string& gids) {
  const pid_t holder = sys::clone_process({.flags = CLONE_NEWUSER}).pid;
  if (holder < 0) throw_errno("clone of a user namespace for an id-mapped mount", -holder);
  if (holder == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a shim that is killed leaves nothing
    ::prctl(PR_SET_DUMPABLE, 0);         // it has a copy of our memory
    for (;;) ::pause();
  }
  const ScopeExit end{[&] {
    ::kill(holder, SIGKILL);
    sys::attempt([&] { return ::waitpid(holder, nullptr, 0); });
  }};
  const auto folder = sys::open_at(AT_FDCWD, fmt::format("/proc/{}", holder), O_PATH | O_DIRECTORY);
  sys::write_file_at(folder.get(), "uid_map", uids);
  sys::write_file_at(folder.get(), "gid_map", gids);
  return sys::open_at(folder.get(), "ns/user", O_RDONLY);
}

void mount_mapped(const std::string& source, bool recursive, const UniqueFd& user_namespace,
                  const std::string& target) {
  const auto depth = recursive ? sys::Depth::recursive : sys::Depth::one;
  const auto tree = sys::clone_mount(AT_FDCWD, source.c_str(), depth);
  if (!tree.ok()) throw_errno("open_tree of " + source, tree.error);
  const int mapped = sys::change_attributes(tree.fd.get(), depth, {MOUNT_ATTR_IDMAP, 0, 0, user_namespace.get()});
  if (mapped != 0) throw_errno(fmt::format("id-mapping {}, which its file system may not be able to", source), mapped);
  const auto place = sys::open_at(AT_FDCWD, target, O_PATH);
  const int attached = sys::attach_mount(tree.fd.get(), place.get());
  if (attached != 0) throw_errno(fmt::format("attaching the id-mapped {} at {}", source, target), attached);
}

}  // namespace corten::shim
