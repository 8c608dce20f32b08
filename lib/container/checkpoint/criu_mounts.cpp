// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/criu_mounts.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "container/create/id_maps.hpp"
#include "rootfs/source.hpp"
#include "sys/file.hpp"
#include "sys/mount_api.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

constexpr const char* directory_name = "criu";
constexpr const char* root_name = "root";

void mount(const char* from, const std::string& to, const char* type, unsigned long flags) {
  sys::check([&] { return fmt::format("mounting on {} for CRIU", to); },
             [&] { return ::mount(from, to.c_str(), type, flags, nullptr); });
}

void make_directory(const std::string& path) {
  sys::check([&] { return "mkdir " + path; }, [&] { return ::mkdir(path.c_str(), 0755); });
}

}  // namespace

CriuMounts::CriuMounts(const StateDir& state, const rootfs::Plan& plan) : state_{state}, plan_{plan} {
  if (!plan.own_mount_namespace) return;
  sys::check("mkdir of CRIU's directory", [&] { return ::mkdirat(state.fd(), directory_name, 0755); });
  path_ = sys::real_path(state.path() + "/" + directory_name);
}

CriuMounts::~CriuMounts() {
  if (!path_.empty()) ::unlinkat(state_.fd(), directory_name, AT_REMOVEDIR);
}

std::string CriuMounts::root() const { return path_.empty() ? plan_.root : path_ + "/" + root_name; }

void CriuMounts::enter() const {
  if (path_.empty()) return;
  sys::check("unshare of the mount namespace", [] { return ::unshare(CLONE_NEWNS); });
  mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC);
  mount("tmpfs", path_, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  make_directory(root());
  mount(plan_.root.c_str(), root(), nullptr, MS_BIND | MS_REC);
  for (std::size_t index = 0; index < plan_.mounts.size(); ++index) {
    if (plan_.mounts[index].id_map) add_mapped(index);
  }
}

void CriuMounts::add_mapped(std::size_t index) const {
  const auto& step = plan_.mounts[index];
  const auto own = sys::open_at(AT_FDCWD, "/proc/self/ns/mnt", O_RDONLY);
  const auto ids = open_map_namespace(*step.id_map);
  const auto tree = rootfs::open_source(step, own.get(), ids.get(), plan_.mount_label);
  struct stat status {};
  sys::check("fstat", [&] { return ::fstat(tree.get(), &status); });
  const auto name = fmt::format("{}/{}", path_, index);
  if (S_ISDIR(status.st_mode)) make_directory(name);
  const auto target = sys::open_at(AT_FDCWD, name, S_ISDIR(status.st_mode) ? O_PATH : O_RDONLY | O_CREAT, 0600);
  if (const int error = sys::attach_mount(tree.get(), target.get()); error != 0) {
    throw_errno(fmt::format("mounting {} on {} for CRIU", step.source, name), error);
  }
}

}  // namespace corten::container
