// SPDX-License-Identifier: Apache-2.0
// What outlives the command that made a container: <root>/<id>/state.json. Only what cannot be seen in the system
// is kept; in particular no status. Names that runc's file has, too, are the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/config.hpp"

namespace corten::spec {

struct SavedState {
  std::string oci_version, id, bundle, rootfs;
  std::string created;  // RFC 3339 with nanoseconds, UTC
  StringMap annotations;
  int init_pid = 0;
  std::uint64_t init_start_time = 0;  // clock ticks after boot, field 22 of /proc/pid/stat: a pid alone may be reused
  std::string cgroup_driver;          // "files", "systemd" or "disabled"
  StringMap cgroup_paths;             // controller (empty: the unified hierarchy) and path
  std::string cgroup_unit;            // systemd's name of the scope
  bool rootless = false;
  // Limits that share a file or bound one another, as the document and each update asked for them: the kernel shows them
  // rounded or as differences, and `update` changes one without the other.
  std::optional<std::int64_t> memory_limit, memory_swap, cpu_quota;
  std::optional<std::uint64_t> cpu_period;
  StringMap namespace_paths;  // type and path
  std::vector<Hook> poststart, poststop;
  bool no_process = false;  // config.json has none: there is nothing to start
  bool no_new_keyring = false;
  std::string intel_rdt_path, intel_rdt_mon_path;
  bool intel_rdt_created = false;  // and thus to be removed with the container
};

/// One line, without a newline.
[[nodiscard]] std::string to_json(const SavedState& state);

/// The inverse. Unknown fields are ignored, so that a newer version's file can be read; wrong types throw Error.
[[nodiscard]] SavedState parse_saved_state(std::string_view json);

/// As parse_saved_state(), for `list`: what nobody needs to tell the status, at the end, may be left out, other cgroups among
/// it. A long list spends a third of its time on reading these texts.
[[nodiscard]] SavedState parse_saved_status(std::string_view json);

}  // namespace corten::spec
