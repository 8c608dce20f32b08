// SPDX-License-Identifier: Apache-2.0
#include "sys/mount_api.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "sys/procfs_inside.hpp"
#include "sys/switches.hpp"
#include "sys/syscall.hpp"

#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467  // Linux 6.15
#endif

namespace corten::sys {
namespace {

bool& usable() {
  static bool works = new_mount_api_allowed();
  return works;
}

bool setattr_works = true;

int remember(int error) {
  if (error == ENOSYS) usable() = false;
  return error;
}

int configure(int context, unsigned command, const char* key, const char* value) {
  const int result = attempt([&] { return ::fsconfig(context, command, key, value, 0); });
  return result < 0 ? -result : 0;
}

int configure(int context, const std::string& source, const std::vector<FsOption>& options) {
  if (!source.empty()) {
    if (const int error = configure(context, FSCONFIG_SET_STRING, "source", source.c_str()); error != 0) return error;
  }
  for (const auto& option : options) {
    const int error = option.flag ? configure(context, FSCONFIG_SET_FLAG, option.key.c_str(), nullptr)
                                  : configure(context, FSCONFIG_SET_STRING, option.key.c_str(), option.value.c_str());
    if (error != 0) return error;
  }
  return configure(context, FSCONFIG_CMD_CREATE, nullptr, nullptr);
}

unsigned clone_flags(const char* path, Depth depth) {
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
  if (depth == Depth::recursive) flags |= AT_RECURSIVE;
  if (*path == '\0') flags |= AT_EMPTY_PATH;
  return flags;
}

mount_attr attributes_of(const AttributeChange& change) {
  struct mount_attr attributes {};
  attributes.attr_set = change.set;
  attributes.attr_clr = change.clear;
  attributes.propagation = change.propagation;
  if (change.userns_fd >= 0) attributes.userns_fd = static_cast<std::uint64_t>(change.userns_fd);
  return attributes;
}

/// The last error of those that a file system has for the one who configures it: "tmpfs: Unknown parameter 'sise'".
std::string complaint(int context) {
  std::string last;
  std::array<char, 256> line;  // NOLINT: filled by read
  for (;;) {
    const auto size = attempt([&] { return ::read(context, line.data(), line.size()); });
    if (size < 2) return last;
    if (line[0] != 'e') continue;
    last.assign(line.data() + 2, static_cast<std::size_t>(size) - 2);
    if (last.ends_with('\n')) last.pop_back();
  }
}

Opened make_from(UniqueFd context, const std::string& source, const std::vector<FsOption>& options,
                 std::uint64_t attributes, std::string* why) {
  if (const int error = configure(context.get(), source, options); error != 0) {
    if (why != nullptr) *why = complaint(context.get());
    return {UniqueFd{}, remember(error)};
  }
  const int mount =
      attempt([&] { return ::fsmount(context.get(), FSMOUNT_CLOEXEC, static_cast<unsigned>(attributes)); });
  if (mount < 0) return {UniqueFd{}, remember(-mount)};
  return {UniqueFd{mount}, 0};
}

}  // namespace

bool new_mount_api() { return usable(); }

bool attributes_can_change() { return setattr_works; }

void distrust_new_mount_api() { usable() = false; }

void distrust_attribute_changes() { setattr_works = false; }

Opened make_filesystem(const char* type, const std::string& source, const std::vector<FsOption>& options,
                       std::uint64_t attributes, std::string* why) {
  const int opened = attempt([&] { return ::fsopen(type, FSOPEN_CLOEXEC); });
  if (opened < 0) return {UniqueFd{}, remember(-opened)};
  return make_from(UniqueFd{opened}, source, options, attributes, why);
}

bool can_open_filesystems() {
  return new_mount_api() && UniqueFd{attempt([] { return ::fsopen("proc", FSOPEN_CLOEXEC); })}.valid();
}

Opened make_procfs(int ns, const std::string& source, const std::vector<FsOption>& options, std::uint64_t attributes,
                   std::string* why) {
  UniqueFd context{attempt([] { return ::fsopen("proc", FSOPEN_CLOEXEC); })};
  // Linux 6.17 can be told. Before, a procfs shows the pid namespace of who opens it.
  const bool told = context.valid() && proc_pidns_allowed() &&
                    attempt([&] { return ::fsconfig(context.get(), FSCONFIG_SET_FD, "pidns", nullptr, ns); }) == 0;
  if (!told) {
    Opened opened = open_procfs_inside(ns);
    if (!opened.ok()) return opened;
    context = std::move(opened.fd);
  }
  return make_from(std::move(context), source, options, attributes, why);
}

Opened clone_mount(int directory, const char* path, Depth depth) {
  const int tree = attempt([&] { return ::open_tree(directory, path, clone_flags(path, depth)); });
  if (tree < 0) return {UniqueFd{}, remember(-tree)};
  return {UniqueFd{tree}, 0};
}

Opened clone_changed(int directory, const char* path, Depth depth, const AttributeChange& change) {
  if (!open_tree_attr_allowed()) return {UniqueFd{}, ENOSYS};
  auto attributes = attributes_of(change);
  if ((change.set & MOUNT_ATTR_IDMAP) != 0) attributes.attr_clr |= MOUNT_ATTR_IDMAP;
  const auto tree = attempt([&] {
    return ::syscall(SYS_open_tree_attr, directory, path, clone_flags(path, depth), &attributes, sizeof attributes);
  });
  if (tree < 0) return {UniqueFd{}, static_cast<int>(-tree)};
  return {UniqueFd{static_cast<int>(tree)}, 0};
}

int change_attributes(int mount, Depth depth, const AttributeChange& change) {
  auto attributes = attributes_of(change);
  const unsigned flags = AT_EMPTY_PATH | (depth == Depth::recursive ? AT_RECURSIVE : 0U);
  const int result = attempt([&] { return ::mount_setattr(mount, "", flags, &attributes, sizeof attributes); });
  if (result == -ENOSYS) setattr_works = false;
  return result < 0 ? -result : 0;
}

int attach_mount(int mount, int target) {
  constexpr unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  const int result = attempt([&] { return ::move_mount(mount, "", target, "", flags); });
  return result < 0 ? remember(-result) : 0;
}

int attach_mount_at(int mount, int directory, const char* name) {
  const int result = attempt([&] { return ::move_mount(mount, "", directory, name, MOVE_MOUNT_F_EMPTY_PATH); });
  return result < 0 ? remember(-result) : 0;
}

std::uint64_t mount_attributes(std::uint64_t flags) {
  std::uint64_t attributes = 0;
  if ((flags & MS_RDONLY) != 0) attributes |= MOUNT_ATTR_RDONLY;
  if ((flags & MS_NOSUID) != 0) attributes |= MOUNT_ATTR_NOSUID;
  if ((flags & MS_NODEV) != 0) attributes |= MOUNT_ATTR_NODEV;
  if ((flags & MS_NOEXEC) != 0) attributes |= MOUNT_ATTR_NOEXEC;
  if ((flags & MS_NODIRATIME) != 0) attributes |= MOUNT_ATTR_NODIRATIME;
  if ((flags & MS_NOSYMFOLLOW) != 0) attributes |= MOUNT_ATTR_NOSYMFOLLOW;
  if ((flags & MS_STRICTATIME) != 0) {
    attributes |= MOUNT_ATTR_STRICTATIME;  // wins over "noatime", as in mount(2)
  } else if ((flags & MS_NOATIME) != 0) {
    attributes |= MOUNT_ATTR_NOATIME;
  }
  return attributes;
}

}  // namespace corten::sys
