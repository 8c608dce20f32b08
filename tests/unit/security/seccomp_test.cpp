// SPDX-License-Identifier: Apache-2.0
#include "security/seccomp.hpp"

#include <seccomp.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "filter_machine.hpp"

using namespace corten;
using namespace corten::security;

namespace {

constexpr std::uint32_t x32 = 0x40000000;
constexpr std::uint32_t permitted = SECCOMP_RET_ALLOW;
constexpr std::uint32_t refused(std::uint32_t code) { return SECCOMP_RET_ERRNO | code; }

FilterRule rule(std::vector<std::string> names, std::string action, std::vector<FilterArgument> arguments = {}) {
  return {std::move(names), std::move(action), {}, std::move(arguments)};
}

FilterSource profile(std::string default_action, std::vector<FilterRule> rules) {
  FilterSource source;
  source.default_action = std::move(default_action);
  source.architectures = {"SCMP_ARCH_X86_64"};
  source.flags.emplace();
  source.rules = std::move(rules);
  return source;
}

std::uint32_t number_of(const std::string& name, std::uint32_t arch = SCMP_ARCH_X86_64) {
  const int number = ::seccomp_syscall_resolve_name_arch(arch, name.c_str());
  REQUIRE(number >= 0);
  return static_cast<std::uint32_t>(number);
}

SystemCall call(const std::string& name, std::array<std::uint64_t, 6> arguments = {}) {
  return {AUDIT_ARCH_X86_64, number_of(name), arguments};
}

FilterMachine machine(const FilterSource& source) { return FilterMachine{compile(source).program}; }

/// The answer to mkdir where its rule has `action`.
std::uint32_t answer(const std::string& action, std::optional<std::uint32_t> errno_ret = {}) {
  auto source = profile("SCMP_ACT_ALLOW", {rule({"mkdir"}, action)});
  source.rules[0].errno_ret = errno_ret;
  source.has_listener = true;
  const auto filter = machine(source);
  CHECK(filter.run(call("rmdir")) == permitted);
  return filter.run(call("mkdir"));
}

}  // namespace

TEST_CASE("each action has the kernel's value", "[security]") {
  CHECK(answer("SCMP_ACT_KILL") == SECCOMP_RET_KILL_THREAD);
  CHECK(answer("SCMP_ACT_KILL_THREAD") == SECCOMP_RET_KILL_THREAD);
  CHECK(answer("SCMP_ACT_KILL_PROCESS") == SECCOMP_RET_KILL_PROCESS);
  CHECK(answer("SCMP_ACT_TRAP") == SECCOMP_RET_TRAP);
  CHECK(answer("SCMP_ACT_LOG") == SECCOMP_RET_LOG);
  CHECK(answer("SCMP_ACT_NOTIFY") == SECCOMP_RET_USER_NOTIF);
  CHECK(answer("SCMP_ACT_ERRNO") == refused(EPERM));
  CHECK(answer("SCMP_ACT_ERRNO", 0) == refused(0));
  CHECK(answer("SCMP_ACT_ERRNO", ENETDOWN) == refused(ENETDOWN));
  CHECK(answer("SCMP_ACT_ERRNO", 4094) == refused(4094));
  CHECK(answer("SCMP_ACT_TRACE") == (SECCOMP_RET_TRACE | EPERM));
  CHECK(answer("SCMP_ACT_TRACE", 65535) == (SECCOMP_RET_TRACE | 65535));
}

TEST_CASE("the default action answers for all calls without a rule", "[security]") {
  auto source = profile("SCMP_ACT_ERRNO", {rule({"read", "openat2"}, "SCMP_ACT_ALLOW")});
  source.default_errno_ret = EACCES;
  const auto filter = machine(source);
  CHECK(filter.run(call("read")) == permitted);
  CHECK(filter.run(call("openat2")) == permitted);
  CHECK(filter.run(call("write")) == refused(EACCES));
}

TEST_CASE("each operator compares all 64 bits of its argument", "[security]") {
  constexpr std::uint64_t value = 0x100000005;
  const auto matches = [&](const std::string& op, std::uint64_t argument) {
    const auto filter =
        machine(profile("SCMP_ACT_ALLOW", {rule({"personality"}, "SCMP_ACT_ERRNO", {{0, value, 0, op}})}));
    return filter.run(call("personality", {argument})) == refused(EPERM);
  };
  for (const std::uint64_t argument :
       {std::uint64_t{0}, std::uint64_t{5}, value - 1, value, value + 1, 2 * value, ~0UL}) {
    CAPTURE(argument);
    CHECK(matches("SCMP_CMP_EQ", argument) == (argument == value));
    CHECK(matches("SCMP_CMP_NE", argument) == (argument != value));
    CHECK(matches("SCMP_CMP_LT", argument) == (argument < value));
    CHECK(matches("SCMP_CMP_LE", argument) == (argument <= value));
    CHECK(matches("SCMP_CMP_GT", argument) == (argument > value));
    CHECK(matches("SCMP_CMP_GE", argument) == (argument >= value));
  }
}

TEST_CASE("SCMP_CMP_MASKED_EQ has its mask in value and what must be left in valueTwo", "[security]") {
  // Docker's rule for clone(2): none of the namespace flags.
  constexpr std::uint64_t namespaces = 0x7E020000;
  const auto filter = machine(
      profile("SCMP_ACT_ERRNO", {rule({"clone"}, "SCMP_ACT_ALLOW", {{0, namespaces, 0, "SCMP_CMP_MASKED_EQ"}})}));
  CHECK(filter.run(call("clone", {0x11})) == permitted);
  CHECK(filter.run(call("clone", {0x1200011})) == permitted);
  CHECK(filter.run(call("clone", {0x10000000})) == refused(EPERM));
  CHECK(filter.run(call("clone", {0x20011})) == refused(EPERM));
}

TEST_CASE("comparisons of several arguments must all hold", "[security]") {
  const auto filter = machine(profile(
      "SCMP_ACT_ALLOW", {rule({"socket"}, "SCMP_ACT_ERRNO", {{0, 40, 0, "SCMP_CMP_EQ"}, {1, 1, 0, "SCMP_CMP_EQ"}})}));
  CHECK(filter.run(call("socket", {40, 1})) == refused(EPERM));
  CHECK(filter.run(call("socket", {40, 2})) == permitted);
  CHECK(filter.run(call("socket", {41, 1})) == permitted);
}

TEST_CASE("of several comparisons of one argument one is enough, as with runc", "[security]") {
  const auto filter = machine(profile(
      "SCMP_ACT_ALLOW", {rule({"socket"}, "SCMP_ACT_ERRNO", {{0, 40, 0, "SCMP_CMP_EQ"}, {0, 16, 0, "SCMP_CMP_EQ"}})}));
  CHECK(filter.run(call("socket", {40})) == refused(EPERM));
  CHECK(filter.run(call("socket", {16})) == refused(EPERM));
  CHECK(filter.run(call("socket", {2})) == permitted);
}

TEST_CASE("rules with comparisons of one call stand beside each other", "[security]") {
  const auto filter =
      machine(profile("SCMP_ACT_ERRNO", {rule({"personality"}, "SCMP_ACT_ALLOW", {{0, 0, 0, "SCMP_CMP_EQ"}}),
                                         rule({"personality"}, "SCMP_ACT_ALLOW", {{0, 8, 0, "SCMP_CMP_EQ"}})}));
  CHECK(filter.run(call("personality", {0})) == permitted);
  CHECK(filter.run(call("personality", {8})) == permitted);
  CHECK(filter.run(call("personality", {4})) == refused(EPERM));
}

TEST_CASE("a rule that says what the default says is skipped", "[security]") {
  const auto filter =
      machine(profile("SCMP_ACT_ALLOW", {rule({"mkdir"}, "SCMP_ACT_ALLOW"), rule({"rmdir"}, "SCMP_ACT_ERRNO")}));
  CHECK(filter.run(call("mkdir")) == permitted);
  CHECK(filter.run(call("rmdir")) == refused(EPERM));
}

TEST_CASE("system calls that nobody knows are skipped", "[security]") {
  const auto filter = machine(profile("SCMP_ACT_ERRNO", {rule({"no_such_call", "mkdir", "MKDIR"}, "SCMP_ACT_ALLOW")}));
  CHECK(filter.run(call("mkdir")) == permitted);
  CHECK(filter.run(call("rmdir")) != permitted);
}

TEST_CASE("calls of an architecture that is not listed kill the thread", "[security]") {
  auto source = profile("SCMP_ACT_ALLOW", {rule({"mkdir"}, "SCMP_ACT_ERRNO")});
  const SystemCall foreign{AUDIT_ARCH_AARCH64, 0, {}};
  const SystemCall i386{AUDIT_ARCH_I386, 39, {}};  // mkdir
  CHECK(machine(source).run(foreign) == SECCOMP_RET_KILL_THREAD);
  CHECK(machine(source).run(i386) == SECCOMP_RET_KILL_THREAD);
  source.architectures = {"SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_X86"};
  const auto filter = machine(source);
  CHECK(filter.run(foreign) == permitted);
  CHECK(filter.run(i386) == refused(EPERM));
  CHECK(filter.run(call("mkdir")) == refused(EPERM));
  CHECK(filter.run({AUDIT_ARCH_X86_64, number_of("mkdir", SCMP_ARCH_X32), {}}) == refused(EPERM));
}

TEST_CASE("calls newer than any that the profile names get ENOSYS", "[security]") {
  auto source = profile("SCMP_ACT_ERRNO", {rule({"read", "openat2"}, "SCMP_ACT_ALLOW")});
  source.architectures = {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86"};
  const auto newest = number_of("openat2");
  const auto filter = machine(source);
  CHECK(filter.run({AUDIT_ARCH_X86_64, newest, {}}) == permitted);
  CHECK(filter.run({AUDIT_ARCH_X86_64, newest - 1, {}}) == refused(EPERM));
  CHECK(filter.run({AUDIT_ARCH_X86_64, newest + 1, {}}) == refused(ENOSYS));
  CHECK(filter.run({AUDIT_ARCH_X86_64, x32 + newest + 1, {}}) == SECCOMP_RET_KILL_THREAD);  // x32 is not listed
  CHECK(filter.run({AUDIT_ARCH_I386, 1000, {}}) == refused(ENOSYS));
  CHECK(filter.run({AUDIT_ARCH_I386, 2, {}}) == refused(EPERM));
}

TEST_CASE("a profile that allows, logs or traces what it does not know sees new calls itself", "[security]") {
  for (const auto& [action, value] :
       {std::pair{"SCMP_ACT_ALLOW", permitted}, std::pair{"SCMP_ACT_LOG", SECCOMP_RET_LOG},
        std::pair{"SCMP_ACT_TRACE", SECCOMP_RET_TRACE | EPERM}}) {
    CHECK(machine(profile(action, {rule({"read"}, "SCMP_ACT_KILL")})).run({AUDIT_ARCH_X86_64, 900, {}}) == value);
  }
  CHECK(machine(profile("SCMP_ACT_KILL", {rule({"openat2"}, "SCMP_ACT_ALLOW")})).run({AUDIT_ARCH_X86_64, 900, {}}) ==
        refused(ENOSYS));
}

TEST_CASE("a large profile answers as its rules say, for each call and architecture", "[security]") {
  FilterRule allowed = rule({}, "SCMP_ACT_ALLOW");
  for (int number = 0; number < 300; number += 2) {
    char* name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, number);
    if (name == nullptr) continue;
    allowed.names.emplace_back(name);
    ::free(name);
  }
  auto source = profile("SCMP_ACT_ERRNO", {allowed});
  source.architectures.emplace_back("SCMP_ARCH_X86");
  const auto filter = machine(source);
  for (std::uint32_t number = 0; number <= 298; ++number) {
    CAPTURE(number);
    char* name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, static_cast<int>(number));
    const bool listed = std::find(allowed.names.begin(), allowed.names.end(), name) != allowed.names.end();
    CHECK(filter.run({AUDIT_ARCH_X86_64, number, {}}) == (listed ? permitted : refused(EPERM)));
    ::free(name);
  }
}

TEST_CASE("a filter with a notify rule has a listener", "[security]") {
  auto source = profile("SCMP_ACT_ALLOW", {rule({"mkdir"}, "SCMP_ACT_NOTIFY")});
  source.has_listener = true;
  const auto plan = compile(source);
  CHECK(plan.notify);
  CHECK(plan.flags == SECCOMP_FILTER_FLAG_NEW_LISTENER);
  source.rules.clear();
  CHECK_FALSE(compile(source).notify);
  CHECK(compile(source).flags == 0);
}

TEST_CASE("a filter too large for the kernel is an error before anything is started", "[security]") {
  FilterSource source = profile("SCMP_ACT_ERRNO", {});
  for (std::uint64_t i = 0; i < 2000; ++i) {
    source.rules.push_back(rule({"ioctl"}, "SCMP_ACT_ALLOW", {{1, i << 33U | i, 0, "SCMP_CMP_EQ"}}));
  }
  CHECK_THROWS_WITH(compile(source),
                    Catch::Contains("linux.seccomp: the filter has") && Catch::Contains("the kernel takes 4096"));
}
