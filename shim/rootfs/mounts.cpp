// SPDX-License-Identifier: Apache-2.0
#include "shim/rootfs/mounts.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <thread>

#include "base/named_table.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "shim/failure.hpp"
#include "shim/rootfs/id_map.hpp"
#include "sys/file.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::shim {
namespace {

struct Flag {
  unsigned long bits;
  bool clears = false;
};

constexpr auto flag_names = named_table<Flag>({
    {"async", {MS_SYNCHRONOUS, true}},
    {"atime", {MS_NOATIME, true}},
    {"bind", {MS_BIND}},
    {"dev", {MS_NODEV, true}},
    {"diratime", {MS_NODIRATIME, true}},
    {"dirsync", {MS_DIRSYNC}},
    {"exec", {MS_NOEXEC, true}},
    {"mand", {MS_MANDLOCK}},
    {"noatime", {MS_NOATIME}},
    {"nodev", {MS_NODEV}},
    {"nodiratime", {MS_NODIRATIME}},
    {"noexec", {MS_NOEXEC}},
    {"nomand", {MS_MANDLOCK, true}},
    {"norelatime", {MS_RELATIME, true}},
    {"nostrictatime", {MS_STRICTATIME, true}},
    {"nosuid", {MS_NOSUID}},
    {"private", {MS_PRIVATE}},
    {"rbind", {MS_BIND | MS_REC}},
    {"relatime", {MS_RELATIME}},
    {"remount", {MS_REMOUNT}},
    {"ro", {MS_RDONLY}},
    {"rprivate", {MS_PRIVATE | MS_REC}},
    {"rshared", {MS_SHARED | MS_REC}},
    {"rslave", {MS_SLAVE | MS_REC}},
    {"runbindable", {MS_UNBINDABLE | MS_REC}},
    {"rw", {MS_RDONLY, true}},
    {"shared", {MS_SHARED}},
    {"slave", {MS_SLAVE}},
    {"strictatime", {MS_STRICTATIME}},
    {"suid", {MS_NOSUID, true}},
    {"sync", {MS_SYNCHRONOUS}},
    {"unbindable", {MS_UNBINDABLE}},
});

constexpr unsigned long propagations = MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;
constexpr std::string_view layers_option = "lowerdir=", uid_map_option = "uidmap=", gid_map_option = "gidmap=";

void refuse(const Mount& mount, std::string_view option) {
  throw Failure{Code::unimplemented, fmt::format("mount {} of type {}: option {} is not supported", quote(mount.source),
                                                 quote(mount.type), quote(option))};
}

void call_mount(const std::string& directory, const Mount& mount, const char* target, unsigned long bits,
                const char* data) {
  std::optional<UniqueFd> before;
  if (!directory.empty()) {
    // This thread's own: the loop's working directory stays as it is.
    sys::check("unshare(CLONE_FS)", [] { return ::unshare(CLONE_FS); });
    before = sys::open_at(AT_FDCWD, ".", O_PATH | O_DIRECTORY);
    sys::check([&] { return "chdir to " + directory; }, [&] { return ::chdir(directory.c_str()); });
  }
  const ScopeExit back{[&] {
    if (before && ::fchdir(before->get()) != 0) static_cast<void>(::chdir("/"));
  }};
  sys::check([&] { return fmt::format("mount {} of type {} at {}", quote(mount.source), quote(mount.type), target); },
             [&] { return ::mount(mount.source.c_str(), target, mount.type.c_str(), bits, data); });
}

/// The layers come from a mapped copy of the directory they are in, which is beneath the overlay from then on.
void mount_mapped_overlay(const Mount& mount, const MountCall& planned, const UniqueFd& user_namespace,
                          const std::string& target) {
  const auto layers = split_layers(planned.data);
  if (layers.directory.empty()) refuse(mount, "uidmap");
  mount_mapped(layers.directory, false, user_namespace, target);
  call_mount(target, mount, target.c_str(), planned.flags, layers.data.c_str());
}

void mount_first(const Mount& mount, const MountCall& planned, const std::string& target) {
  const bool overlay = mount.type == "overlay";
  if (!planned.uid_map.empty()) {
    const auto user_namespace = open_user_namespace(planned.uid_map, planned.gid_map);
    if (overlay) return mount_mapped_overlay(mount, planned, user_namespace, target);
    return mount_mapped(mount.source, (planned.flags & MS_REC) != 0, user_namespace, target);
  }
  const auto layers = overlay ? compact_layers(planned.data) : CompactLayers{{}, planned.data};
  if ((planned.flags & MS_REMOUNT) == 0 || !layers.data.empty()) {
    call_mount(layers.directory, mount, target.c_str(), planned.flags, layers.data.c_str());
  }
}

void make_mount(const Mount& mount, const std::string& target) {
  const auto planned = plan_mount(mount);
  mount_first(mount, planned, target);
  const auto change = [&](unsigned long bits) {
    sys::check([&] { return fmt::format("changing the mount at {}", target); },
               [&] { return ::mount(nullptr, target.c_str(), nullptr, bits, nullptr); });
  };
  if (planned.propagation != 0) change(planned.propagation);
  if (planned.remount_read_only) change(planned.flags | MS_REMOUNT);
}

/// A path below the root that no link of the image's leads out of.
std::string target_of(const Mount& mount, const std::string& root) {
  if (mount.target.empty() || mount.target == "/") return root;
  const auto directory = sys::open_at(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  const auto inside = sys::open_in_root(directory.get(), mount.target, O_PATH);
  return sys::real_path(fmt::format("/proc/self/fd/{}", inside.get()));
}

/// A mount point of mountinfo, whose blanks are written as octal numbers.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto code = text[at] == '\\' ? parse_number<std::uint8_t>(text.substr(at + 1, 3), 8) : std::nullopt;
    result += code ? static_cast<char>(*code) : text[at];
    if (code) at += 3;
  }
  return result;
}

/// What is mounted at `root` and below, the last first.
std::vector<std::string> mount_points_below(const std::string& root) {
  const auto table = sys::read_file("/proc/self/mountinfo");
  std::vector<std::string> points;
  for (const auto line : split(table, '\n')) {
    const auto fields = split(line, ' ');
    if (fields.size() < 5) continue;
    auto point = unescaped(fields[4]);
    if (point == root || point.starts_with(root + "/")) points.push_back(std::move(point));
  }
  std::reverse(points.begin(), points.end());
  return points;
}

void unmount(const std::string& point) {
  using namespace std::chrono_literals;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const int code = sys::attempt([&] { return ::umount2(point.c_str(), UMOUNT_NOFOLLOW); });
    if (code != -EBUSY) return;
    std::this_thread::sleep_for(10ms);  // for somebody who just looks
  }
  ::umount2(point.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH);
}

}  // namespace

MountCall plan_mount(const Mount& mount) {
  MountCall call;
  for (const auto& option : mount.options) {
    if (option == "loop" || option.starts_with("X-containerd.")) refuse(mount, option);
    if (option == "defaults") continue;
    const std::string_view text = option;
    if (text.starts_with(uid_map_option)) {
      call.uid_map = parse_id_map(text.substr(uid_map_option.size()));
    } else if (text.starts_with(gid_map_option)) {
      call.gid_map = parse_id_map(text.substr(gid_map_option.size()));
    } else if (const auto flag = flag_names.find(option); flag && (flag->bits & propagations) != 0) {
      call.propagation = flag->bits;
    } else if (flag) {
      call.flags = flag->clears ? call.flags & ~flag->bits : call.flags | flag->bits;
    } else {
      call.data += (call.data.empty() ? "" : ",") + option;
    }
  }
  if (call.uid_map.empty() != call.gid_map.empty()) {
    throw Failure{Code::invalid_argument, fmt::format("mount {}: one of uidmap and gidmap alone", quote(mount.source))};
  }
  if (!call.uid_map.empty() && mount.type != "overlay" && (call.flags & MS_BIND) == 0) refuse(mount, "uidmap");
  if (mount.type.starts_with("fuse.") || mount.type.starts_with("fuse3.")) refuse(mount, mount.type);
  call.remount_read_only = (call.flags & MS_BIND) != 0 && (call.flags & MS_RDONLY) != 0;
  return call;
}

CompactLayers compact_layers(const std::string& data) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return data.size() + 512 < page ? CompactLayers{{}, data} : split_layers(data);
}

CompactLayers split_layers(const std::string& data) {
  std::vector<std::string> options;
  for (const auto option : split(data, ',')) options.emplace_back(option);
  const auto option = std::find_if(options.begin(), options.end(),
                                   [](const std::string& text) { return text.starts_with(layers_option); });
  if (option == options.end()) return {{}, data};
  std::vector<std::string> layers;
  for (const auto layer : split(std::string_view{*option}.substr(layers_option.size()), ':'))
    layers.emplace_back(layer);
  std::string_view common = layers.front();
  for (const auto& layer : layers) {
    const auto differs = std::mismatch(common.begin(), common.end(), layer.begin(), layer.end()).first;
    common = common.substr(0, static_cast<std::size_t>(differs - common.begin()));
  }
  const auto slash = common.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return {{}, data};
  const std::string directory{common.substr(0, slash)};
  for (auto& layer : layers) layer.erase(0, slash + 1);
  *option = std::string{layers_option} + join(layers, ":");
  return {directory, join(options, ",")};
}

void mount_all(const std::vector<Mount>& mounts, const std::string& root) {
  ScopeExit undo{[&] {
    try {
      unmount_all(root);
    } catch (const std::exception&) {  // what has failed before is what is told of
    }
  }};
  for (const auto& mount : mounts) make_mount(mount, target_of(mount, root));
  undo.dismiss();
}

void unmount_all(const std::string& root) {
  int code = 0;
  while (code == 0) code = sys::attempt([&] { return ::umount2(root.c_str(), UMOUNT_NOFOLLOW); });
  if (code != -EBUSY) return;
  for (const auto& point : mount_points_below(root)) unmount(point);
}

}  // namespace corten::shim
