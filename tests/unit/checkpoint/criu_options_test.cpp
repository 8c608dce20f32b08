// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/criu_options.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using namespace corten::checkpoint;

namespace {

DumpFacts dump_facts() {
  DumpFacts facts;
  facts.pid = 42;
  facts.root = "/bundle/rootfs";
  facts.freeze_cgroup = "/sys/fs/cgroup/freezer/c";
  facts.config_file = "/etc/criu/runc.conf";
  return facts;
}

}  // namespace

TEST_CASE("each option of a checkpoint goes to the one of CRIU", "[checkpoint]") {
  Options options;
  bool CriuOptions::*set = nullptr;
  SECTION("leave running") { options.leave_running = true, set = &CriuOptions::leave_running; }
  SECTION("auto dedup") { options.auto_dedup = true, set = &CriuOptions::auto_dedup; }
  SECTION("established") { options.tcp_established = true, set = &CriuOptions::tcp_established; }
  SECTION("in flight") { options.tcp_skip_in_flight = true, set = &CriuOptions::tcp_skip_in_flight; }
  SECTION("unix sockets") { options.external_unix_sockets = true, set = &CriuOptions::ext_unix_sk; }
  SECTION("locks") { options.file_locks = true, set = &CriuOptions::file_locks; }
  SECTION("link remap") { options.link_remap = true, set = &CriuOptions::link_remap; }
  SECTION("shell job") { options.shell_job = true, set = &CriuOptions::shell_job; }
  SECTION("lazy pages") { options.lazy_pages = true, set = &CriuOptions::lazy_pages; }
  const auto criu = plan_dump(options, dump_facts());
  CHECK(criu.*set);
  CHECK_FALSE(plan_dump({}, dump_facts()).*set);
  CHECK_FALSE(criu.restore_sibling);
  CHECK_FALSE(criu.evasive_devices);
}

TEST_CASE("a dump names the process, its root, its freezer and its log", "[checkpoint]") {
  const auto criu = plan_dump({}, dump_facts());
  CHECK(criu.pid == 42);
  CHECK(criu.root == "/bundle/rootfs");
  CHECK(criu.freeze_cgroup == "/sys/fs/cgroup/freezer/c");
  CHECK(criu.config_file == "/etc/criu/runc.conf");
  CHECK(criu.log_file == "dump.log");
}

TEST_CASE("memory is tracked where there are parent images", "[checkpoint]") {
  Options options;
  options.parent_path = "../one";
  const auto criu = plan_dump(options, dump_facts());
  CHECK(criu.parent_image == "../one");
  CHECK(criu.track_memory);
  CHECK_FALSE(plan_dump({}, dump_facts()).track_memory);
}

TEST_CASE("joined network and pid namespaces are left out of the images", "[checkpoint]") {
  auto facts = dump_facts();
  facts.joined = {{"net", "/run/netns/a", 11}, {"ipc", "/proc/7/ns/ipc", 12}, {"pid", "/proc/7/ns/pid", 13}};
  facts.external_mounts = {"mnt[/data]:corten-0"};
  CHECK(plan_dump({}, facts).external ==
        std::vector<std::string>{"net[11]:extRootNetNS", "pid[13]:extRootPidNS", "mnt[/data]:corten-0"});
}

TEST_CASE("a restore gets them back as descriptors, and joins the others by path", "[checkpoint]") {
  RestoreFacts facts;
  facts.joined = {{"ipc", "/proc/7/ns/ipc"}, {"net", "/run/netns/a"}, {"pid", "/proc/7/ns/pid"}};
  facts.first_namespace_fd = 4;
  const auto criu = plan_restore({}, facts);
  CHECK(criu.inherit_fds == std::vector<InheritedFd>{{"extRootNetNS", 4}, {"extRootPidNS", 5}});
  CHECK(criu.join_namespaces == std::vector<std::pair<std::string, std::string>>{{"ipc", "/proc/7/ns/ipc"}});
  CHECK(criu.restore_sibling);
  CHECK(criu.evasive_devices);
  CHECK(criu.log_file == "restore.log");
}

TEST_CASE("a joined cgroup namespace is more than CRIU can do", "[checkpoint]") {
  RestoreFacts facts;
  facts.joined = {{"cgroup", "/proc/7/ns/cgroup"}};
  CHECK_THROWS_AS(plan_restore({}, facts), Error);
}

TEST_CASE("pipes among the standard descriptors are connected again", "[checkpoint]") {
  RestoreFacts facts;
  facts.descriptors = {"/dev/null", "pipe:[77]", "/tmp/pipe:[78]"};
  CHECK(plan_restore({}, facts).inherit_fds == std::vector<InheritedFd>{{"pipe:[77]", 1}});
}

TEST_CASE("a file that is called like a pipe is none", "[checkpoint]") {
  CHECK(is_pipe("pipe:[1]"));
  CHECK_FALSE(is_pipe("/pipe:[1]"));
  CHECK_FALSE(is_pipe("pipe:[x]"));
  CHECK_FALSE(is_pipe("pipe:[1]:/etc/shadow"));
  CHECK_FALSE(is_pipe("pipe:[]"));
}

TEST_CASE("the restore's own options are CRIU's", "[checkpoint]") {
  Options options;
  options.tcp_close = true;
  options.lsm_profile = "apparmor:p";
  options.lsm_mount_context = "ctx";
  options.cgroup_mode = CgroupMode::ignore;
  const auto criu = plan_restore(options, {});
  CHECK(criu.tcp_close);
  CHECK(criu.lsm_profile == "apparmor:p");
  CHECK(criu.lsm_mount_context == "ctx");
  CHECK(criu.cgroup_mode == CgroupMode::ignore);
}

TEST_CASE("CRIU's file of options is the one of the annotation", "[checkpoint]") {
  CHECK(config_file_of({{"a", "b"}}) == "/etc/criu/runc.conf");
  CHECK(config_file_of({{"org.criu.config", "/x"}}) == "/x");
  CHECK(config_file_of({{"org.criu.config", ""}}).empty());
}
