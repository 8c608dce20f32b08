// SPDX-License-Identifier: Apache-2.0
#include "rootfs/filesystem.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "rootfs/bind.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/new_mount.hpp"
#include "sys/syscall.hpp"
#include "sys/user_namespace.hpp"

namespace corten::rootfs {
namespace {

constexpr std::size_t longest_value = 255;  // fsconfig(2) copies no more

struct SuperblockFlag {
  std::uint64_t flag;
  const char* option;
};
constexpr SuperblockFlag superblock_flags[] = {
    {MS_RDONLY, "ro"},     {MS_SYNCHRONOUS, "sync"},  {MS_DIRSYNC, "dirsync"},
    {MS_MANDLOCK, "mand"}, {MS_LAZYTIME, "lazytime"},
};

bool shows_other_processes(const Builder& builder, const MountStep& step) {
  return builder.pid_namespace >= 0 && step.type == "proc" && (step.flags & MS_REMOUNT) == 0;
}

/// False where the mount must be attached first: before Linux 5.12.
bool propagate_detached(int mount, const MountStep& step) {
  return std::ranges::all_of(step.propagation, [mount](std::uint64_t kind) {
    const std::uint64_t propagation = kind & ~static_cast<std::uint64_t>(MS_REC);
    return sys::change_attributes(mount, sys::Depth::one, {0, 0, propagation, -1}) == 0;
  });
}

sys::Opened make_and_attach(const Builder& builder, const MountStep& step, const Target& target,
                            const std::string& label, std::string& why) {
  const auto options = filesystem_options(step.data, step.flags, label);
  if (!options || !sys::new_mount_api()) return {UniqueFd{}, ENOSYS};
  const auto attributes = sys::mount_attributes(step.flags);
  sys::Opened made = shows_other_processes(builder, step)
                         ? sys::make_procfs(builder.pid_namespace, step.source, *options, attributes, &why)
                         : sys::make_filesystem(step.type.c_str(), step.source, *options, attributes, &why);
  if (!made.ok()) return made;
  const bool complete = propagate_detached(made.fd.get(), step);
  const int error = sys::attach_mount(made.fd.get(), target.fd.get());
  if (error != 0) return {UniqueFd{}, error};
  if (!complete) propagate_attached(made.fd.get(), step);
  return made;
}

bool names_subset(const std::string& data) {
  return std::ranges::any_of(split(data, ','), [](auto option) { return option.starts_with("subset="); });
}

}  // namespace

std::optional<std::vector<sys::FsOption>> filesystem_options(const std::string& data, std::uint64_t flags,
                                                             const std::string& label) {
  std::vector<sys::FsOption> options;
  if ((flags & (MS_I_VERSION | MS_POSIXACL | MS_REMOUNT)) != 0 || data.find_first_of("\"\\") != std::string::npos) {
    return std::nullopt;
  }
  for (const auto& row : superblock_flags) {
    if ((flags & row.flag) != 0) options.push_back({row.option, "", true});
  }
  const auto pieces = split(data, ',');
  options.reserve(pieces.size() + 2);
  for (const auto piece : pieces) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    const bool flag = equals == std::string_view::npos;
    const auto key = piece.substr(0, equals);
    const auto value = flag ? std::string_view{} : piece.substr(equals + 1);
    if (key.size() > longest_value || value.size() > longest_value) return std::nullopt;
    options.push_back({std::string{key}, std::string{value}, flag});
  }
  if (!label.empty()) {
    const auto equals = label.find('=');
    options.push_back({label.substr(0, equals), label.substr(equals + 1), false});
  }
  return options;
}

std::string labelled(const std::string& data, const std::string& label) {
  if (label.empty()) return data;
  const auto value = label.find('=') + 1;
  return data + (data.empty() ? "" : ",") + label.substr(0, value) + '"' + label.substr(value) + '"';
}

UniqueFd mount_filesystem(const Builder& builder, const MountStep& step, const Target& target,
                          const std::string& label) {
  const bool again = (step.flags & MS_REMOUNT) != 0;
  if (again) check_mounted(target);
  std::string why;
  sys::Opened made = make_and_attach(builder, step, target, label, why);
  if (made.ok()) return std::move(made.fd);
  // mount(2) would show our own processes, which are the host's.
  if (shows_other_processes(builder, step))
    throw_mount_error({"fsopen", step.source, step.destination, step.flags, step.data, why}, made.error);
  // Also after a genuine error: mount(2) tells it in the words that people know.
  const std::string data = labelled(step.data, label);
  const std::string path = fd_path(target.fd.get());
  std::optional<NewMount> place;
  if (!again) place.emplace(host_descriptors(builder.state));
  const int result = sys::attempt([&] {
    return ::mount(step.source.c_str(), path.c_str(), step.type.c_str(), step.flags,
                   data.empty() ? nullptr : data.c_str());
  });
  if (result < 0) throw_mount_error({"mount", step.source, step.destination, step.flags, data, why}, -result);
  if (made.error == EPERM) sys::distrust_new_mount_api();
  if (again) change_recursively(target.fd.get(), step);
  UniqueFd mount = again ? duplicate(target.fd) : place->open(builder.root(), target.path, -1);
  propagate_attached(mount.get(), step);
  return mount;
}

UniqueFd mount_procfs(const Builder& builder, const MountStep& step, const Target& target) {
  try {
    return mount_filesystem(builder, step, target, "");
  } catch (const Error& error) {
    if (error.code() != EPERM || (step.flags & MS_REMOUNT) != 0 || !sys::in_user_namespace()) throw;
    constexpr std::string_view covered =
        "a part of the /proc that is there is covered, perhaps by the masks of a container around this one";
    if (names_subset(step.data))
      throw Error{fmt::format("{}; {}, and before Linux 7.2 no procfs may be mounted then", error.message(), covered),
                  EPERM};
    auto processes = step;
    processes.data += processes.data.empty() ? "subset=pid" : ",subset=pid";
    try {
      auto mount = mount_filesystem(builder, processes, target, "");
      log::warn(fmt::format("{}, so that {} shows processes alone (subset=pid)", covered, quote(step.destination)));
      return mount;
    } catch (const Error&) {
      throw Error{fmt::format("{}; {}, and subset=pid, which Linux 7.2 allows then, was refused, too", error.message(),
                              covered),
                  EPERM};
    }
  }
}

void propagate_attached(int mount, const MountStep& step) {
  const std::string path = fd_path(mount);
  for (const auto kind : step.propagation) {
    const int result = sys::attempt([&] { return ::mount(nullptr, path.c_str(), nullptr, kind, nullptr); });
    if (result < 0) throw_mount_error({"mount", "", step.destination, kind, ""}, -result);
  }
}

}  // namespace corten::rootfs
