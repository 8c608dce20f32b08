// SPDX-License-Identifier: Apache-2.0
#include "config/process.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using config::plan_launch;
using Strings = std::vector<std::string>;

namespace {

spec::Process shell() {
  spec::Process process;
  process.args = {"sh"};
  process.cwd = "/";
  return process;
}

/// plan_launch() of a shell that `change` changes.
process::Launch launch(void (*change)(spec::Process&)) {
  auto process = shell();
  change(process);
  return plan_launch(process);
}

spec::Scheduler scheduler_of(const char* policy, int nice = 0, int priority = 0, std::uint64_t runtime = 0) {
  spec::Scheduler scheduler;
  scheduler.policy = policy;
  scheduler.nice = nice;
  scheduler.priority = priority;
  scheduler.runtime = runtime;
  return scheduler;
}

process::Launch launch_with(const spec::Scheduler& scheduler) {
  auto process = shell();
  process.scheduler = scheduler;
  return plan_launch(process);
}

}  // namespace

TEST_CASE("a process must have words and an absolute working directory", "[config]") {
  CHECK_NOTHROW(config::check_process(shell()));
  CHECK_THROWS_WITH(config::check_process(std::nullopt), "process: process property must not be empty");
  auto process = shell();
  process.cwd.clear();
  CHECK_THROWS_WITH(config::check_process(process), "process.cwd: Cwd property must not be empty");
  process.cwd = "tmp";
  CHECK_THROWS_WITH(config::check_process(process), "process.cwd: Cwd must be an absolute path, not \"tmp\"");
  process.cwd = "/tmp";
  process.args.clear();
  CHECK_THROWS_WITH(config::check_process(process), "process.args: args must not be empty");
}

TEST_CASE("a plain process asks for nothing special", "[config]") {
  const auto plan = plan_launch(shell());
  CHECK(plan.args == Strings{"sh"});
  CHECK(plan.cwd == "/");
  CHECK(plan.user.uid == 0);
  CHECK_FALSE(plan.terminal);
  CHECK_FALSE(plan.capabilities);
  CHECK_FALSE(plan.no_new_privileges);
  CHECK_FALSE(plan.scheduler);
  CHECK_FALSE(plan.io_priority);
  CHECK(plan.seccomp.program.empty());
}

TEST_CASE("the last value of a variable counts, in the place where it stood", "[config]") {
  const auto merged = config::merge_environment({"A=1", "B=2", "A=3", "C=", "B=4=5"});
  CHECK(merged == Strings{"A=3", "C=", "B=4=5"});
  CHECK_THROWS_WITH(config::merge_environment({"A"}), "invalid environment variable: missing '=' in \"A\"");
  CHECK_THROWS_WITH(config::merge_environment({"=1"}), "invalid environment variable: name cannot be empty in \"=1\"");
  CHECK_THROWS_WITH(config::merge_environment({std::string{"A=1\0B", 5}}),
                    "invalid environment variable \"A\": contains nul byte (\\x00)");
}

TEST_CASE("a user has ids, groups and a umask; 4294967295 is no id", "[config]") {
  const auto plan = launch([](auto& process) {
    process.user = {.uid = 5, .gid = 6, .umask = 027, .additional_gids = {7, 8}};
  });
  CHECK(plan.user.uid == 5);
  CHECK(plan.user.gid == 6);
  CHECK(plan.user.groups == std::vector<std::uint32_t>{7, 8});
  CHECK(plan.user.umask == 027);
  CHECK_THROWS_WITH(launch([](auto& process) { process.user.uid = 4294967295U; }), Catch::Contains("process.user.uid"));
}

TEST_CASE("a terminal has a size only where both sides are given", "[config]") {
  CHECK_FALSE(launch([](auto& process) { process.console_size = spec::Box{0, 80}; }).terminal_size);
  const auto plan = launch([](auto& process) { process.console_size = spec::Box{.height = 24, .width = 80}; });
  REQUIRE(plan.terminal_size);
  CHECK(plan.terminal_size->rows == 24);
  CHECK(plan.terminal_size->columns == 80);
  CHECK_THROWS_WITH(launch([](auto& process) {
                      process.console_size = spec::Box{65536, 1};
                    }),
                    Catch::StartsWith("process.consoleSize: 65536x1 is more than a terminal can be"));
}

TEST_CASE("a resource limit has a known name, which is there once", "[config]") {
  const auto plan = launch([](auto& process) { process.rlimits = {{"RLIMIT_NOFILE", 20, 10}}; });
  REQUIRE(plan.rlimits.size() == 1);
  CHECK(plan.rlimits[0].resource == RLIMIT_NOFILE);
  CHECK(plan.rlimits[0].soft == 10);
  CHECK(plan.rlimits[0].hard == 20);
  CHECK_THROWS_WITH(launch([](auto& process) {
                      process.rlimits = {{"RLIMIT_CPU", 1, 1}, {"RLIMIT_NOFIEL", 1, 1}};
                    }),
                    "process.rlimits[1].type: wrong rlimit value: RLIMIT_NOFIEL (did you mean \"RLIMIT_NOFILE\"?)");
  CHECK_THROWS_WITH(launch([](auto& process) {
                      process.rlimits = {{"files", 1, 1}};
                    }),
                    Catch::StartsWith("process.rlimits[0].type: wrong rlimit value: files (known are RLIMIT_AS, "));
  CHECK_THROWS_WITH(launch([](auto& process) {
                      process.rlimits = {{"RLIMIT_NOFILE", 10, 20}};
                    }),
                    "process.rlimits[0]: the soft limit of RLIMIT_NOFILE, 20, is above the hard limit, 10");
  CHECK_THROWS_WITH(launch([](auto& process) {
                      process.rlimits = {{"RLIMIT_CPU", 1, 1}, {"RLIMIT_CPU", 2, 2}};
                    }),
                    "process.rlimits: RLIMIT_CPU is there more than once");
}

TEST_CASE("a scheduler has settings that go with its policy", "[config]") {
  auto scheduler = scheduler_of("SCHED_FIFO", 0, 3);
  scheduler.flags = {"SCHED_FLAG_RESET_ON_FORK"};
  const auto plan = launch_with(scheduler);
  CHECK(plan.scheduler->policy == SCHED_FIFO);
  CHECK(plan.scheduler->priority == 3);
  CHECK(plan.scheduler->flags == 1);
  const auto refused = [](const spec::Scheduler& wanted, const char* why) {
    CHECK_THROWS_WITH(launch_with(wanted), why);
  };
  refused({}, "scheduler policy is required");
  refused(scheduler_of("SCHED_X"),
          "process.scheduler.policy: invalid scheduler policy: SCHED_X (did you mean \"SCHED_RR\"?)");
  refused(scheduler_of("SCHED_OTHER", 20), "invalid scheduler.nice: 20");
  refused(scheduler_of("SCHED_RR", 0, 100), "invalid scheduler.priority: 100");
  refused(scheduler_of("SCHED_OTHER", 0, 1),
          "scheduler.priority can only be specified for SchedFIFO or SchedRR policy");
  refused(scheduler_of("SCHED_RR", 0, 1, 1),
          "scheduler runtime/deadline/period can only be specified for SchedDeadline policy");
}

TEST_CASE("a deadline does not go beside a cpuset of the container's own", "[config]") {
  auto plan = launch_with(scheduler_of("SCHED_DEADLINE"));
  spec::Linux platform;
  config::add_platform(plan, platform);
  CHECK_FALSE(plan.scheduler->beside_cpuset);
  platform.resources.emplace().cpu.emplace().cpus = "0";
  config::add_platform(plan, platform);
  CHECK(plan.scheduler->beside_cpuset);
}

TEST_CASE("an I/O priority is class and level in one number", "[config]") {
  const auto plan = launch([](auto& process) { process.io_priority = spec::IoPriority{"IOPRIO_CLASS_BE", 4}; });
  CHECK(plan.io_priority == ((2 << 13) | 4));
  CHECK_THROWS_WITH(launch([](auto& process) {
                      process.io_priority = spec::IoPriority{"IOPRIO_CLASS_BE", 8};
                    }),
                    "invalid ioPriority.Priority: 8");
  CHECK_THROWS_WITH(launch([](auto& process) {
                      process.io_priority = spec::IoPriority{"X", 1};
                    }),
                    "process.ioPriority.class: invalid ioPriority.Class: \"X\" (known are IOPRIO_CLASS_RT, "
                    "IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE)");
}

TEST_CASE("a memory policy has nodes or none, as its mode wants", "[config]") {
  const auto plan = [](const char* mode, const char* nodes) {
    process::Launch launch;
    spec::Linux platform;
    platform.memory_policy = spec::MemoryPolicy{mode, nodes, {}};
    config::add_platform(launch, platform);
    return launch.memory_policy->nodes;
  };
  CHECK(plan("MPOL_INTERLEAVE", "0-1") == std::vector<std::uint64_t>{3});
  CHECK(plan("MPOL_DEFAULT", "").empty());
  CHECK_THROWS_WITH(plan("MPOL_LOCAL", "0"), "memory policy mode requires 0 nodes but got 1");
  CHECK_THROWS_WITH(plan("MPOL_BIND", ""), "memory policy mode requires at least one node but got 0");
  CHECK_THROWS_WITH(plan("mpol_bin", ""),
                    "linux.memoryPolicy.mode: invalid memory policy mode \"mpol_bin\" (did you mean \"MPOL_BIND\"?)");
  CHECK_THROWS_WITH(plan("MPOL_BIND", "x"), Catch::StartsWith("invalid memory policy nodes \"x\": "));
}

TEST_CASE("an exec starts on its initial CPUs and ends on its final ones", "[config]") {
  auto process = shell();
  CHECK(config::plan_final_affinity(process).empty());
  CHECK(config::plan_host_settings(process).initial_affinity.empty());
  process.exec_cpu_affinity = spec::ExecCpuAffinity{.initial = "1", .final = {}};
  CHECK(config::plan_host_settings(process).initial_affinity == std::vector<std::uint64_t>{2});
  CHECK(config::plan_final_affinity(process) == std::vector<std::uint64_t>{2});
  process.exec_cpu_affinity->final = "0,2";
  CHECK(config::plan_final_affinity(process) == std::vector<std::uint64_t>{5});
  process.exec_cpu_affinity->initial = "3-1";
  CHECK_THROWS_WITH(config::plan_host_settings(process), Catch::StartsWith("bad CPU affinity: "));
}
