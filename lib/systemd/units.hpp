// SPDX-License-Identifier: Apache-2.0
// A systemd's units, as far as a container runtime uses them. Each call waits until systemd is done, 30 s at most; the
// connection is made by the first one.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "systemd/bus.hpp"
#include "systemd/value.hpp"

namespace corten::systemd {

/// True when the first process is systemd.
[[nodiscard]] bool is_running();

/// The number in "252.39-1~deb12u1", "v245" or "245-1.fc32"; 0 when there is none.
[[nodiscard]] int parse_version(std::string_view text);

/// Takes out of `properties` what a systemd of `version` lacks, and returns the names of those.
std::vector<std::string> remove_newer(std::vector<Property>& properties, int version);

/// The object of unit `name`.
[[nodiscard]] std::string unit_path(std::string_view name);

class Units {
 public:
  explicit Units(Instance instance) : bus_{instance} {}

  /// Makes and starts transient unit `name`. Properties that this systemd lacks are left out, with a debug message. A
  /// failed unit of the same name is cleared away first; a living one is an error.
  void start(const std::string& name, std::vector<Property> properties);

  /// Stops unit `name` and forgets its failure; one that is not there is fine.
  void stop(const std::string& name);

  /// The present values of those of unit `name` that are in `properties`.
  [[nodiscard]] std::vector<Property> get(const std::string& name, const std::vector<Property>& properties);

  /// Changes properties of unit `name` until it ends.
  void set(const std::string& name, std::vector<Property> properties);

  /// Moves process `pid` into the unit's cgroup, or the one at `path` below it.
  void attach(const std::string& name, const std::string& path, pid_t pid);

  /// Returns when systemd has carried out what it has been told so far.
  void settle();

  /// Where this systemd's own cgroup is, below the mount: "/" or "/user.slice/user-1000.slice/user@1000.service".
  [[nodiscard]] std::string control_group();

 private:
  [[nodiscard]] std::string property(const std::string& name);
  Reply call_with(const std::string& member, std::vector<Value> head, std::vector<Property>& properties,
                  std::vector<Value> tail);
  std::string await_job(const Reply& started, const std::string& what);
  bool reset_failed(const std::string& name);

  Bus bus_;
};

}  // namespace corten::systemd
