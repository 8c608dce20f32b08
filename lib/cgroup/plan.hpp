// SPDX-License-Identifier: Apache-2.0
// The plan of a container's cgroup: plain values that config/ makes and a Manager applies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "corten/limits.hpp"

namespace corten::cgroup {

using resources::Cpu;
using resources::HugepageLimit;
using resources::Memory;
using resources::RdmaLimit;

struct DeviceRule {
  char type = 'a';                            // 'a', 'b' or 'c'
  std::optional<std::uint32_t> major, minor;  // nothing: any
  bool read = false, write = false, mknod = false;
  bool allow = false;
  bool operator==(const DeviceRule&) const = default;
};

struct DeviceWeight {
  std::uint64_t major = 0, minor = 0;
  std::optional<std::uint16_t> weight, leaf_weight;
};

struct DeviceThrottle {
  std::uint64_t major = 0, minor = 0;
  std::uint64_t rate = 0;
};

struct BlockIo {
  std::optional<std::uint16_t> weight, leaf_weight;
  std::vector<DeviceWeight> weights;
  std::vector<DeviceThrottle> read_bps, write_bps, read_iops, write_iops;
};

struct Resources {
  std::vector<DeviceRule> devices;  // in order, later rules win; the implicit rules are already in
  Memory memory;
  std::optional<std::int64_t> kernel_tcp;  // v1: buffers of TCP connections
  Cpu cpu;
  std::optional<std::int64_t> pids_limit;
  BlockIo block_io;
  std::vector<HugepageLimit> hugepages;
  std::optional<std::uint32_t> net_class_id;
  std::vector<std::pair<std::string, std::uint32_t>> net_priorities;
  std::vector<RdmaLimit> rdma;
  std::vector<std::pair<std::string, std::string>> unified;
};

enum class Driver { files, systemd, disabled };

/// Which cgroup, by which means.
struct Plan {
  Driver driver = Driver::files;
  // files: the spec's cgroupsPath, or the container's id. Absolute: below the mount of each hierarchy. Relative: below
  // the caller's own cgroup (v1) or beside it (v2, where a cgroup with processes cannot have limited children).
  std::string path;
  bool explicit_path = false;  // cgroupsPath was given: even rootless, its permission errors then count
  std::string parent_slice, scope_prefix, unit_name;  // systemd: "slice:prefix:name" taken apart
  std::string subgroup;   // v2, systemd: of the unit, where the process is; empty: the unit's own
  std::string delegated;  // v2: below that, where the process goes once it has its cgroup namespace
  std::vector<std::pair<std::string, std::string>> unit_properties;  // org.systemd.property.* annotations
  bool rootless = false;                   // permission errors are ignored, as far as runc ignores them
  std::optional<std::uint32_t> owner_uid;  // v2: chown the delegated files to this host uid
  Resources resources;
};

}  // namespace corten::cgroup
