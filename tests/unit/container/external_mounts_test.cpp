// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/external_mounts.hpp"

#include <sys/mount.h>

#include <catch2/catch.hpp>

using namespace corten;
using namespace corten::container;

namespace {

using Mounts = std::vector<checkpoint::ExternalMount>;

rootfs::MountStep bind(const std::string& destination, const std::string& source, std::uint64_t flags = MS_BIND) {
  rootfs::MountStep step;
  step.destination = destination;
  step.source = source;
  step.type = "bind";
  step.flags = flags;
  return step;
}

rootfs::MountStep other(const std::string& destination, const std::string& type) {
  rootfs::MountStep step;
  step.destination = destination;
  step.type = type;
  return step;
}

}  // namespace

TEST_CASE("bind mounts are from outside, file systems and remounts are not", "[container]") {
  rootfs::Plan plan;
  plan.mounts = {bind("/a", "/host/a"), other("/tmp", "tmpfs"), bind("/a", "/host/a", MS_BIND | MS_REMOUNT)};
  CHECK(external_mounts(plan, "/stage") == Mounts{{"/a", "/host/a"}});
}

TEST_CASE("a mount with other ids is found by its place in the plan", "[container]") {
  rootfs::Plan plan;
  plan.mounts = {other("/proc", "proc"), bind("/a", "/host/a")};
  plan.mounts[1].id_map.emplace();
  CHECK(external_mounts(plan, "/stage") == Mounts{{"/a", "/stage/1"}});
  CHECK(external_mounts(plan, std::nullopt) == Mounts{{"/a", "/host/a"}});
  plan.mounts.push_back(other("/tmp", "tmpfs"));
  plan.mounts[2].id_map.emplace();
  CHECK_THROWS_WITH(external_mounts(plan, "/stage"), Catch::Contains("/tmp is id-mapped and no bind"));
}

TEST_CASE("the hierarchies of cgroup v1 are bound, unless there is a namespace", "[container]") {
  rootfs::Plan plan;
  plan.mounts = {other("/sys/fs/cgroup", "cgroup")};
  plan.cgroup.hierarchies = {{"memory", "/sys/fs/cgroup/memory/c"}};
  CHECK(external_mounts(plan, "/stage") == Mounts{{"/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/c"}});
  plan.cgroup.own_namespace = true;
  CHECK(external_mounts(plan, "/stage").empty());
  plan.cgroup.own_namespace = false;
  plan.cgroup.unified = true;
  CHECK(external_mounts(plan, "/stage").empty());
}

TEST_CASE("devices may be bound, and masked files are", "[container]") {
  rootfs::Plan plan;
  plan.devices = {{"/dev/null"}};
  plan.masked_paths = {"/proc//kcore"};
  CHECK(external_mounts(plan, "/stage") == Mounts{{"/dev/null", "/dev/null"}, {"/proc/kcore", "/dev/null"}});
}

TEST_CASE("a mount has the flags of its step, and of those that remount it", "[container]") {
  rootfs::Plan plan;
  plan.mounts = {bind("/a", "/host/a", MS_BIND | MS_RDONLY | MS_NOATIME), bind("/b", "/host/b"),
                 bind("/b", "", MS_BIND | MS_REMOUNT | MS_NOEXEC), bind("/a", "", MS_BIND | MS_REMOUNT)};
  CHECK(final_flags(plan, 0) == MS_RDONLY);
  CHECK(final_flags(plan, 1) == MS_NOEXEC);
  CHECK(external_mounts(plan, "/stage")[0].flags == MS_RDONLY);
  plan.mounts[3].cleared = MS_RDONLY;
  CHECK(final_flags(plan, 0) == 0);
  plan.mounts[1].recursive_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSYMFOLLOW;
  plan.mounts.erase(plan.mounts.begin() + 2);
  CHECK(final_flags(plan, 1) == (MS_RDONLY | MS_NOSYMFOLLOW));
  plan.mounts[0].recursive_clear = MOUNT_ATTR_RDONLY;
  plan.mounts.pop_back();
  CHECK(final_flags(plan, 0) == 0);
}
