// SPDX-License-Identifier: Apache-2.0
// Every mount option that means something to us, in one table: the parser, `features` and the tests read it. An option
// that is not here is data for the file system.
#pragma once

#include <sys/mount.h>

#include <cstdint>

#include "base/named_table.hpp"

namespace corten::config {

struct MountOption {
  enum class Kind : std::uint8_t {
    flag,          // MS_* of this mount
    recursive,     // MOUNT_ATTR_* of this mount and all below it (mount_setattr, Linux 5.12)
    propagation,   // MS_SHARED and its kin
    copy_up,       // runc's extension
    copy_symlink,  // crun's, as the next
    nofollow,      // value: 1 for the source, 0 for the destination
    id_map,        // value: 1 for this mount and all below it
  };
  Kind kind;
  std::uint64_t value;
  bool clears = false;
  bool operator==(const MountOption&) const = default;
};

namespace option {

constexpr MountOption set(std::uint64_t flags) { return {MountOption::Kind::flag, flags, false}; }
constexpr MountOption clear(std::uint64_t flags) { return {MountOption::Kind::flag, flags, true}; }
constexpr MountOption set_all(std::uint64_t attributes) { return {MountOption::Kind::recursive, attributes, false}; }
constexpr MountOption clear_all(std::uint64_t attributes) { return {MountOption::Kind::recursive, attributes, true}; }
constexpr MountOption propagate(std::uint64_t flags) { return {MountOption::Kind::propagation, flags, false}; }

constexpr std::uint64_t no_symlinks = 0x00200000;  // MOUNT_ATTR_NOSYMFOLLOW, Linux 5.14; not in glibc 2.36

}  // namespace option

// "acl" is not here: it cannot be MS_POSIXACL, which the kernel keeps for itself; file systems take it as data.
inline constexpr auto mount_options = named_table<MountOption>({
    {"async", option::clear(MS_SYNCHRONOUS)},
    {"atime", option::clear(MS_NOATIME)},
    {"bind", option::set(MS_BIND)},
    {"copy-symlink", {MountOption::Kind::copy_symlink, 0}},
    {"defaults", option::set(0)},
    {"dest-nofollow", {MountOption::Kind::nofollow, 0}},
    {"dev", option::clear(MS_NODEV)},
    {"diratime", option::clear(MS_NODIRATIME)},
    {"dirsync", option::set(MS_DIRSYNC)},
    {"exec", option::clear(MS_NOEXEC)},
    {"idmap", {MountOption::Kind::id_map, 0}},
    {"iversion", option::set(MS_I_VERSION)},
    {"lazytime", option::set(MS_LAZYTIME)},
    {"loud", option::clear(MS_SILENT)},
    {"mand", option::set(MS_MANDLOCK)},
    {"noatime", option::set(MS_NOATIME)},
    {"nodev", option::set(MS_NODEV)},
    {"nodiratime", option::set(MS_NODIRATIME)},
    {"noexec", option::set(MS_NOEXEC)},
    {"noiversion", option::clear(MS_I_VERSION)},
    {"nolazytime", option::clear(MS_LAZYTIME)},
    {"nomand", option::clear(MS_MANDLOCK)},
    {"norelatime", option::clear(MS_RELATIME)},
    {"nostrictatime", option::clear(MS_STRICTATIME)},
    {"nosuid", option::set(MS_NOSUID)},
    {"nosymfollow", option::set(MS_NOSYMFOLLOW)},  // Linux 5.10
    {"private", option::propagate(MS_PRIVATE)},
    {"ratime", option::clear_all(MOUNT_ATTR_NOATIME)},
    {"rbind", option::set(MS_BIND | MS_REC)},
    {"rdev", option::clear_all(MOUNT_ATTR_NODEV)},
    {"rdiratime", option::clear_all(MOUNT_ATTR_NODIRATIME)},
    {"relatime", option::set(MS_RELATIME)},
    {"remount", option::set(MS_REMOUNT)},
    {"rexec", option::clear_all(MOUNT_ATTR_NOEXEC)},
    {"ridmap", {MountOption::Kind::id_map, 1}},
    {"rnoatime", option::set_all(MOUNT_ATTR_NOATIME)},
    {"rnodev", option::set_all(MOUNT_ATTR_NODEV)},
    {"rnodiratime", option::set_all(MOUNT_ATTR_NODIRATIME)},
    {"rnoexec", option::set_all(MOUNT_ATTR_NOEXEC)},
    {"rnorelatime", option::clear_all(MOUNT_ATTR_RELATIME)},
    {"rnostrictatime", option::clear_all(MOUNT_ATTR_STRICTATIME)},
    {"rnosuid", option::set_all(MOUNT_ATTR_NOSUID)},
    {"rnosymfollow", option::set_all(option::no_symlinks)},
    {"ro", option::set(MS_RDONLY)},
    {"rprivate", option::propagate(MS_PRIVATE | MS_REC)},
    {"rrelatime", option::set_all(MOUNT_ATTR_RELATIME)},
    {"rro", option::set_all(MOUNT_ATTR_RDONLY)},
    {"rrw", option::clear_all(MOUNT_ATTR_RDONLY)},
    {"rshared", option::propagate(MS_SHARED | MS_REC)},
    {"rslave", option::propagate(MS_SLAVE | MS_REC)},
    {"rstrictatime", option::set_all(MOUNT_ATTR_STRICTATIME)},
    {"rsuid", option::clear_all(MOUNT_ATTR_NOSUID)},
    {"rsymfollow", option::clear_all(option::no_symlinks)},
    {"runbindable", option::propagate(MS_UNBINDABLE | MS_REC)},
    {"rw", option::clear(MS_RDONLY)},
    {"shared", option::propagate(MS_SHARED)},
    {"silent", option::set(MS_SILENT)},
    {"slave", option::propagate(MS_SLAVE)},
    {"src-nofollow", {MountOption::Kind::nofollow, 1}},
    {"strictatime", option::set(MS_STRICTATIME)},
    {"suid", option::clear(MS_NOSUID)},
    {"symfollow", option::clear(MS_NOSYMFOLLOW)},
    {"sync", option::set(MS_SYNCHRONOUS)},
    {"tmpcopyup", {MountOption::Kind::copy_up, 0}},
    {"unbindable", option::propagate(MS_UNBINDABLE)},
});

}  // namespace corten::config
