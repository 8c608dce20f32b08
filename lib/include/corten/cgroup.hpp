// SPDX-License-Identifier: Apache-2.0
// Cgroups without a container: v1, v2, both side by side, and units of systemd.
//
//   auto group = corten::Cgroup::create({.path = "/jobs/7", .limits = {.pids_limit = 100}});
//   group.add(pid);
//   group.remove(true);
//
// What corten.h says of each call holds here, too.
#pragma once

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {

enum class CgroupLayout { legacy, hybrid, unified };  // v1, v1 and v2 side by side, v2

/// How the machine has cgroups. Throws CORTEN_NOT_FOUND where it has none.
[[nodiscard]] inline CgroupLayout cgroup_layout() {
  switch (detail::call(&corten_cgroup_host_layout)) {
    case CORTEN_CGROUP_LEGACY: return CgroupLayout::legacy;
    case CORTEN_CGROUP_HYBRID: return CgroupLayout::hybrid;
    default: return CgroupLayout::unified;
  }
}

/// Where process `pid` is (0: this one), as a path below the mount: "/user.slice". `controller` is one of v1 ("memory",
/// "name=systemd"); empty: v2.
[[nodiscard]] inline std::string cgroup_of(pid_t pid, const std::string& controller = {}) {
  return detail::take_text(detail::call(&corten_cgroup_of, pid, detail::text_or_null(controller)));
}

/// A cgroup. The object is a handle: the cgroup lives on without it.
class Cgroup {
 public:
  struct Options {
    std::string path = {};        // by files: absolute, or relative to this process's; by systemd: "slice:prefix:name"
    bool systemd = false;         // by systemd, which makes the cgroup with its first process
    bool of_user = false;         // by the systemd of the calling user, not the machine's
    spec::Resources limits = {};  // of a new one
  };

  /// Makes one, with those above it that are missing. Throws CORTEN_EXISTS where it is there.
  [[nodiscard]] static Cgroup create(const Options& options) { return made(&corten_cgroup_create, options); }
  /// One that is there. Throws CORTEN_NOT_FOUND where it is not.
  [[nodiscard]] static Cgroup open(const Options& options) { return made(&corten_cgroup_open, options); }

  /// The other calls throw CORTEN_NOT_FOUND where it does not exist, but for remove().
  [[nodiscard]] bool exists() const { return corten_cgroup_exists(look()) != 0; }
  /// Its directory in the hierarchy of `controller`; empty: the one that stands for all.
  [[nodiscard]] std::string path(const std::string& controller = {}) const {
    return detail::take_text(detail::call(&corten_cgroup_path, look(), detail::text_or_null(controller)));
  }
  /// Moves a process in (0: this one); where that is refused it goes back to where it was.
  void add(pid_t pid) { detail::call(&corten_cgroup_add, handle_.get(), pid); }
  /// Changes the limits that are set, and leaves the others. Device rules cannot be changed.
  void update(const spec::Resources& limits) {
    const auto text = spec::to_json(limits);
    detail::call(&corten_cgroup_update, handle_.get(), text.c_str());
  }
  /// The pids of its own processes, or also of those in cgroups below it.
  [[nodiscard]] std::vector<pid_t> processes() const { return pids(false); }
  [[nodiscard]] std::vector<pid_t> all_processes() const { return pids(true); }
  /// What it has used.
  [[nodiscard]] resources::Statistics statistics() const {
    return detail::value_of<resources::Statistics>(detail::take_text(detail::call(&corten_cgroup_statistics, look())));
  }
  void freeze() { detail::call(&corten_cgroup_freeze, handle_.get()); }
  void thaw() { detail::call(&corten_cgroup_thaw, handle_.get()); }
  [[nodiscard]] bool is_frozen() const { return detail::call(&corten_cgroup_is_frozen, look()) != 0; }
  /// Sends a signal to all processes in it and below.
  void kill(int number) { detail::call(&corten_cgroup_kill, handle_.get(), number); }
  /// Removes it and those below it. Throws CORTEN_RUNNING where there are processes, unless `force` has them killed.
  void remove(bool force = false) { detail::call(&corten_cgroup_remove, handle_.get(), force ? 1 : 0); }

 private:
  explicit Cgroup(corten_cgroup* handle) : handle_{handle} {}

  template <class Make>
  static Cgroup made(Make make, const Options& options) {
    const auto limits = spec::to_json(options.limits);
    const corten_cgroup_options given{sizeof given, options.path.c_str(),
                                      options.systemd ? CORTEN_CGROUPS_SYSTEMD : CORTEN_CGROUPS_FILES,
                                      options.of_user ? 1 : 0, limits.c_str()};
    return Cgroup{detail::call(make, &given)};
  }

  [[nodiscard]] std::vector<pid_t> pids(bool below) const {
    return detail::all_pids(
        [&](auto... place) { detail::call(&corten_cgroup_processes, look(), below ? 1 : 0, place...); });
  }

  [[nodiscard]] const corten_cgroup* look() const { return handle_.get(); }

  detail::Owner<corten_cgroup, corten_cgroup_free> handle_;
};

}  // namespace v0
}  // namespace corten
