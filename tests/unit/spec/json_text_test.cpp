// SPDX-License-Identifier: Apache-2.0
#include "corten/json_text.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "spec/config.hpp"

namespace corten::spec {
namespace {

/// Every kind of member: numbers, texts, lists, objects, what is not set, objects with names that are data.
Config everything() {
  auto config = parse_config(default_config(true, 1000, 1000, true));
  config.annotations = {{"a", "quote \" and \\ and \n"}, {"b", ""}};
  config.process->user.umask = 0;
  config.process->scheduler = Scheduler{.policy = "SCHED_DEADLINE", .flags = {"x"}, .runtime = 1};
  config.hooks.poststop = {{.path = "/bin/hook", .args = {"hook"}, .env = {"A=b"}, .timeout = 0}};
  auto& platform = *config.platform;
  platform.sysctl = {{"net.ipv4.ip_forward", "1"}};
  platform.net_devices = {{"eth0", "ceth0"}, {"eth1", ""}};
  platform.time_offsets = {{"boottime", -5, 7}};
  platform.seccomp = Seccomp{.default_action = "SCMP_ACT_ALLOW", .flags = std::vector<std::string>{}};
  platform.seccomp->syscalls = {
      {.names = {"mount"}, .action = "SCMP_ACT_ERRNO", .errno_ret = 0, .args = {{1, 2, 3, "SCMP_CMP_EQ"}}}};
  auto& resources = platform.resources.emplace();
  resources.devices = {{.allow = true, .type = "c", .major = 1, .minor = -1, .access = "rwm"}};
  resources.pids_limit = -1;
  resources.memory.emplace().limit = 1LL << 40U;
  resources.memory->swappiness = 0;
  resources.cpu.emplace().idle = 1;
  resources.rdma = {{"mlx5_1", 3, {}}};
  resources.unified = {{"memory.high", "1"}};
  return config;
}

}  // namespace

TEST_CASE("what is written of a configuration is read as the same", "[spec]") {
  const auto text = to_json(everything());
  const auto again = parse_config(text);
  CHECK(to_json(again) == text);
  CHECK(again.annotations == everything().annotations);
  CHECK(again.process->user.umask == 0U);
  CHECK_FALSE(again.process->oom_score_adj);
  CHECK(again.platform->net_devices[1].host_name == "eth1");
  CHECK(again.platform->time_offsets[0].secs == -5);
  CHECK(again.platform->seccomp->flags);
  CHECK(again.platform->resources->pids_limit == -1);
  CHECK(again.platform->resources->rdma[0].hca_handles == 3U);
  CHECK_FALSE(again.platform->resources->rdma[0].hca_objects);
}

TEST_CASE("what is empty or not set is left out", "[spec]") {
  CHECK(to_json(Root{.path = "rootfs"}) == R"({"path":"rootfs","readonly":false})");
  CHECK(to_json(Resources{}) == "{}");
  CHECK(to_json(Hook{.path = "a\x01\"\\"}) == R"({"path":"a\u0001\"\\"})");
}

}  // namespace corten::spec
