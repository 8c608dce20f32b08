// SPDX-License-Identifier: Apache-2.0
// Calls that are newer than libseccomp: their numbers, and that their rules answer as those of older calls.
#include "security/kernel_calls.hpp"

#include <seccomp.h>

#include <catch2/catch.hpp>
#include <random>

#include "filter_machine.hpp"
#include "security/seccomp.hpp"

using namespace corten;
using namespace corten::security;

namespace {

constexpr std::uint32_t x32 = 0x40000000;
constexpr std::uint32_t permitted = SECCOMP_RET_ALLOW;
constexpr std::uint32_t refused(std::uint32_t code) { return SECCOMP_RET_ERRNO | code; }

struct Place {
  const char* name;
  std::uint32_t token, arch, first;  // libseccomp's architecture, the kernel's, where its numbers begin
};
constexpr Place places[] = {
    {"SCMP_ARCH_X86_64", SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, 0},
    {"SCMP_ARCH_X86", SCMP_ARCH_X86, AUDIT_ARCH_I386, 0},
    {"SCMP_ARCH_X32", SCMP_ARCH_X32, AUDIT_ARCH_X86_64, x32},
    {"SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64, AUDIT_ARCH_AARCH64, 0},
    {"SCMP_ARCH_ARM", SCMP_ARCH_ARM, AUDIT_ARCH_ARM, 0},
    {"SCMP_ARCH_MIPSEL", SCMP_ARCH_MIPSEL, AUDIT_ARCH_MIPSEL, 4000},
    {"SCMP_ARCH_MIPSEL64", SCMP_ARCH_MIPSEL64, AUDIT_ARCH_MIPSEL64, 5000},
    {"SCMP_ARCH_MIPSEL64N32", SCMP_ARCH_MIPSEL64N32, AUDIT_ARCH_MIPSEL64N32, 6000},
    {"SCMP_ARCH_PPC64LE", SCMP_ARCH_PPC64LE, AUDIT_ARCH_PPC64LE, 0},
    {"SCMP_ARCH_RISCV64", SCMP_ARCH_RISCV64, AUDIT_ARCH_RISCV64, 0},
};
constexpr std::uint32_t mseal = 462;

FilterRule rule(std::vector<std::string> names, std::string action, std::vector<FilterArgument> arguments = {}) {
  return {std::move(names), std::move(action), {}, std::move(arguments)};
}

FilterSource profile(std::string default_action, std::vector<FilterRule> rules) {
  FilterSource source;
  source.default_action = std::move(default_action);
  for (const auto& place : places) source.architectures.emplace_back(place.name);
  source.flags.emplace();
  source.rules = std::move(rules);
  return source;
}

FilterMachine machine(const FilterSource& source) { return FilterMachine{compile(source).program}; }

/// The program's answer, or nothing where there is no program.
std::optional<std::uint32_t> answer(const std::optional<FilterMachine>& filter, std::uint32_t number, std::uint64_t a,
                                    std::uint64_t b) {
  if (!filter) return std::nullopt;
  return filter->run({AUDIT_ARCH_X86_64, number, {a, b}});
}

std::optional<FilterMachine> try_machine(const FilterSource& source) {
  try {
    return machine(source);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

TEST_CASE("a call has the same number everywhere, from where the architecture's begin", "[security]") {
  for (const auto& place : places) {
    CAPTURE(place.name);
    CHECK(call_number(place.token, "mseal") == static_cast<int>(place.first + mseal));
    CHECK(call_number(place.token, "rseq_slice_yield") == static_cast<int>(place.first + 471));
    CHECK(call_number(place.token, "read") == libseccomp_number(place.token, "read"));
    CHECK(call_number(place.token, "no_such_call") == __NR_SCMP_ERROR);
  }
}

TEST_CASE("a call that an architecture lacks has no number there", "[security]") {
  CHECK(call_number(SCMP_ARCH_X86_64, "uretprobe") == 335);
  CHECK(call_number(SCMP_ARCH_X32, "uretprobe") == static_cast<int>(x32 + 335));
  CHECK(call_number(SCMP_ARCH_RISCV64, "riscv_hwprobe") == 258);
  CHECK(call_number(SCMP_ARCH_X86, "uretprobe") < 0);
  CHECK(call_number(SCMP_ARCH_AARCH64, "riscv_hwprobe") < 0);
  CHECK(call_number(SCMP_ARCH_ARM, "memfd_secret") < 0);
  CHECK(is_kernel_call("riscv_hwprobe"));
  CHECK_FALSE(is_kernel_call("no_such_call"));
  CHECK_FALSE(kernel_headers().empty());
}

TEST_CASE("where libseccomp knows a call our table has its number, too", "[security]") {
  for (const auto& place : places) {
    for (std::uint32_t number = 424; number < 480; ++number) {
      char* name = ::seccomp_syscall_resolve_num_arch(place.token, static_cast<int>(place.first + number));
      if (name == nullptr) continue;
      CAPTURE(place.name, name);
      CHECK(is_kernel_call(name));
      CHECK(call_number(place.token, name) == static_cast<int>(place.first + number));
      ::free(name);
    }
  }
}

// Value: linux.seccomp.architectures=SCMP_ARCH_{X86_64,X86,X32,AARCH64,ARM,MIPSEL,MIPSEL64,MIPSEL64N32,PPC64LE,RISCV64}
TEST_CASE("a new call is denied on every architecture, and others pass", "[security]") {
  const auto filter = machine(profile("SCMP_ACT_ALLOW", {rule({"mseal", "listmount", "mkdirat"}, "SCMP_ACT_ERRNO")}));
  for (const auto& place : places) {
    CAPTURE(place.name);
    CHECK(filter.run({place.arch, place.first + mseal, {}}) == refused(EPERM));
    CHECK(filter.run({place.arch, place.first + 458, {}}) == refused(EPERM));
    CHECK(filter.run({place.arch, place.first + 457, {}}) == permitted);
    CHECK(filter.run({place.arch, place.first + 463, {}}) == permitted);
    const auto mkdirat = static_cast<std::uint32_t>(libseccomp_number(place.token, "mkdirat"));
    CHECK(filter.run({place.arch, mkdirat, {}}) == refused(EPERM));
  }
  CHECK(filter.run({AUDIT_ARCH_SPARC, mseal, {}}) == SECCOMP_RET_KILL_THREAD);  // not listed
}

TEST_CASE("a new call that is allowed is among those that the profile knows", "[security]") {
  const auto filter = machine(profile("SCMP_ACT_ERRNO", {rule({"read", "mseal"}, "SCMP_ACT_ALLOW")}));
  for (const auto& place : places) {
    CAPTURE(place.name);
    CHECK(filter.run({place.arch, place.first + mseal, {}}) == permitted);
    CHECK(filter.run({place.arch, place.first + mseal - 1, {}}) == refused(EPERM));
    CHECK(filter.run({place.arch, place.first + mseal + 1, {}}) == refused(ENOSYS));
  }
}

TEST_CASE("each action works for new calls", "[security]") {
  const auto answers = [](const std::string& action, std::optional<std::uint32_t> errno_ret = {}) {
    auto source = profile("SCMP_ACT_ALLOW", {rule({"mseal"}, action)});
    source.rules[0].errno_ret = errno_ret;
    source.has_listener = true;
    const auto plan = compile(source);
    CHECK(plan.notify == (action == "SCMP_ACT_NOTIFY"));
    return FilterMachine{plan.program}.run({AUDIT_ARCH_X86_64, mseal, {}});
  };
  CHECK(answers("SCMP_ACT_KILL_THREAD") == SECCOMP_RET_KILL_THREAD);
  CHECK(answers("SCMP_ACT_KILL_PROCESS") == SECCOMP_RET_KILL_PROCESS);
  CHECK(answers("SCMP_ACT_TRAP") == SECCOMP_RET_TRAP);
  CHECK(answers("SCMP_ACT_LOG") == SECCOMP_RET_LOG);
  CHECK(answers("SCMP_ACT_NOTIFY") == SECCOMP_RET_USER_NOTIF);
  CHECK(answers("SCMP_ACT_TRACE", 7) == (SECCOMP_RET_TRACE | 7U));
  CHECK(answers("SCMP_ACT_ERRNO", 99) == refused(99));
}

TEST_CASE("conditions on a new call compare as wide as the architecture passes arguments", "[security]") {
  const auto filter =
      machine(profile("SCMP_ACT_ALLOW", {rule({"mseal"}, "SCMP_ACT_ERRNO", {{1, 5, 0, "SCMP_CMP_GT"}})}));
  for (const auto& place : places) {
    CAPTURE(place.name);
    CHECK(filter.run({place.arch, place.first + mseal, {9, 5}}) == permitted);
    CHECK(filter.run({place.arch, place.first + mseal, {0, 6}}) == refused(EPERM));
  }
  CHECK(filter.run({AUDIT_ARCH_X86_64, mseal, {0, 0x100000000}}) == refused(EPERM));
  CHECK(filter.run({AUDIT_ARCH_X86_64, x32 + mseal, {0, 0x100000000}}) == permitted);
  CHECK(filter.run({AUDIT_ARCH_I386, mseal, {0, 0x100000000}}) == permitted);
}

TEST_CASE("a call that libseccomp has on some of the architectures has its rule on all", "[security]") {
  const auto filter = machine(profile("SCMP_ACT_ALLOW", {rule({"map_shadow_stack"}, "SCMP_ACT_ERRNO")}));
  for (const auto& place : places) {
    CAPTURE(place.name);
    CHECK(filter.run({place.arch, place.first + 453, {}}) == refused(EPERM));
  }
}

TEST_CASE("rules with different actions answer for a new call as libseccomp has it for an old one", "[security]") {
  std::mt19937 engine{20240131};
  const auto below = [&](unsigned limit) { return std::uniform_int_distribution<unsigned>{0, limit - 1}(engine); };
  constexpr std::array ordered{"SCMP_CMP_EQ", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_GE", "SCMP_CMP_GT"};
  std::size_t compared = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<FilterRule> rules;
    for (std::uint32_t i = 0; i < 2 + below(3); ++i) {
      rules.push_back(rule({"personality"}, "SCMP_ACT_ERRNO"));
      rules.back().errno_ret = 1 + i;
      // "Equal" and unconditional rules beside each other, or orders with a value of their own.
      if (round % 2 == 1) {
        rules.back().arguments.push_back({below(2), 2 * i + 4 * below(2), 0, ordered.at(below(ordered.size()))});
      } else if (below(6) != 0) {
        const auto first = below(2);
        for (auto at = first; at <= first + below(2) && at < 2; ++at) {
          rules.back().arguments.push_back({at, below(3), 0, "SCMP_CMP_EQ"});
        }
      }
    }
    auto source = profile("SCMP_ACT_ALLOW", rules);
    source.architectures = {"SCMP_ARCH_X86_64"};
    const auto old = try_machine(source);
    for (auto& each : source.rules) each.names = {"mseal"};
    const auto now = try_machine(source);
    CAPTURE(round);
    // Ours refuses two actions for one condition also where libseccomp has dropped the first as never reached.
    REQUIRE((old.has_value() || !now.has_value()));
    if (!old || !now) continue;
    for (std::uint64_t a = 0; a < 9; ++a) {
      for (std::uint64_t b = 0; b < 9; ++b) CHECK(answer(old, 135, a, b) == answer(now, mseal, a, b));
    }
    ++compared;
  }
  CHECK(compared > 100);
}

TEST_CASE("a call that nobody knows can be refused, one that another architecture has not", "[security]") {
  auto source = profile("SCMP_ACT_ALLOW", {rule({"_newselect", "arm_fadvise64_64", "modify_ldt"}, "SCMP_ACT_ERRNO"),
                                           rule({"riscv_hwprobe", "mseal", "listns"}, "SCMP_ACT_ERRNO")});
  source.architectures = {"SCMP_ARCH_X86_64"};
  source.refuse_unknown = true;
  CHECK_NOTHROW(compile(source));
  source.rules[1].names.emplace_back("no_such_call");
  CHECK_THROWS_WITH(compile(source), "linux.seccomp.syscalls[1].names[3]: unknown seccomp syscall \"no_such_call\"");
  source.refuse_unknown = false;
  CHECK_NOTHROW(compile(source));
}
