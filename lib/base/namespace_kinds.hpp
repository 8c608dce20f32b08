// SPDX-License-Identifier: Apache-2.0
// The kinds of namespace: the spec's name, the kernel's clone flag, the file below /proc/PID/ns.
#pragma once

#include <sched.h>

#include <cstdint>
#include <string_view>

#include "base/named_table.hpp"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace corten {

struct NamespaceKind {
  std::uint64_t flag;
  std::string_view file;
  bool operator==(const NamespaceKind&) const = default;
};

/// In the order of `features`.
inline constexpr auto namespace_kinds = named_table<NamespaceKind>({
    {"cgroup", {CLONE_NEWCGROUP, "cgroup"}},
    {"ipc", {CLONE_NEWIPC, "ipc"}},
    {"mount", {CLONE_NEWNS, "mnt"}},
    {"network", {CLONE_NEWNET, "net"}},
    {"pid", {CLONE_NEWPID, "pid"}},
    {"time", {CLONE_NEWTIME, "time"}},
    {"user", {CLONE_NEWUSER, "user"}},
    {"uts", {CLONE_NEWUTS, "uts"}},
});

}  // namespace corten
