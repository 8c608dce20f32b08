// SPDX-License-Identifier: Apache-2.0
// config.json of the OCI runtime-spec 1.3 (platform linux) as plain values. Optional fields are std::optional
// where "absent" differs from a zero value; names are the spec's, in snake_case. fields.hpp has them as in the JSON text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <corten/limits.hpp>

namespace corten::spec {

inline constexpr std::string_view oci_version = "1.3.0";  // of the runtime-spec that we implement

using StringMap = std::vector<std::pair<std::string, std::string>>;  // in the file's order

struct Box {
  std::uint64_t height = 0;
  std::uint64_t width = 0;
};

struct User {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::optional<std::uint32_t> umask = {};
  std::vector<std::uint32_t> additional_gids = {};
};

struct Capabilities {
  std::vector<std::string> bounding = {}, effective = {}, inheritable = {}, permitted = {}, ambient = {};
};

struct Rlimit {
  std::string type = {};
  std::uint64_t hard = 0;
  std::uint64_t soft = 0;
};

struct Scheduler {
  std::string policy = {};
  std::int32_t nice = 0;
  std::int32_t priority = 0;
  std::vector<std::string> flags = {};
  std::uint64_t runtime = 0, deadline = 0, period = 0;
};

struct IoPriority {
  std::string io_class = {};
  int priority = 0;
};

struct ExecCpuAffinity {
  std::string initial = {}, final = {};
};

struct Process {
  bool terminal = false;
  std::optional<Box> console_size = {};
  User user = {};
  std::vector<std::string> args = {};
  std::vector<std::string> env = {};
  std::string cwd = {};
  std::optional<Capabilities> capabilities = {};
  std::vector<Rlimit> rlimits = {};
  bool no_new_privileges = false;
  std::string apparmor_profile = {};
  std::optional<int> oom_score_adj = {};
  std::optional<Scheduler> scheduler = {};
  std::string selinux_label = {};
  std::optional<IoPriority> io_priority = {};
  std::optional<ExecCpuAffinity> exec_cpu_affinity = {};
};

struct Root {
  std::string path = {};
  bool readonly = false;
};

struct IdMapping {
  std::uint32_t container_id = 0, host_id = 0, size = 0;
  bool operator==(const IdMapping&) const = default;
};

struct Mount {
  std::string destination = {}, type = {}, source = {};
  std::vector<std::string> options = {};
  std::vector<IdMapping> uid_mappings = {}, gid_mappings = {};
};

struct Hook {
  std::string path = {};
  std::vector<std::string> args = {}, env = {};
  std::optional<int> timeout = {};  // seconds
};

struct Hooks {
  std::vector<Hook> prestart = {}, create_runtime = {}, create_container = {}, start_container = {}, poststart = {},
                    poststop = {};
};

struct Namespace {
  std::string type = {};  // "pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time"
  std::string path = {};  // empty: a new one
};

struct Device {
  std::string type = {}, path = {};
  std::int64_t major = 0, minor = 0;
  std::optional<std::uint32_t> file_mode = {};
  std::optional<std::uint32_t> uid = {}, gid = {};
};

struct NetDevice {
  std::string host_name = {};  // the key in linux.netDevices
  std::string name = {};       // its name in the container; empty: the same
};

struct TimeOffset {
  std::string clock = {};  // "boottime" or "monotonic"
  std::int64_t secs = 0;
  std::uint32_t nanosecs = 0;
};

struct DeviceRule {
  bool allow = false;
  std::string type = {};  // "a", "b", "c"; empty as "a"
  std::optional<std::int64_t> major = {}, minor = {};
  std::string access = {};
};

struct MemoryResources : resources::Memory {
  std::optional<std::int64_t> kernel = {}, kernel_tcp = {};  // read, and ignored
  std::optional<bool> use_hierarchy = {};                    // as these
};

struct WeightDevice {
  std::int64_t major = 0, minor = 0;
  std::optional<std::uint16_t> weight = {}, leaf_weight = {};
};

struct ThrottleDevice {
  std::int64_t major = 0, minor = 0;
  std::uint64_t rate = 0;
};

struct BlockIo {
  std::optional<std::uint16_t> weight = {}, leaf_weight = {};
  std::vector<WeightDevice> weight_device = {};
  std::vector<ThrottleDevice> throttle_read_bps = {}, throttle_write_bps = {}, throttle_read_iops = {},
                              throttle_write_iops = {};
};

struct InterfacePriority {
  std::string name = {};
  std::uint32_t priority = 0;
};

struct NetworkResources {
  std::optional<std::uint32_t> class_id = {};
  std::vector<InterfacePriority> priorities = {};
};

struct Resources {
  std::vector<DeviceRule> devices = {};
  std::optional<MemoryResources> memory = {};
  std::optional<resources::Cpu> cpu = {};
  std::optional<std::int64_t> pids_limit = {};
  std::optional<BlockIo> block_io = {};
  std::vector<resources::HugepageLimit> hugepage_limits = {};
  std::optional<NetworkResources> network = {};
  std::vector<resources::RdmaLimit> rdma = {};
  StringMap unified = {};
};

struct SeccompArg {
  std::uint32_t index = 0;
  std::uint64_t value = 0, value_two = 0;
  std::string op = {};
};

struct SeccompRule {
  std::vector<std::string> names = {};
  std::string action = {};
  std::optional<std::uint32_t> errno_ret = {};
  std::vector<SeccompArg> args = {};
};

struct Seccomp {
  std::string default_action = {};
  std::optional<std::uint32_t> default_errno_ret = {};
  std::vector<std::string> architectures = {};
  std::optional<std::vector<std::string>> flags = {};  // "no flags" and "an empty list" differ
  std::string listener_path = {}, listener_metadata = {};
  std::vector<SeccompRule> syscalls = {};
};

struct IntelRdt {
  std::string clos_id = {};
  std::vector<std::string> schemata = {};
  std::string l3_cache_schema = {}, mem_bw_schema = {};
  bool enable_monitoring = false;
};

struct Personality {
  std::string domain = {};
  std::vector<std::string> flags = {};
};

struct MemoryPolicy {
  std::string mode = {}, nodes = {};
  std::vector<std::string> flags = {};
};

struct Linux {
  std::vector<IdMapping> uid_mappings = {}, gid_mappings = {};
  StringMap sysctl = {};
  std::optional<Resources> resources = {};
  std::string cgroups_path = {};
  std::vector<Namespace> namespaces = {};
  std::vector<Device> devices = {};
  std::vector<NetDevice> net_devices = {};
  std::optional<Seccomp> seccomp = {};
  std::string rootfs_propagation = {};
  std::vector<std::string> masked_paths = {}, readonly_paths = {};
  std::string mount_label = {};
  std::optional<IntelRdt> intel_rdt = {};
  std::optional<Personality> personality = {};
  std::vector<TimeOffset> time_offsets = {};
  std::optional<MemoryPolicy> memory_policy = {};
};

struct Config {
  std::string oci_version = {};
  std::optional<Root> root = {};
  std::vector<Mount> mounts = {};
  std::optional<Process> process = {};
  std::string hostname = {}, domainname = {};
  Hooks hooks = {};
  StringMap annotations = {};
  std::optional<Linux> platform;  // the "linux" object (`linux` itself is a macro of GNU C++)
};

}  // namespace corten::spec
