// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "spec/config.hpp"

using namespace corten::spec;
using Texts = std::vector<std::string>;

namespace {

Linux parse_linux(const std::string& text) { return *parse_config("{\"linux\": " + text + "}").platform; }

}  // namespace

TEST_CASE("the simple fields of linux are read", "[spec]") {
  const auto read = parse_linux(R"({
    "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
    "gidMappings": [{"containerID": 0, "hostID": 200000, "size": 65536}],
    "sysctl": {"net.core.somaxconn": "256"}, "cgroupsPath": "/a/b", "rootfsPropagation": "rslave",
    "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"], "mountLabel": "label",
    "resources": {"pids": {"limit": 5}}})");
  CHECK(read.uid_mappings == std::vector<IdMapping>{{0, 100000, 65536}});
  CHECK(read.gid_mappings == std::vector<IdMapping>{{0, 200000, 65536}});
  CHECK(read.sysctl == StringMap{{"net.core.somaxconn", "256"}});
  CHECK(read.cgroups_path == "/a/b");
  CHECK(read.rootfs_propagation == "rslave");
  CHECK(read.masked_paths == Texts{"/proc/kcore"});
  CHECK(read.readonly_paths == Texts{"/proc/sys"});
  CHECK(read.mount_label == "label");
  CHECK(read.resources->pids_limit == 5);
}

TEST_CASE("namespaces and devices are read", "[spec]") {
  const auto read = parse_linux(R"({
    "namespaces": [{"type": "pid"}, {"type": "network", "path": "/run/netns/x"}],
    "devices": [{"path": "/dev/a", "type": "b", "major": 7, "minor": 8, "fileMode": 438, "uid": 0, "gid": 9},
                {"path": "/dev/p", "type": "p"}],
    "netDevices": {"eth0": {"name": "lan"}, "eth1": {}},
    "timeOffsets": {"monotonic": {"secs": -3, "nanosecs": 5}, "boottime": {"secs": 7}}})");
  REQUIRE(read.namespaces.size() == 2);
  CHECK(read.namespaces[0].type == "pid");
  CHECK(read.namespaces[0].path.empty());
  CHECK(read.namespaces[1].path == "/run/netns/x");
  REQUIRE(read.devices.size() == 2);
  CHECK(read.devices[0].path == "/dev/a");
  CHECK(read.devices[0].type == "b");
  CHECK(read.devices[0].major == 7);
  CHECK(read.devices[0].minor == 8);
  CHECK(read.devices[0].file_mode == 0666U);
  CHECK(read.devices[0].uid == 0U);
  CHECK(read.devices[0].gid == 9U);
  CHECK_FALSE(read.devices[1].file_mode);
  CHECK_FALSE(read.devices[1].uid);
  REQUIRE(read.net_devices.size() == 2);
  CHECK(read.net_devices[0].host_name == "eth0");
  CHECK(read.net_devices[0].name == "lan");
  CHECK(read.net_devices[1].name.empty());
  REQUIRE(read.time_offsets.size() == 2);
  CHECK(read.time_offsets[0].clock == "monotonic");
  CHECK(read.time_offsets[0].secs == -3);
  CHECK(read.time_offsets[0].nanosecs == 5);
  CHECK(read.time_offsets[1].secs == 7);
}

TEST_CASE("a seccomp profile is read", "[spec]") {
  const auto seccomp = *parse_linux(R"({"seccomp": {
    "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "architectures": ["SCMP_ARCH_X86_64"],
    "flags": ["SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "/run/agent", "listenerMetadata": "m",
    "syscalls": [{"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
                 {"names": ["clone"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
                  "args": [{"index": 1, "value": 2114060288, "valueTwo": 18446744073709551615,
                            "op": "SCMP_CMP_MASKED_EQ"}]}]}})")
                            .seccomp;
  CHECK(seccomp.default_action == "SCMP_ACT_ERRNO");
  CHECK(seccomp.default_errno_ret == 38U);
  CHECK(seccomp.architectures == Texts{"SCMP_ARCH_X86_64"});
  CHECK(seccomp.flags == Texts{"SECCOMP_FILTER_FLAG_LOG"});
  CHECK(seccomp.listener_path == "/run/agent");
  CHECK(seccomp.listener_metadata == "m");
  REQUIRE(seccomp.syscalls.size() == 2);
  CHECK(seccomp.syscalls[0].names == Texts{"read", "write"});
  CHECK(seccomp.syscalls[0].action == "SCMP_ACT_ALLOW");
  CHECK_FALSE(seccomp.syscalls[0].errno_ret);
  const auto& clone = seccomp.syscalls[1];
  CHECK(clone.errno_ret == 1U);
  REQUIRE(clone.args.size() == 1);
  CHECK(clone.args[0].index == 1);
  CHECK(clone.args[0].value == 2114060288);
  CHECK(clone.args[0].value_two == 18446744073709551615U);
  CHECK(clone.args[0].op == "SCMP_CMP_MASKED_EQ");
}

TEST_CASE("no seccomp flags and an empty list of them differ", "[spec]") {
  CHECK_FALSE(parse_linux(R"({"seccomp": {}})").seccomp->flags);
  CHECK_FALSE(parse_linux(R"({"seccomp": {"flags": null}})").seccomp->flags);
  CHECK(parse_linux(R"({"seccomp": {"flags": []}})").seccomp->flags == Texts{});
}

TEST_CASE("intelRdt, personality and memoryPolicy are read", "[spec]") {
  const auto read = parse_linux(R"({
    "intelRdt": {"closID": "guaranteed", "schemata": ["L3:0=f"], "l3CacheSchema": "L3:0=7f0", "memBwSchema": "MB:0=20",
                 "enableMonitoring": true},
    "personality": {"domain": "LINUX32", "flags": ["X"]},
    "memoryPolicy": {"mode": "MPOL_BIND", "nodes": "0-1", "flags": ["MPOL_F_STATIC_NODES"]}})");
  CHECK(read.intel_rdt->clos_id == "guaranteed");
  CHECK(read.intel_rdt->schemata == Texts{"L3:0=f"});
  CHECK(read.intel_rdt->l3_cache_schema == "L3:0=7f0");
  CHECK(read.intel_rdt->mem_bw_schema == "MB:0=20");
  CHECK(read.intel_rdt->enable_monitoring);
  CHECK(read.personality->domain == "LINUX32");
  CHECK(read.personality->flags == Texts{"X"});
  CHECK(read.memory_policy->mode == "MPOL_BIND");
  CHECK(read.memory_policy->nodes == "0-1");
  CHECK(read.memory_policy->flags == Texts{"MPOL_F_STATIC_NODES"});
}
