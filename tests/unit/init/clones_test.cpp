// SPDX-License-Identifier: Apache-2.0
// In how many steps a stage gets into the cgroup and the namespaces: both ends of the channel must count the same.
#include <fcntl.h>
#include <sched.h>

#include <catch2/catch.hpp>

#include "base/namespace_kinds.hpp"
#include "init/join.hpp"
#include "init/make_namespaces.hpp"

namespace corten::init {

using namespace process;

namespace {

constexpr std::uint64_t usual = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

UniqueFd some_descriptor() { return UniqueFd{::open("/", O_PATH | O_CLOEXEC)}; }

ExecHandover exec_handover(std::uint64_t namespaces, bool into_cgroup, bool by_pidfd = true) {
  ExecHandover handover;
  handover.namespaces = namespaces;
  if (into_cgroup) handover.cgroup = some_descriptor();
  if (by_pidfd) handover.pidfd = some_descriptor();
  return handover;
}

NamespaceRequest request(std::uint64_t created, std::uint64_t joined, bool into_cgroup = true) {
  NamespaceRequest request;
  request.created = created;
  if (joined != 0) request.joined.push_back({joined, "/proc/1/ns/some", some_descriptor()});
  if (into_cgroup) request.cgroup = some_descriptor();
  return request;
}

}  // namespace

TEST_CASE("an exec'ed process is a clone of its stage where only children get in", "[init]") {
  CHECK_FALSE(exec_handover(0, false).is_cloned());
  CHECK_FALSE(exec_handover(CLONE_NEWNS, false).is_cloned());
  CHECK(exec_handover(usual, false).is_cloned());
  CHECK(exec_handover(0, true).is_cloned());
  CHECK(exec_handover(usual, true).is_cloned());
}

TEST_CASE("what a pid namespace shows is another process than the one that had the cgroup's directory", "[init]") {
  CHECK(cgroup_entry(exec_handover(usual, false), true) == CgroupEntry::none);
  CHECK(cgroup_entry(exec_handover(CLONE_NEWNS, true), true) == CgroupEntry::last);
  CHECK(cgroup_entry(exec_handover(usual, true), true) == CgroupEntry::in_place);
  CHECK(cgroup_entry(exec_handover(usual | CLONE_NEWUSER, true), true) == CgroupEntry::in_place);
}

TEST_CASE("a process that joins a time namespace, or single ones, has memory of its own", "[init]") {
  CHECK(cgroup_entry(exec_handover(usual | CLONE_NEWTIME, true), true) == CgroupEntry::first);
  CHECK(cgroup_entry(exec_handover(usual, true, false), true) == CgroupEntry::first);
  CHECK(cgroup_entry(exec_handover(usual, true), false) == CgroupEntry::first);
}

TEST_CASE("a container's init enters the cgroup before what would take its right to", "[init]") {
  CHECK_FALSE(enters_cgroup_first(request(usual, 0)));
  CHECK_FALSE(enters_cgroup_first(request(usual | CLONE_NEWUSER, 0)));
  CHECK_FALSE(enters_cgroup_first(request(usual, CLONE_NEWNET)));
  CHECK(enters_cgroup_first(request(usual, CLONE_NEWUSER)));
  CHECK(enters_cgroup_first(request(usual, CLONE_NEWCGROUP)));
  CHECK(enters_cgroup_first(request(usual | CLONE_NEWUSER | CLONE_NEWTIME, 0)));
  CHECK_FALSE(enters_cgroup_first(request(usual | CLONE_NEWTIME, 0)));
  CHECK_FALSE(enters_cgroup_first(request(usual, CLONE_NEWUSER, false)));
}

}  // namespace corten::init
