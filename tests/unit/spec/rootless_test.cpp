// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "corten/json_text.hpp"
#include "spec/config.hpp"

namespace corten::spec {

TEST_CASE("the configuration to begin with becomes the one for callers without privileges", "[spec]") {
  for (const bool cgroup_namespace : {false, true}) {
    auto config = parse_config(default_config(false, 0, 0, cgroup_namespace));
    make_rootless(config, 1000, 1001);
    CHECK(to_json(config) == to_json(parse_config(default_config(true, 1000, 1001, cgroup_namespace))));
  }
}

TEST_CASE("what needs a network namespace or the host's root goes, the rest stays", "[spec]") {
  auto config = parse_config(R"({"hostname":"h","mounts":[
    {"destination":"/sys//","type":"sysfs","source":"sysfs","options":["ro"]},
    {"destination":"/system","type":"tmpfs","source":"t","options":["uid=1","gid=5","mode=755","guid=1"]}],
    "linux":{"sysctl":{"net.core.somaxconn":"1","kernel.msgmax":"2"},"netDevices":{"eth0":{}},
    "namespaces":[{"type":"network","path":"/n"},{"type":"user","path":"/u"},{"type":"pid","path":"/p"}],
    "uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"resources":{"pids":{"limit":3}}}})");
  make_rootless(config, 7, 8);
  CHECK(to_json(config) ==
        R"({"mounts":[{"destination":"/sys","type":"none","source":"/sys",)"
        R"("options":["rbind","nosuid","noexec","nodev","ro"]},)"
        R"({"destination":"/system","type":"tmpfs","source":"t","options":["mode=755","guid=1"]}],)"
        R"("hostname":"h","hooks":{},"linux":{"uidMappings":[{"containerID":0,"hostID":7,"size":1}],)"
        R"("gidMappings":[{"containerID":0,"hostID":8,"size":1}],"sysctl":{"kernel.msgmax":"2"},)"
        R"("namespaces":[{"type":"pid","path":"/p"},{"type":"user"}]}})");
}

TEST_CASE("a configuration that says nothing of Linux gets what it needs", "[spec]") {
  Config config;
  make_rootless(config, 7, 8);
  REQUIRE(config.platform);
  CHECK(config.platform->namespaces.size() == 1);
}

}  // namespace corten::spec
