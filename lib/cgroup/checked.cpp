// SPDX-License-Identifier: Apache-2.0
#include "cgroup/checked.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

bool on_cgroup_filesystem(int fd) {
  struct statfs info {};
  sys::check("fstatfs", [&] { return ::fstatfs(fd, &info); });
  return info.f_type == CGROUP2_SUPER_MAGIC || info.f_type == CGROUP_SUPER_MAGIC;
}

/// Is an open directory the one that a file system is mounted with? Its parent is on another one then.
bool is_root(int directory) {
  struct stat own {};
  struct stat parent {};
  sys::check("stat of a cgroup", [&] { return ::fstat(directory, &own); });
  sys::check("stat of a cgroup's parent", [&] { return ::fstatat(directory, "..", &parent, 0); });
  return own.st_dev != parent.st_dev;
}

class CheckedManager final : public Manager {
 public:
  explicit CheckedManager(std::unique_ptr<Manager> manager) : manager_{std::move(manager)} {}

  [[nodiscard]] const Paths& paths() const override { return manager_->paths(); }
  void create() override { checked().create(); }

  // The open files are checked: a check of each hierarchy's path would double what an exec spends on cgroups.
  [[nodiscard]] Entry entry(const SubPaths& sub) const override {
    auto entry = manager_->entry(sub);
    check(entry.directory);
    for (const auto& file : entry.tasks_files) check(file);
    for (const auto& file : entry.optional_tasks_files) check(file);
    return entry;
  }
  [[nodiscard]] Entry entry_beside(pid_t pid) const override { return manager_->entry_beside(pid); }

  void add(pid_t pid) override { checked().add(pid); }
  void apply_initial(LimitPart part) override { checked().apply_initial(part); }
  void change(const Resources& limits) override { checked().change(limits); }
  [[nodiscard]] std::vector<pid_t> processes() const override { return checked().processes(); }
  void kill_all(int signal) override { checked().kill_all(signal); }
  void remove() override { checked().remove(); }

 private:
  void set_frozen(bool frozen) override { frozen ? checked().freeze() : checked().thaw(); }

  [[nodiscard]] Manager& checked() const {
    if (!checked_) check_paths(manager_->paths());
    checked_ = true;
    return *manager_;
  }

  void check(const UniqueFd& file) const {
    if (!file.valid() || on_cgroup_filesystem(file.get())) return;
    check_paths(manager_->paths());  // which names it
    throw Error{"a cgroup of state.json is not on a cgroup file system: nothing is changed there"};
  }

  std::unique_ptr<Manager> manager_;
  mutable bool checked_ = false;
};

}  // namespace

UniqueFd try_open_without_links(const std::string& path, int flags, int& code) {
  auto opened = sys::try_open_in_root(AT_FDCWD, path, flags, sys::Symlinks::refuse);
  code = opened.error;
  return std::move(opened.fd);
}

std::optional<std::string> why_no_cgroup(const std::string& path) {
  if (!path.starts_with('/')) return "is not absolute";
  int code = 0;
  const auto directory = try_open_without_links(path, O_PATH | O_DIRECTORY, code);
  if (means_missing(code)) return std::nullopt;
  if (code == ELOOP) return "is reached through a symlink";
  if (code != 0) return fmt::format("cannot be opened ({})", errno_text(code));
  if (!on_cgroup_filesystem(directory.get())) return "is not on a cgroup file system";
  if (is_root(directory.get())) return "is the root of a cgroup hierarchy";
  return std::nullopt;
}

void check_paths(const Paths& paths) {
  const std::string* last = nullptr;  // co-mounted controllers come one after the other
  for (const auto& [controller, path] : paths) {
    if (last != nullptr && *last == path) continue;
    last = &path;
    if (const auto why = why_no_cgroup(path))
      throw Error{fmt::format("cgroup {} of state.json {}: nothing is changed there", quote(path), *why)};
  }
}

std::unique_ptr<Manager> make_checked_manager(std::unique_ptr<Manager> manager) {
  return std::make_unique<CheckedManager>(std::move(manager));
}

}  // namespace corten::cgroup
