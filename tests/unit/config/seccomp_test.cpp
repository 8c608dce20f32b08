// SPDX-License-Identifier: Apache-2.0
#include "config/seccomp.hpp"

#include <catch2/catch.hpp>

using namespace corten;

TEST_CASE("neither a default action nor a system call is no filter", "[config]") {
  spec::Seccomp seccomp;
  seccomp.architectures = {"SCMP_ARCH_X86"};
  CHECK_FALSE(config::plan_filter(seccomp, {}).has_value());
  seccomp.default_action = "SCMP_ACT_ALLOW";
  CHECK(config::plan_filter(seccomp, {}).has_value());
  seccomp.default_action.clear();
  seccomp.syscalls.emplace_back();
  CHECK(config::plan_filter(seccomp, {}).has_value());
}

TEST_CASE("a filter is taken over field by field", "[config]") {
  spec::Seccomp seccomp;
  seccomp.default_action = "SCMP_ACT_ERRNO";
  seccomp.default_errno_ret = 38;
  seccomp.architectures = {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86"};
  seccomp.flags = {"SECCOMP_FILTER_FLAG_LOG"};
  seccomp.syscalls = {{{"read", "write"}, "SCMP_ACT_ALLOW", {}, {}},
                      {{"clone"}, "SCMP_ACT_ERRNO", 1, {{2, 3, 4, "SCMP_CMP_MASKED_EQ"}}}};
  const auto source = config::plan_filter(seccomp, {});
  REQUIRE(source.has_value());
  CHECK(source->default_action == "SCMP_ACT_ERRNO");
  CHECK(source->default_errno_ret == 38U);
  CHECK(source->architectures == seccomp.architectures);
  CHECK(source->flags == seccomp.flags);
  CHECK_FALSE(source->has_listener);
  REQUIRE(source->rules.size() == 2);
  CHECK(source->rules[0].names == std::vector<std::string>{"read", "write"});
  CHECK_FALSE(source->rules[0].errno_ret.has_value());
  CHECK(source->rules[1].action == "SCMP_ACT_ERRNO");
  CHECK(source->rules[1].errno_ret == 1U);
  REQUIRE(source->rules[1].arguments.size() == 1);
  CHECK(source->rules[1].arguments[0].index == 2);
  CHECK(source->rules[1].arguments[0].value == 3);
  CHECK(source->rules[1].arguments[0].value_two == 4);
  CHECK(source->rules[1].arguments[0].op == "SCMP_CMP_MASKED_EQ");
}

TEST_CASE("unknown system calls are refused where that is asked for", "[config]") {
  spec::Seccomp seccomp;
  seccomp.default_action = "SCMP_ACT_ALLOW";
  CHECK_FALSE(config::plan_filter(seccomp, {})->refuse_unknown);
  config::Annotations annotations;
  annotations.refuse_unknown_calls = true;
  CHECK(config::plan_filter(seccomp, annotations)->refuse_unknown);
}

TEST_CASE("a listener is there when the spec names its path", "[config]") {
  spec::Seccomp seccomp;
  seccomp.default_action = "SCMP_ACT_ALLOW";
  seccomp.listener_path = "/run/agent.sock";
  CHECK(config::plan_filter(seccomp, {})->has_listener);
}
