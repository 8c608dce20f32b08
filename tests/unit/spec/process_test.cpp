// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "spec/config.hpp"

using namespace corten::spec;
using Texts = std::vector<std::string>;

TEST_CASE("each field of a process document is read", "[spec]") {
  const auto process = parse_process(R"({
    "terminal": true, "consoleSize": {"height": 25, "width": 80},
    "user": {"uid": 1, "gid": 2, "umask": 18, "additionalGids": [3, 4]},
    "args": ["sh", "-c", ""], "env": ["A=b"], "cwd": "/srv",
    "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_CHOWN"], "inheritable": ["CAP_BPF"],
                     "permitted": ["CAP_FOWNER", "CAP_CHOWN"], "ambient": ["CAP_MKNOD"]},
    "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 18446744073709551615, "soft": 1}],
    "noNewPrivileges": true, "apparmorProfile": "corten", "oomScoreAdj": -500, "selinuxLabel": "system_u:x",
    "scheduler": {"policy": "SCHED_DEADLINE", "nice": -20, "priority": 7, "flags": ["SCHED_FLAG_RECLAIM"],
                  "runtime": 1, "deadline": 2, "period": 3},
    "ioPriority": {"class": "IOPRIO_CLASS_RT", "priority": 4},
    "execCPUAffinity": {"initial": "0-1", "final": "3"}})");
  CHECK(process.terminal);
  CHECK(process.console_size->height == 25);
  CHECK(process.console_size->width == 80);
  CHECK(process.user.uid == 1);
  CHECK(process.user.gid == 2);
  CHECK(process.user.umask == 18U);
  CHECK(process.user.additional_gids == std::vector<std::uint32_t>{3, 4});
  CHECK(process.args == Texts{"sh", "-c", ""});
  CHECK(process.env == Texts{"A=b"});
  CHECK(process.cwd == "/srv");
  CHECK(process.capabilities->bounding == Texts{"CAP_KILL"});
  CHECK(process.capabilities->effective == Texts{"CAP_CHOWN"});
  CHECK(process.capabilities->inheritable == Texts{"CAP_BPF"});
  CHECK(process.capabilities->permitted == Texts{"CAP_FOWNER", "CAP_CHOWN"});
  CHECK(process.capabilities->ambient == Texts{"CAP_MKNOD"});
  CHECK(process.rlimits.at(0).type == "RLIMIT_NOFILE");
  CHECK(process.rlimits.at(0).hard == 18446744073709551615U);
  CHECK(process.rlimits.at(0).soft == 1);
  CHECK(process.no_new_privileges);
  CHECK(process.apparmor_profile == "corten");
  CHECK(process.oom_score_adj == -500);
  CHECK(process.selinux_label == "system_u:x");
  CHECK(process.scheduler->policy == "SCHED_DEADLINE");
  CHECK(process.scheduler->nice == -20);
  CHECK(process.scheduler->priority == 7);
  CHECK(process.scheduler->flags == Texts{"SCHED_FLAG_RECLAIM"});
  CHECK(process.scheduler->runtime == 1);
  CHECK(process.scheduler->deadline == 2);
  CHECK(process.scheduler->period == 3);
  CHECK(process.io_priority->io_class == "IOPRIO_CLASS_RT");
  CHECK(process.io_priority->priority == 4);
  CHECK(process.exec_cpu_affinity->initial == "0-1");
  CHECK(process.exec_cpu_affinity->final == "3");
}

TEST_CASE("an empty process document has no optional parts", "[spec]") {
  const auto process = parse_process("{}");
  CHECK_FALSE(process.terminal);
  CHECK_FALSE(process.console_size);
  CHECK_FALSE(process.user.umask);
  CHECK_FALSE(process.capabilities);
  CHECK_FALSE(process.oom_score_adj);
  CHECK_FALSE(process.scheduler);
  CHECK_FALSE(process.io_priority);
  CHECK_FALSE(process.exec_cpu_affinity);
}

TEST_CASE("an error in a process document names that document", "[spec]") {
  CHECK_THROWS_WITH(parse_process(R"({"user": {"additionalGids": [1, -1]}})"),
                    "process document: user.additionalGids[1]: expected a number from 0 to 4294967295, "
                    "got the number -1");
}
