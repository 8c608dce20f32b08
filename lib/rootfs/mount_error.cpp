// SPDX-License-Identifier: Apache-2.0
#include "rootfs/mount_error.hpp"

#include <sys/mount.h>

#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/named_table.hpp"

namespace corten::rootfs {
namespace {

constexpr auto names = named_table<std::uint64_t>({
    {"MS_RDONLY", MS_RDONLY},
    {"MS_NOSUID", MS_NOSUID},
    {"MS_NODEV", MS_NODEV},
    {"MS_NOEXEC", MS_NOEXEC},
    {"MS_SYNCHRONOUS", MS_SYNCHRONOUS},
    {"MS_REMOUNT", MS_REMOUNT},
    {"MS_MANDLOCK", MS_MANDLOCK},
    {"MS_DIRSYNC", MS_DIRSYNC},
    {"MS_NOSYMFOLLOW", MS_NOSYMFOLLOW},
    {"MS_NOATIME", MS_NOATIME},
    {"MS_NODIRATIME", MS_NODIRATIME},
    {"MS_BIND", MS_BIND},
    {"MS_MOVE", MS_MOVE},
    {"MS_REC", MS_REC},
    {"MS_SILENT", MS_SILENT},
    {"MS_POSIXACL", MS_POSIXACL},
    {"MS_UNBINDABLE", MS_UNBINDABLE},
    {"MS_PRIVATE", MS_PRIVATE},
    {"MS_SLAVE", MS_SLAVE},
    {"MS_SHARED", MS_SHARED},
    {"MS_RELATIME", MS_RELATIME},
    {"MS_I_VERSION", MS_I_VERSION},
    {"MS_STRICTATIME", MS_STRICTATIME},
    {"MS_LAZYTIME", MS_LAZYTIME},
});

}  // namespace

std::string flag_names(std::uint64_t flags) {
  std::string text;
  const auto append = [&text](std::string_view name) {
    if (!text.empty()) text += '|';
    text += name;
  };
  for (const auto& row : names.rows) {
    if ((flags & row.value) == 0) continue;
    append(row.name);
    flags &= ~row.value;
  }
  if (flags != 0) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), flags, 16).ptr;
    append("0x" + std::string{digits.begin(), end});
  }
  return text;
}

void throw_mount_error(const MountCall& call, int error) {
  std::string text{call.operation};
  text += ' ';
  if (!call.source.empty()) text.append("src=").append(call.source).append(", ");
  text.append("dst=").append(call.target);
  if (call.flags != 0) text.append(", flags=").append(flag_names(call.flags));
  if (!call.data.empty()) text.append(", data=").append(call.data);
  text.append(": ").append(errno_text(error));
  if (!call.why.empty()) text.append(" (").append(call.why).append(")");
  throw Error{std::move(text), error};
}

}  // namespace corten::rootfs
