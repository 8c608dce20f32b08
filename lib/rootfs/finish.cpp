// SPDX-License-Identifier: Apache-2.0
#include "rootfs/finish.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/path.hpp"
#include "base/text.hpp"
#include "rootfs/dev_null.hpp"
#include "rootfs/filesystem.hpp"
#include "rootfs/late_mount.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/new_mount.hpp"
#include "rootfs/state.hpp"
#include "sys/procfs.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

/// Mounts a copy of the tree behind `source` on `target`, with the attributes `change`.
void cover(const State& state, int source, int target, const std::string& path, sys::Depth depth, bool readonly) {
  if (sys::new_mount_api()) {
    const sys::Opened tree = sys::clone_mount(source, "", depth);
    int error = tree.error;
    if (tree.ok() && readonly)
      error = sys::change_attributes(tree.fd.get(), sys::Depth::one, {MOUNT_ATTR_RDONLY, 0, 0, -1});
    if (tree.ok() && error == 0) error = sys::attach_mount(tree.fd.get(), target);
    if (error == 0) return;
    if (!state.descriptors.valid()) throw_mount_error({"mount", "", path, MS_BIND, ""}, error);
  }
  const std::uint64_t flags = depth == sys::Depth::recursive ? MS_BIND | MS_REC : MS_BIND;
  if (!readonly) return bind_late(state, source, target, path, flags);
  const NewMount made{late_descriptors(state)};
  bind_late(state, source, target, path, flags);
  const UniqueFd mount = made.open(state.root.get(), path, source);
  const int error = make_mount_readonly(state, mount.get());
  if (error != 0) throw_mount_error({"mount", "", path, MS_BIND | MS_REMOUNT | MS_RDONLY, ""}, error);
}

/// What a path of the document leads to.
struct Place {
  sys::Opened opened;
  bool is_root = false;  // "/", "/etc/..", a link to "/": a mount on it is seen by nobody whose root it is
};

/// Without symlinks, only a path of dots and slashes, or with "..", can name the root.
bool names_root(const std::string& path) {
  const bool can = path.find_first_not_of("/.") == std::string::npos || path.find("..") != std::string::npos;
  return can && clean_path(path) == "/";
}

Place find_place(const State& state, const std::string& path) {
  // A path that has no symlink is what it says. Only one that has is worth a look at what it leads to.
  Place place{sys::try_open_in_root(state.root.get(), path, O_PATH, sys::Symlinks::refuse)};
  place.is_root = place.opened.ok() && names_root(path);
  if (place.opened.error != ELOOP) return place;
  place.opened = sys::try_open_in_root(state.root.get(), path, O_PATH);
  place.is_root = place.opened.ok() && same_place(place.opened.fd.get(), state.root.get());
  return place;
}

void make_path_readonly(const State& state, const std::string& path) {
  const auto [target, is_root] = find_place(state, path);
  if (target.error == ENOENT) return;
  if (!target.ok()) throw_errno("open " + path, target.error);
  if (!is_root) return cover(state, target.fd.get(), target.fd.get(), path, sys::Depth::recursive, true);
  const int error = make_mount_readonly(state, state.root.get());
  if (error != 0) throw_mount_error({"mount", "", path, MS_BIND | MS_REMOUNT | MS_RDONLY, ""}, error);
}

/// Covers paths: files with /dev/null, directories with one read-only tmpfs, the same for all of them, for each
/// superblock costs memory and time on every CPU.
class Mask {
 public:
  Mask(const Plan& plan, const State& state) : plan_{plan}, state_{state} {}

  void apply(const std::string& path) {
    const auto place = find_place(state_, path);
    const sys::Opened& target = place.opened;
    if (target.error == ENOENT) return;
    if (!target.ok()) throw_errno("can't mask path " + quote(path), target.error);
    if (place.is_root) throw Error{"can't mask path " + quote(path) + ": it is the container's root"};
    struct stat status {};
    sys::check("fstat", [&] { return ::fstat(target.fd.get(), &status); });
    if (S_ISDIR(status.st_mode)) {
      with_context("can't mask dir " + quote(path), [&] { cover_directory(target.fd.get(), path); });
    } else {
      with_context("can't mask path " + quote(path), [&] { cover_file(target.fd.get(), path); });
    }
  }

 private:
  void cover_file(int target, const std::string& path) {
    if (!null_.valid()) null_ = open_dev_null(state_.root.get(), O_PATH);
    cover(state_, null_.get(), target, path, sys::Depth::one, false);
  }

  void cover_directory(int target, const std::string& path) {
    if (empty_.valid()) {
      cover(state_, empty_.get(), target, path, sys::Depth::one, false);  // read-only as its original
      return;
    }
    int error = mount_empty("nr_blocks=1,nr_inodes=1", target, path);
    if (error != 0) error = mount_empty("nr_blocks=1,nr_inodes=2", target, path);  // a kernel of Ubuntu 20.04
    if (error != 0) throw_mount_error({"mount", "tmpfs", path, MS_RDONLY, ""}, error);
  }

  int mount_empty(const std::string& data, int target, const std::string& path) {
    if (sys::new_mount_api()) {
      const auto options = filesystem_options(data, MS_RDONLY, plan_.mount_label);
      sys::Opened made = sys::make_filesystem("tmpfs", "tmpfs", *options, MOUNT_ATTR_RDONLY);
      const int error = made.ok() ? sys::attach_mount(made.fd.get(), target) : made.error;
      if (error == 0) empty_ = std::move(made.fd);
      if (error == 0 || !state_.descriptors.valid()) return error;
    }
    const NewMount made{late_descriptors(state_)};
    const int error = mount_late(state_, "tmpfs", target, MS_RDONLY, labelled(data, plan_.mount_label).c_str());
    if (error == 0) empty_ = made.open(state_.root.get(), path, -1);
    return error;
  }

  const Plan& plan_;
  const State& state_;
  UniqueFd null_, empty_;
};

/// "net.ipv4.conf.eth0/1.x" and "net/ipv4/conf/eth0.1/x" are the same file: the first separator tells which is meant.
std::string sysctl_path(std::string name) {
  const auto first = name.find_first_of("./");
  if (first != std::string::npos && name[first] == '.') {
    std::ranges::transform(name, name.begin(), [](char c) { return c == '.' ? '/' : c == '/' ? '.' : c; });
  }
  return "sys/" + name;
}

void make_readonly(const Plan& plan, State& state) {
  for (const auto& mount : state.make_readonly) {
    if (const int error = make_mount_readonly(state, mount.get()); error != 0)
      throw_errno("remounting read-only", error);
  }
  state.make_readonly.clear();
  if (!plan.readonly_root) return;
  if (const int error = make_mount_readonly(state, state.root.get()); error != 0) {
    throw_errno("error setting rootfs as readonly", error);
  }
}

void write_sysctl(const Plan& plan) {
  if (plan.sysctl.empty()) return;
  const auto procfs = sys::Procfs::open_for("sys");
  for (const auto& [name, value] : plan.sysctl) {
    with_context("failed to write sysctl " + name + " = " + quote(value),
                 [&, key = name, text = value] { procfs.write_file(sysctl_path(key), text); });
  }
}

void restrict_paths(const Plan& plan, const State& state) {
  for (const auto& path : plan.readonly_paths) {
    with_context("can't make " + quote(path) + " read-only", [&] { make_path_readonly(state, path); });
  }
  Mask mask{plan, state};
  std::vector<std::string> done;
  for (const auto& path : plan.masked_paths) {
    std::string clean = clean_path(path);
    if (std::ranges::find(done, clean) != done.end()) continue;
    mask.apply(path);
    done.push_back(std::move(clean));
  }
}

}  // namespace

void finish(const Plan& plan, State& state) {
  if (plan.own_mount_namespace) make_readonly(plan, state);
  write_sysctl(plan);
  restrict_paths(plan, state);
}

}  // namespace corten::rootfs
