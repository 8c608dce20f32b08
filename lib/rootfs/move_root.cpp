// SPDX-License-Identifier: Apache-2.0
#include "rootfs/move_root.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "rootfs/enter.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/state.hpp"
#include "sys/file.hpp"
#include "sys/mount_api.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

/// mountinfo writes blanks and backslashes as three octal digits.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      out += text[i];
      continue;
    }
    const auto code = parse_number<unsigned>(text.substr(i + 1, 3), 8);
    out += code ? static_cast<char>(*code) : '\\';
    if (code) i += 3;
  }
  return out;
}

/// The mount points of whole proc and sysfs file systems outside the rootfs. This is the one place that reads
/// mountinfo: only --no-pivot needs it, once, in a mount namespace that nobody else changes.
std::vector<std::string> revealing_mounts(const std::string& rootfs) {
  std::vector<std::string> found;
  const std::string text = sys::read_file("/proc/self/mountinfo");
  for (const auto line : split(text, '\n')) {
    const auto fields = split(line, ' ');
    if (fields.size() < 10 || fields[3] != "/") continue;
    std::size_t dash = 6;
    while (dash < fields.size() && fields[dash] != "-") ++dash;
    if (dash + 1 >= fields.size() || (fields[dash + 1] != "proc" && fields[dash + 1] != "sysfs")) continue;
    std::string path = unescape(fields[4]);
    if (path != rootfs && !path.starts_with(rootfs + "/")) found.push_back(std::move(path));
  }
  return found;
}

void hide(const std::string& path) {
  const int slave = sys::attempt([&] { return ::mount(nullptr, path.c_str(), nullptr, MS_SLAVE | MS_REC, nullptr); });
  if (slave == -ENOENT || slave == -EINVAL) return;  // went away with a directory above it
  if (slave < 0) throw_mount_error({"mount", "", path, MS_SLAVE | MS_REC, ""}, -slave);
  const int result = sys::attempt([&] { return ::umount2(path.c_str(), MNT_DETACH); });
  if (result == 0) return;
  if (result != -EINVAL && result != -EPERM) throw_mount_error({"unmount", "", path, 0, ""}, -result);
  const int covered = sys::attempt([&] { return ::mount("tmpfs", path.c_str(), "tmpfs", 0, nullptr); });
  if (covered < 0) throw_mount_error({"mount", "tmpfs", path, 0, ""}, -covered);
}

}  // namespace

void move_root(const Plan& plan, const State& state) {
  // After chroot the host's mounts are still in the namespace. The kernel lets a user namespace mount a fresh proc or
  // sysfs where a whole one is visible, so none may stay: /proc/sysrq-trigger would be within reach.
  for (const auto& path : revealing_mounts(plan.root)) hide(path);
  const UniqueFd top{sys::check("open /", [] { return ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC); })};
  if (sys::new_mount_api() && sys::attach_mount(state.root.get(), top.get()) == 0) return;
  // The working directory is the new root: enter_directory().
  const int result = sys::attempt([&] { return ::mount(".", "/", nullptr, MS_MOVE, nullptr); });
  if (result < 0) throw_mount_error({"mount", plan.root, "/", MS_MOVE, ""}, -result);
}

}  // namespace corten::rootfs
