// SPDX-License-Identifier: Apache-2.0
#include "cgroup/layout.hpp"

#include <catch2/catch.hpp>

using namespace corten;
using namespace corten::cgroup;

namespace {

const std::vector<Hierarchy> debian = {
    {{"cpuset"}, "/sys/fs/cgroup/cpuset"},
    {{"memory"}, "/sys/fs/cgroup/memory"},
    {{"cpu", "cpuacct"}, "/sys/fs/cgroup/cpu,cpuacct"},
    {{"name=systemd"}, "/sys/fs/cgroup/systemd"},
    {{""}, "/sys/fs/cgroup/unified"},
};

}  // namespace

TEST_CASE("directories below the mount name the hierarchies; unknown ones are left alone", "[cgroup]") {
  CHECK(name_hierarchies({"unified", "systemd", "cpu,cpuacct", "elogind", "memory", "cpuset"}, "/sys/fs/cgroup") ==
        debian);
  CHECK(name_hierarchies({"cpu,nonsense", ""}, "/sys/fs/cgroup").empty());
}

TEST_CASE("an absolute cgroupsPath starts at the root of each hierarchy", "[cgroup]") {
  const Paths expected = {
      {"cpuset", "/sys/fs/cgroup/cpuset/pod/a"},        {"memory", "/sys/fs/cgroup/memory/pod/a"},
      {"cpu", "/sys/fs/cgroup/cpu,cpuacct/pod/a"},      {"cpuacct", "/sys/fs/cgroup/cpu,cpuacct/pod/a"},
      {"name=systemd", "/sys/fs/cgroup/systemd/pod/a"}, {"", "/sys/fs/cgroup/unified/pod/a"},
  };
  CHECK(plan_legacy_paths(debian, {{"memory", "/own"}}, "/pod/a") == expected);
}

TEST_CASE("a relative cgroupsPath starts at the caller's own cgroup on v1", "[cgroup]") {
  const Paths own = {{"memory", "/machine/me"}, {"cpu", "/"}, {"", "/user"}};
  const auto paths = plan_legacy_paths(debian, own, "box");
  CHECK(paths.at(1) == std::pair<std::string, std::string>{"memory", "/sys/fs/cgroup/memory/machine/me/box"});
  CHECK(paths.at(2).second == "/sys/fs/cgroup/cpu,cpuacct/box");
  CHECK(paths.back().second == "/sys/fs/cgroup/unified/user/box");
}

TEST_CASE("a relative cgroupsPath is beside the caller's own cgroup on v2", "[cgroup]") {
  const auto where = [](const char* own, const char* path) {
    return plan_unified_paths("/sys/fs/cgroup", {{"", own}}, path).front().second;
  };
  CHECK(where("/user.slice/session-1.scope", "box") == "/sys/fs/cgroup/user.slice/box");
  CHECK(where("/top", "box") == "/sys/fs/cgroup/box");
  CHECK(where("/", "box") == "/sys/fs/cgroup/box");
  CHECK(where("/ignored", "/a/b") == "/sys/fs/cgroup/a/b");
}

TEST_CASE("no cgroupsPath leads out of the mount", "[cgroup]") {
  for (const auto* path : {"/../../../etc", "../../../etc", "a/../../../../etc", "/a/../../etc"}) {
    CHECK(plan_unified_paths("/sys/fs/cgroup", {{"", "/x/y"}}, path).front().second.starts_with("/sys/fs/cgroup/"));
    for (const auto& [controller, directory] : plan_legacy_paths(debian, {}, path)) {
      CHECK(directory.starts_with("/sys/fs/cgroup/"));
      CHECK(directory.find("..") == std::string::npos);
    }
  }
}

TEST_CASE("/proc/PID/cgroup gives a row a controller, and paths may hold colons", "[cgroup]") {
  const auto rows = parse_proc_cgroup("4:memory:/a:b\n2:cpu,cpuacct:/c\n1:name=systemd:/\n0::/d\nbroken\n");
  const Paths expected = {{"memory", "/a:b"}, {"cpu", "/c"}, {"cpuacct", "/c"}, {"name=systemd", "/"}, {"", "/d"}};
  CHECK(rows == expected);
}

TEST_CASE("only hierarchies without limits are optional", "[cgroup]") {
  CHECK(is_optional("name=systemd"));
  CHECK(is_optional("misc"));
  CHECK(is_optional(""));
  CHECK_FALSE(is_optional("devices"));
  CHECK_FALSE(is_optional("cpuacct"));
}

TEST_CASE("the container's v1 mounts: each hierarchy once", "[cgroup]") {
  const auto mounts = hierarchy_mounts(plan_legacy_paths(debian, {}, "/a/b"));
  REQUIRE(mounts.size() == 4);  // the v2 hierarchy of a hybrid tree is not shown
  CHECK(mounts[1].name == "memory");
  CHECK(mounts[1].source == "/sys/fs/cgroup/memory/a/b");
  CHECK(mounts[2].name == "cpu,cpuacct");
  CHECK(mounts[3].name == "systemd");
}
