// SPDX-License-Identifier: Apache-2.0
#include "sys/procfs.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <array>
#include <vector>

#include "base/text.hpp"
#include "sys/mount_api.hpp"
#include "sys/switches.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {
namespace {

constexpr ino_t root_inode = 1;  // PROC_ROOT_INO: no other object of a procfs has it

bool on_procfs(int fd) {
  struct statfs filesystem {};
  return ::fstatfs(fd, &filesystem) == 0 && filesystem.f_type == PROC_SUPER_MAGIC;
}

bool is_procfs_root(int fd) {
  struct stat status {};
  return on_procfs(fd) && ::fstat(fd, &status) == 0 && status.st_ino == root_inode;
}

/// The id of the mount that `fd` is on; nothing before Linux 5.8.
std::optional<std::uint64_t> mount_of(int fd) {
  struct statx status {};
  if (::statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_MNT_ID, &status) != 0) return std::nullopt;
  if ((status.stx_mask & STATX_MNT_ID) == 0) return std::nullopt;
  return status.stx_mnt_id;
}

/// `path` with the task's own directory instead of "self" or "thread-self", which are links: read, not followed.
std::string resolve_self(int root, const std::string& path) {
  for (const char* link : {"self", "thread-self"}) {
    const std::string name = link;
    if (!path.starts_with(name + "/")) continue;
    std::array<char, 64> target{};
    const auto size = attempt([&] { return ::readlinkat(root, link, target.data(), target.size()); });
    if (size > 0) return std::string{target.data(), static_cast<std::size_t>(size)} + path.substr(name.size());
  }
  return path;
}

/// openat2's RESOLVE_BENEATH | NO_XDEV | NO_MAGICLINKS by hand.
Opened walk(int root, const std::string& path, int flags) {
  const auto mount = mount_of(root);
  const std::string resolved = resolve_self(root, path);
  const auto components = split(resolved, '/');
  UniqueFd here;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const std::string name{components[i]};
    if (name.empty() || name == ".") return {UniqueFd{}, EINVAL};
    const int how = i + 1 == components.size() ? flags : O_PATH | O_DIRECTORY;
    const int above = i == 0 ? root : here.get();
    const int fd = attempt([&] { return ::openat(above, name.c_str(), how | O_NOFOLLOW | O_CLOEXEC); });
    if (fd < 0) return {UniqueFd{}, -fd};
    here = UniqueFd{fd};
    if (!on_procfs(fd) || mount_of(fd) != mount) return {UniqueFd{}, EXDEV};
  }
  return {std::move(here), 0};
}

Opened open_below(int root, const std::string& path, int flags) {
  if (("/" + path + "/").find("/../") != std::string::npos) return {UniqueFd{}, EINVAL};
  if (!openat2_allowed()) return walk(root, path, flags);
  struct open_how how {};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS;
  const auto fd =
      static_cast<int>(attempt([&] { return ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how); }));
  if (fd == -ENOSYS || fd == -EPERM) return walk(root, path, flags);
  if (fd < 0) return {UniqueFd{}, -fd};
  UniqueFd opened{fd};
  if (!on_procfs(fd)) return {UniqueFd{}, EXDEV};
  return {std::move(opened), 0};
}

}  // namespace

std::optional<UniqueFd> Procfs::try_open_root() {
  const int fd = attempt([] { return ::open("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); });
  if (fd < 0) return std::nullopt;
  UniqueFd root{fd};
  if (!is_procfs_root(fd)) return std::nullopt;
  return root;
}

Procfs Procfs::open() {
  auto root = try_open_root();
  if (!root) throw Error{"/proc is not the root of a procfs"};
  return Procfs{std::move(*root)};
}

Procfs Procfs::open_for(const std::string& path) {
  if (auto root = try_open_root(); root && open_below(root->get(), path, O_PATH | O_DIRECTORY).ok()) {
    return Procfs{std::move(*root)};
  }
  Opened made = make_filesystem("proc", "proc", {}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  if (!made.ok()) throw_errno("mount a procfs for /proc/" + path, made.error);
  return Procfs{std::move(made.fd)};
}

UniqueFd Procfs::open_file(const std::string& path, int flags) const {
  Opened opened = open_below(root_.get(), path, flags);
  if (!opened.ok()) throw_errno("open /proc/" + path, opened.error);
  return std::move(opened.fd);
}

void Procfs::write_file(const std::string& path, std::string_view value) const {
  const UniqueFd file = open_file(path, O_WRONLY);
  const auto written =
      check([&] { return "write /proc/" + path; }, [&] { return ::write(file.get(), value.data(), value.size()); });
  if (static_cast<std::size_t>(written) != value.size()) throw Error{"write /proc/" + path + ": written in part only"};
}

}  // namespace corten::sys
