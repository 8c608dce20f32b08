// SPDX-License-Identifier: Apache-2.0
// The specification's demands on single values: tables, and a function that goes through each.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "base/namespace_kinds.hpp"
#include "base/text.hpp"
#include "config/mount_options.hpp"
#include "config/process_tables.hpp"
#include "corten/nearest.hpp"
#include "lint/findings.hpp"
#include "security/capabilities.hpp"
#include "security/seccomp_tables.hpp"

namespace corten::lint {
namespace {

using Kind = spec::JsonNode::Kind;

struct Required {
  std::string_view object;  // a pointer, with "*" for any step
  std::string_view field;
  std::string_view demand;
};

constexpr std::string_view hook_demand =
    "config.md, POSIX-platform Hooks: \"path (string, REQUIRED)\", an absolute path";
constexpr std::string_view mapping_demand =
    "config-linux.md, User namespace mappings: containerID, hostID and size are REQUIRED";

constexpr auto required = std::to_array<Required>({
    {"", "ociVersion",
     "config.md, Specification version: \"ociVersion (string, REQUIRED) MUST be in SemVer v2.0.0 format\""},
    {"", "root", "config.md, Root: on all platforms but Windows Hyper-V containers, this field is REQUIRED"},
    {"", "process", "config.md, Process: \"This property is REQUIRED when start is called.\""},
    {"/root", "path", "config.md, Root: \"path (string, REQUIRED)\""},
    {"/process", "cwd", "config.md, Process: \"cwd (string, REQUIRED)\""},
    {"/process", "args", "config.md, Process: args is REQUIRED on Linux when start is called"},
    {"/process/rlimits/*", "type", "config.md, POSIX process: \"type (string, REQUIRED)\""},
    {"/process/rlimits/*", "soft", "config.md, POSIX process: \"soft (uint64, REQUIRED)\""},
    {"/process/rlimits/*", "hard", "config.md, POSIX process: \"hard (uint64, REQUIRED)\""},
    {"/process/scheduler", "policy", "config.md, Linux Process: \"policy (string, REQUIRED)\""},
    {"/process/ioPriority", "class", "config.md, Linux Process: \"class (string, REQUIRED)\""},
    {"/mounts/*", "destination", "config.md, Mounts: \"destination (string, REQUIRED)\""},
    {"/hooks/*/*", "path", hook_demand},
    {"/linux/namespaces/*", "type", "config-linux.md, Namespaces: \"type (string, REQUIRED)\""},
    {"/linux/devices/*", "type", "config-linux.md, Devices: \"type (string, REQUIRED)\""},
    {"/linux/devices/*", "path", "config-linux.md, Devices: \"path (string, REQUIRED)\""},
    {"/linux/uidMappings/*", "containerID", mapping_demand},
    {"/linux/uidMappings/*", "hostID", mapping_demand},
    {"/linux/uidMappings/*", "size", mapping_demand},
    {"/linux/gidMappings/*", "containerID", mapping_demand},
    {"/linux/gidMappings/*", "hostID", mapping_demand},
    {"/linux/gidMappings/*", "size", mapping_demand},
    {"/linux/resources/devices/*", "allow", "config-linux.md, Allowed Device list: \"allow (boolean, REQUIRED)\""},
    {"/linux/resources/hugepageLimits/*", "pageSize",
     "config-linux.md, Huge page limits: \"pageSize (string, REQUIRED)\""},
    {"/linux/resources/hugepageLimits/*", "limit", "config-linux.md, Huge page limits: \"limit (uint64, REQUIRED)\""},
    {"/linux/resources/network/priorities/*", "name", "config-linux.md, Network: \"name (string, REQUIRED)\""},
    {"/linux/resources/network/priorities/*", "priority", "config-linux.md, Network: \"priority (uint32, REQUIRED)\""},
    {"/linux/seccomp", "defaultAction", "config-linux.md, Seccomp: \"defaultAction (string, REQUIRED)\""},
    {"/linux/seccomp/syscalls/*", "names",
     "config-linux.md, Seccomp: \"names (array of strings, REQUIRED)\", with one entry at least"},
    {"/linux/seccomp/syscalls/*", "action", "config-linux.md, Seccomp: \"action (string, REQUIRED)\""},
    {"/linux/seccomp/syscalls/*/args/*", "index", "config-linux.md, Seccomp: \"index (uint32, REQUIRED)\""},
    {"/linux/seccomp/syscalls/*/args/*", "value", "config-linux.md, Seccomp: \"value (uint64, REQUIRED)\""},
    {"/linux/seccomp/syscalls/*/args/*", "op", "config-linux.md, Seccomp: \"op (string, REQUIRED)\""},
    {"/linux/personality", "domain", "config-linux.md, Personality: \"domain (string, REQUIRED)\""},
    {"/linux/memoryPolicy", "mode", "config-linux.md, Memory policy: \"mode (string, REQUIRED)\""},
});

void check_required(Findings& findings) {
  const auto& document = findings.document();
  for (const auto& [object, field, demand] : required) {
    for (const auto& spot : document.all(object)) {
      if (!document.is(spot, Kind::object)) continue;
      const auto found = document.member(spot, field);
      if (!found) {
        findings.add(Severity::error, spot.pointer, fmt::format("there is no {}", quote(field)), demand);
      } else if (document.is(*found, Kind::string) && document.text(*found).empty()) {
        findings.add(Severity::error, found->pointer, "must not be empty", demand);
      }
    }
  }
}

struct Named {
  std::string_view pattern;
  Names known;
  Severity severity;
  std::string_view demand;
};

constexpr std::array device_types = {std::string_view{"c"}, std::string_view{"b"}, std::string_view{"u"},
                                     std::string_view{"p"}};
constexpr std::array device_rule_types = {std::string_view{"a"}, std::string_view{"c"}, std::string_view{"b"}};
constexpr std::array propagations = {
    std::string_view{"shared"},     std::string_view{"slave"},       std::string_view{"private"},
    std::string_view{"unbindable"}, std::string_view{"rshared"},     std::string_view{"rslave"},
    std::string_view{"rprivate"},   std::string_view{"runbindable"},
};

void check_named(Findings& findings, const Named& row) {
  const auto& document = findings.document();
  for (const auto& spot : document.all(row.pattern)) {
    if (!document.is(spot, Kind::string)) continue;
    const auto name = document.text(spot);
    bool known = name.empty();  // an empty one is as none, or a missing one
    for (std::size_t i = 0; i < row.known.size(); ++i) known = known || row.known[i] == name;
    if (known) continue;
    const auto meant = nearest(name, row.known);
    auto message = fmt::format("{} is not known{}", quote(name), did_you_mean(name, row.known));
    if (meant.empty()) {
      message += ": known are";
      for (std::size_t i = 0; i < row.known.size(); ++i)
        message += fmt::format("{} {}", i == 0 ? "" : ",", row.known[i]);
    }
    findings.add(row.severity, spot.pointer, std::move(message), row.demand, std::string{meant});
  }
}

void check_names(Findings& findings) {
  const auto capabilities = security::capability_names();
  const std::vector<std::string_view> capability_views{capabilities.begin(), capabilities.end()};
  const Named rows[] = {
      {"/process/capabilities/*/*", capability_views, Severity::warning,
       "config.md, Linux Process: \"Any value which cannot be mapped to a relevant kernel interface, or cannot be "
       "granted otherwise, MUST "
       "be logged as a warning by the runtime.\""},
      {"/process/rlimits/*/type", config::rlimit_types.rows, Severity::error,
       "config.md, POSIX process: \"The runtime MUST generate an error for any values which cannot be mapped to a "
       "relevant kernel "
       "interface.\""},
      {"/process/scheduler/policy", config::scheduler_policies.rows, Severity::error,
       "config.md, Linux Process, scheduler: a valid list constant"},
      {"/process/scheduler/flags/*", config::scheduler_flags.rows, Severity::error,
       "config.md, Linux Process, scheduler: a valid list constant"},
      {"/process/ioPriority/class", config::io_priority_classes.rows, Severity::error,
       "config.md, Linux Process, ioPriority: IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE"},
      {"/linux/namespaces/*/type", namespace_kinds.rows, Severity::error,
       "config-linux.md, Namespaces: \"The following namespace types SHOULD be supported\""},
      {"/linux/devices/*/type", device_types, Severity::error,
       "config-linux.md, Devices: \"type of device: c, b, u or p\""},
      {"/linux/resources/devices/*/type", device_rule_types, Severity::error,
       "config-linux.md, Allowed Device list: \"type of device: a (all), c (char), or b (block)\""},
      {"/linux/rootfsPropagation", propagations, Severity::error,
       "config-linux.md, Rootfs Mount Propagation: \"Its value is either shared, slave, private or unbindable.\""},
      {"/linux/personality/domain", config::personality_domains.rows, Severity::error,
       "config-linux.md, Personality: LINUX or LINUX32"},
      {"/linux/memoryPolicy/mode", config::memory_policy_modes.rows, Severity::error,
       "config-linux.md, Memory policy: a mode of set_mempolicy(2)"},
      {"/linux/memoryPolicy/flags/*", config::memory_policy_flags.rows, Severity::error,
       "config-linux.md, Memory policy: a flag of set_mempolicy(2)"},
      {"/linux/seccomp/defaultAction", security::filter_actions.rows, Severity::error,
       "config-linux.md, Seccomp: \"A valid list of constants as of libseccomp\""},
      {"/linux/seccomp/syscalls/*/action", security::filter_actions.rows, Severity::error,
       "config-linux.md, Seccomp: \"A valid list of constants as of libseccomp\""},
      {"/linux/seccomp/syscalls/*/args/*/op", security::filter_operators.rows, Severity::error,
       "config-linux.md, Seccomp: \"A valid list of constants as of libseccomp\""},
      {"/linux/seccomp/architectures/*", security::filter_architectures.rows, Severity::error,
       "config-linux.md, Seccomp: \"A valid list of constants as of libseccomp\""},
      {"/linux/seccomp/flags/*", security::filter_flags.rows, Severity::error,
       "config-linux.md, Seccomp: \"A valid list of constants\""},
  };
  for (const auto& row : rows) check_named(findings, row);
}

struct Range {
  std::string_view pattern;
  std::int64_t least, most;
  std::string_view demand;
};

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t last_id = 0xFFFFFFFE;
constexpr std::string_view weight_demand = "config-linux.md, Block IO: weights are from 10 to 1000";
constexpr std::string_view device_demand = "config-linux.md, Devices: the numbers of a device are not negative";

constexpr auto ranges = std::to_array<Range>({
    {"/process/user/uid", 0, last_id, "setresuid(2): the last id, -1, stands for no change"},
    {"/process/user/gid", 0, last_id, "setresgid(2): the last id, -1, stands for no change"},
    {"/process/user/additionalGids/*", 0, last_id, "setgroups(2): the last id, -1, is none"},
    {"/process/user/umask", 0, 0777, "umask(2): permission bits"},
    {"/process/oomScoreAdj", -1000, 1000,
     "config.md, Linux Process: oomScoreAdj is as /proc/PID/oom_score_adj takes it"},
    {"/process/scheduler/nice", -20, 19, "sched_setattr(2): -20 is the highest priority, 19 the lowest"},
    {"/process/scheduler/priority", 0, 99, "sched_setattr(2): 1 to 99 for SCHED_FIFO and SCHED_RR"},
    {"/process/ioPriority/priority", 0, 7, "config.md, Linux Process: \"priority (int, REQUIRED)\", from 0 to 7"},
    {"/process/consoleSize/height", 0, 65535, "ioctl_tty(2): TIOCSWINSZ takes 16 bits"},
    {"/process/consoleSize/width", 0, 65535, "ioctl_tty(2): TIOCSWINSZ takes 16 bits"},
    {"/hooks/*/*/timeout", 1, no_limit,
     "config.md, POSIX-platform Hooks: \"If set, timeout MUST be greater than zero.\""},
    {"/linux/devices/*/fileMode", 0, 0170000 | 07777, "config-linux.md, Devices: fileMode is a file mode"},
    {"/linux/devices/*/major", 0, 0xFFFFFFFF, device_demand},
    {"/linux/devices/*/minor", 0, 0xFFFFFFFF, device_demand},
    {"/linux/devices/*/uid", 0, last_id, "chown(2): the last id, -1, stands for no change"},
    {"/linux/devices/*/gid", 0, last_id, "chown(2): the last id, -1, stands for no change"},
    {"/linux/uidMappings/*/size", 1, 0xFFFFFFFF, mapping_demand},
    {"/linux/gidMappings/*/size", 1, 0xFFFFFFFF, mapping_demand},
    {"/linux/resources/memory/limit", -1, no_limit, "config-linux.md, Memory: -1 is no limit"},
    {"/linux/resources/memory/reservation", -1, no_limit, "config-linux.md, Memory: -1 is no limit"},
    {"/linux/resources/memory/swap", -1, no_limit, "config-linux.md, Memory: -1 is no limit"},
    {"/linux/resources/memory/swappiness", 0, 200, "config-linux.md, Memory: swappiness is as vm.swappiness"},
    {"/linux/resources/cpu/period", 0, 1000000, "sched-bwc.rst: a period is at most a second"},
    {"/linux/resources/cpu/quota", -1, no_limit, "config-linux.md, CPU: -1 is no limit"},
    {"/linux/resources/cpu/idle", 0, 1, "config-linux.md, CPU: idle is 0 or 1"},
    {"/linux/resources/pids/limit", -1, no_limit, "config-linux.md, PIDs: -1 is no limit"},
    {"/linux/resources/blockIO/weight", 0, 1000, weight_demand},
    {"/linux/resources/blockIO/leafWeight", 0, 1000, weight_demand},
    {"/linux/resources/blockIO/weightDevice/*/weight", 0, 1000, weight_demand},
    {"/linux/seccomp/syscalls/*/args/*/index", 0, 5, "config-linux.md, Seccomp: a system call has arguments 0 to 5"},
});

void check_ranges(Findings& findings) {
  const auto& document = findings.document();
  for (const auto& row : ranges) {
    for (const auto& spot : document.all(row.pattern)) {
      const auto number = document.number(spot);
      if (!number || (*number >= row.least && *number <= row.most) || findings.has(spot.pointer)) continue;
      auto expected = row.most == no_limit ? fmt::format("{} or more", row.least)
                                           : fmt::format("from {} to {}", row.least, row.most);
      findings.add(Severity::error, spot.pointer, fmt::format("{} is out of range: it has to be {}", *number, expected),
                   row.demand);
    }
  }
}

struct Absolute {
  std::string_view pattern;
  Severity severity;
  std::string_view demand;
};

constexpr auto absolute_paths = std::to_array<Absolute>({
    {"/process/cwd", Severity::error, "config.md, Process: \"This value MUST be an absolute path.\""},
    {"/mounts/*/destination", Severity::error, "config.md, Mounts: \"Linux: This value MUST be an absolute path.\""},
    {"/hooks/*/*/path", Severity::error, hook_demand},
    {"/linux/namespaces/*/path", Severity::error,
     "config-linux.md, Namespaces: \"This value MUST be an absolute path in the runtime mount namespace.\""},
    {"/linux/devices/*/path", Severity::error, "config-linux.md, Devices: \"full path to device inside container\""},
    {"/linux/maskedPaths/*", Severity::error,
     "config-linux.md, Masked Paths: \"The values MUST be absolute paths in the container namespace.\""},
    {"/linux/readonlyPaths/*", Severity::error,
     "config-linux.md, Readonly Paths: \"The values MUST be absolute paths in the container namespace.\""},
});

void check_paths(Findings& findings) {
  const auto& document = findings.document();
  for (const auto& row : absolute_paths) {
    for (const auto& spot : document.all(row.pattern)) {
      const auto path = document.text(spot);
      if (path.empty() || path.starts_with('/')) continue;
      findings.add(row.severity, spot.pointer, fmt::format("has to be an absolute path, and is {}", quote(path)),
                   row.demand, fmt::format("/{}", path.starts_with("./") ? path.substr(2) : path));
    }
  }
}

}  // namespace

void check_values(Findings& findings) {
  check_required(findings);
  check_names(findings);
  check_ranges(findings);
  check_paths(findings);
}

}  // namespace corten::lint
