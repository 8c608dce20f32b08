// SPDX-License-Identifier: Apache-2.0
// Reads config.json and its parts, and writes a fresh one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "corten/config.hpp"

namespace corten::spec {

/// Reads config.json's text. Unknown fields are ignored, as the spec demands; a broken text names line and column, a
/// wrong type its JSON path and what was expected. Throws Error.
[[nodiscard]] Config parse_config(std::string_view json);

/// Reads a process document, as `exec --process` takes it.
[[nodiscard]] Process parse_process(std::string_view json);

/// Reads a resources document, as `update --resources` takes it.
[[nodiscard]] Resources parse_resources(std::string_view json);

/// Reads a system call filter: "linux.seccomp" of config.json.
[[nodiscard]] Seccomp parse_seccomp(std::string_view json);

/// Reads a document as "linux.intelRdt".
[[nodiscard]] IntelRdt parse_intel_rdt(std::string_view json);

/// The text of a fresh config.json, as the `spec` command writes it: tab-indented, runc's defaults, no newline at the
/// end. `uid` and `gid` are what root maps to where rootless; on a host with only cgroup v2 there is a cgroup namespace.
[[nodiscard]] std::string default_config(bool rootless, std::uint32_t uid, std::uint32_t gid,
                                         bool cgroup_namespace = false);

/// Changes `config` for a caller without privileges, as default_config() is made for one: root is `uid` and `gid`, and what only
/// root of the host could make is left out.
void make_rootless(Config& config, std::uint32_t uid, std::uint32_t gid);

}  // namespace corten::spec
