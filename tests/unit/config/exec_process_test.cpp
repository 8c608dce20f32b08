// SPDX-License-Identifier: Apache-2.0
#include "config/exec_process.hpp"

#include <catch2/catch.hpp>

using namespace corten;
using config::ProcessChanges;
using Strings = std::vector<std::string>;

namespace {

spec::Process base() {
  spec::Process process;
  process.terminal = true;
  process.args = {"init"};
  process.env = {"A=1"};
  process.cwd = "/";
  process.user.uid = 5;
  process.user.gid = 6;
  process.user.additional_gids = {7};
  process.user.umask = 077;
  process.no_new_privileges = true;
  process.apparmor_profile = "profile";
  process.selinux_label = "label";
  process.capabilities.emplace().bounding = {"CAP_KILL"};
  process.oom_score_adj = 100;
  process.io_priority.emplace().priority = 3;
  process.scheduler.emplace().policy = "SCHED_BATCH";
  process.exec_cpu_affinity.emplace().initial = "0";
  return process;
}

ProcessChanges command() {
  ProcessChanges changes;
  changes.args = {"ls", "-l"};
  return changes;
}

spec::Process with_capability(const spec::Process& own) {
  auto changes = command();
  changes.capabilities = {"CAP_CHOWN"};
  return config::merge_process(own, changes);
}

}  // namespace

TEST_CASE("a user is numbers, the group only where one is named", "[config]") {
  const auto user = [](std::string text) {
    auto changes = command();
    changes.user = std::move(text);
    return config::merge_process(base(), changes).user;
  };
  CHECK(user("").uid == 5);
  CHECK(user("1000").uid == 1000);
  CHECK(user("1000").gid == 6);
  CHECK(user("1000:100").uid == 1000);
  CHECK(user("1000:100").gid == 100);
  CHECK(user("0:4294967294").gid == 4294967294U);
  CHECK_THROWS_WITH(user("root"), "bad uid: \"root\" is not a number");
  CHECK_THROWS_WITH(user("0:wheel"), "bad gid: \"wheel\" is not a number");
  CHECK_THROWS_WITH(user("-1"), "bad uid: \"-1\" is not a number");
  CHECK_THROWS_WITH(user("4294967296"), "bad uid: \"4294967296\" is not a number");
  CHECK_THROWS_WITH(user("4294967295"), "bad uid: 4294967295 is no id: the highest is 4294967294");
  CHECK_THROWS_WITH(user("0:4294967295"), "bad gid: 4294967295 is no id: the highest is 4294967294");
  CHECK_THROWS_WITH(user("1:"), "bad gid: \"\" is not a number");
}

TEST_CASE("without changes the process is the container's with other words and without a terminal", "[config]") {
  const auto process = config::merge_process(base(), command());
  CHECK(process.args == Strings{"ls", "-l"});
  CHECK_FALSE(process.terminal);
  CHECK(process.cwd == "/");
  CHECK(process.env == Strings{"A=1"});
  CHECK(process.user.uid == 5);
  CHECK(process.user.gid == 6);
  CHECK(process.user.umask == 077);
  CHECK(process.no_new_privileges);
  CHECK(process.apparmor_profile == "profile");
  CHECK(process.selinux_label == "label");
  CHECK(process.capabilities->bounding == Strings{"CAP_KILL"});
  CHECK(process.oom_score_adj == 100);
}

TEST_CASE("changes replace what is one value and add to what is a list", "[config]") {
  auto changes = command();
  changes.cwd = "/tmp";
  changes.env = {"B=2", "A=3"};
  changes.terminal = true;
  changes.user = "0:1";
  changes.additional_gids = {8, 9};
  changes.selinux_label = "other";
  changes.apparmor_profile = "another";
  changes.no_new_privileges = false;
  const auto process = config::merge_process(base(), changes);
  CHECK(process.terminal);
  CHECK(process.cwd == "/tmp");
  CHECK(process.env == Strings{"A=1", "B=2", "A=3"});
  CHECK(process.user.uid == 0);
  CHECK(process.user.gid == 1);
  CHECK(process.user.additional_gids == std::vector<std::uint32_t>{7, 8, 9});
  CHECK(process.selinux_label == "other");
  CHECK(process.apparmor_profile == "another");
  CHECK_FALSE(process.no_new_privileges);
}

TEST_CASE("a capability joins three sets, the ambient one only where some are inheritable", "[config]") {
  auto process = with_capability(base());
  CHECK(process.capabilities->bounding == Strings{"CAP_KILL", "CAP_CHOWN"});
  CHECK(process.capabilities->effective == Strings{"CAP_CHOWN"});
  CHECK(process.capabilities->permitted == Strings{"CAP_CHOWN"});
  CHECK(process.capabilities->inheritable.empty());
  CHECK(process.capabilities->ambient.empty());

  auto inheriting = base();
  inheriting.capabilities->inheritable = {"CAP_KILL"};
  process = with_capability(inheriting);
  CHECK(process.capabilities->inheritable == Strings{"CAP_KILL"});
  CHECK(process.capabilities->ambient == Strings{"CAP_CHOWN"});

  auto bare = base();
  bare.capabilities.reset();
  CHECK(with_capability(bare).capabilities->bounding == Strings{"CAP_CHOWN"});
  CHECK_FALSE(config::merge_process(bare, command()).capabilities.has_value());
}

TEST_CASE("a document takes from the container's process what it leaves out, but nothing that it must say",
          "[config]") {
  spec::Process document;
  document.args = {"sh"};
  auto process = config::merge_process(base(), document);
  CHECK(process.apparmor_profile == "profile");
  CHECK(process.selinux_label == "label");
  CHECK(process.user.umask == 077);
  CHECK(process.capabilities->bounding == Strings{"CAP_KILL"});
  CHECK(process.oom_score_adj == 100);
  CHECK(process.io_priority->priority == 3);
  CHECK(process.scheduler->policy == "SCHED_BATCH");
  CHECK(process.exec_cpu_affinity->initial == "0");
  CHECK(process.cwd.empty());
  CHECK(process.env.empty());
  CHECK(process.user.uid == 0);
  CHECK_FALSE(process.no_new_privileges);

  document.apparmor_profile = "unconfined";
  document.capabilities.emplace();
  document.oom_score_adj = 0;
  process = config::merge_process(base(), document);
  CHECK(process.apparmor_profile == "unconfined");
  CHECK(process.capabilities->bounding.empty());
  CHECK(process.oom_score_adj == 0);
}
