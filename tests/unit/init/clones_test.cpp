// SPDX-License-Identifier: Apache-2.0
// In how many steps a stage gets into the cgroup and the namespaces: both ends of the channel must count the same.
#include <sched.h>

#include <catch2/catch.hpp>

#include "init/join.hpp"
#include "init/make_namespaces.hpp"

namespace corten::init {

using namespace process;

namespace {

constexpr std::uint64_t usual = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

ExecPlan exec_plan(std::uint64_t namespaces, bool into_cgroup, bool by_pidfd = true) {
  ExecPlan plan;
  plan.namespaces = namespaces;
  plan.into_cgroup = into_cgroup;
  plan.by_pidfd = by_pidfd;
  return plan;
}

NamespaceRequest spawn_plan(std::uint64_t created, std::uint64_t joined, bool into_cgroup = true) {
  NamespaceRequest plan;
  plan.created = created;
  if (joined != 0) plan.joined = {{joined, "/proc/1/ns/some"}};
  plan.into_cgroup = into_cgroup;
  return plan;
}

}  // namespace

TEST_CASE("an exec'ed process is a clone of its stage where only children get in", "[init]") {
  CHECK_FALSE(exec_plan(0, false).is_cloned());
  CHECK_FALSE(exec_plan(CLONE_NEWNS, false).is_cloned());
  CHECK(exec_plan(usual, false).is_cloned());
  CHECK(exec_plan(0, true).is_cloned());
  CHECK(exec_plan(usual, true).is_cloned());
}

TEST_CASE("what a pid namespace shows is another process than the one that had the cgroup's directory", "[init]") {
  CHECK(cgroup_entry(exec_plan(usual, false), true) == CgroupEntry::none);
  CHECK(cgroup_entry(exec_plan(CLONE_NEWNS, true), true) == CgroupEntry::last);
  CHECK(cgroup_entry(exec_plan(usual, true), true) == CgroupEntry::in_place);
  CHECK(cgroup_entry(exec_plan(usual | CLONE_NEWUSER, true), true) == CgroupEntry::in_place);
}

TEST_CASE("a process that joins a time namespace, or single ones, has memory of its own", "[init]") {
  CHECK(cgroup_entry(exec_plan(usual | CLONE_NEWTIME, true), true) == CgroupEntry::first);
  CHECK(cgroup_entry(exec_plan(usual, true, false), true) == CgroupEntry::first);
  CHECK(cgroup_entry(exec_plan(usual, true), false) == CgroupEntry::first);
}

TEST_CASE("a container's init enters the cgroup before what would take its right to", "[init]") {
  CHECK_FALSE(enters_cgroup_first(spawn_plan(usual, 0)));
  CHECK_FALSE(enters_cgroup_first(spawn_plan(usual | CLONE_NEWUSER, 0)));
  CHECK_FALSE(enters_cgroup_first(spawn_plan(usual, CLONE_NEWNET)));
  CHECK(enters_cgroup_first(spawn_plan(usual, CLONE_NEWUSER)));
  CHECK(enters_cgroup_first(spawn_plan(usual, CLONE_NEWCGROUP)));
  CHECK(enters_cgroup_first(spawn_plan(usual | CLONE_NEWUSER | CLONE_NEWTIME, 0)));
  CHECK_FALSE(enters_cgroup_first(spawn_plan(usual | CLONE_NEWTIME, 0)));
  CHECK_FALSE(enters_cgroup_first(spawn_plan(usual, CLONE_NEWUSER, false)));
}

}  // namespace corten::init
