// SPDX-License-Identifier: Apache-2.0
// The global options, and the name of the program.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <corten/corten.hpp>

#include "cmd/arguments.hpp"

namespace corten::cmd {

struct Global {
  std::string program;  // base name of argv[0]: usage, version line and errors use it
  Runtime::Options settings;
  std::string log;        // --log
  std::string log_level;  // --log-level
  std::string trace;      // --trace
  bool debug = false;
  std::string log_format = "text";
  bool systemd_cgroup = false;
  std::string cgroup_manager;  // crun's option, which also names what --systemd-cgroup cannot: none at all
  std::string rootless = "auto";
  bool help = false;
  bool usage = false;
  bool version = false;
  std::string default_root;  // where --root names no other

  /// Where runc and crun contradict each other the program's name decides.
  [[nodiscard]] bool is_crun() const { return program == "crun"; }
};

inline constexpr int crun_usage_status = 64;  // EX_USAGE

/// The global options as a table whose targets are in `global`.
[[nodiscard]] std::vector<Option> global_options(Global& global);

/// Checks what was given, opens the log, and fills in `global.settings`.
void apply(Global& global);

}  // namespace corten::cmd
