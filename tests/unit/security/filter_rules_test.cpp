// SPDX-License-Identifier: Apache-2.0
#include "security/filter_rules.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "security/seccomp_tables.hpp"

using namespace corten;
using namespace corten::security;
using Catch::Contains;
using Catch::StartsWith;

namespace {

FilterSource profile() {
  FilterSource source;
  source.default_action = "SCMP_ACT_ERRNO";
  source.architectures = {"SCMP_ARCH_X86_64"};
  source.flags.emplace();
  source.rules = {{{"read"}, "SCMP_ACT_ALLOW", {}, {}}, {{"socket"}, "SCMP_ACT_ALLOW", {}, {{0, 1, 0, "SCMP_CMP_EQ"}}}};
  return source;
}

template <class Change>
FilterSource changed(Change&& change) {
  auto source = profile();
  change(source);
  return source;
}

}  // namespace

TEST_CASE("names that are not known are errors that say where, and what is", "[security]") {
  CHECK_THROWS_WITH(
      check_filter(changed([](auto& source) { source.default_action = "ALLOW"; })),
      StartsWith("linux.seccomp.defaultAction: string ALLOW is not a valid action for seccomp; valid are ") &&
          Contains("SCMP_ACT_ALLOW, ") && Contains(", SCMP_ACT_TRAP"));
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) { source.rules[1].action = ""; })),
                    StartsWith("linux.seccomp.syscalls[1].action: string  is not a valid action for seccomp"));
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) { source.rules[1].arguments[0].op = "EQ"; })),
                    StartsWith("linux.seccomp.syscalls[1].args[0].op: string EQ is not a valid operator for seccomp") &&
                        Contains("SCMP_CMP_MASKED_EQ"));
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) { source.architectures.emplace_back("amd64"); })),
                    StartsWith("linux.seccomp.architectures[1]: string amd64 is not a valid arch for seccomp") &&
                        Contains("SCMP_ARCH_X86_64"));
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) {
                      source.flags = {"SECCOMP_FILTER_FLAG_LOG", "LOG"};
                    })),
                    StartsWith("linux.seccomp.flags[1]: seccomp flag LOG is not known to corten; known are ") &&
                        Contains("SECCOMP_FILTER_FLAG_SPEC_ALLOW"));
}

TEST_CASE("an errno for an action that has none is an error, as the spec demands", "[security]") {
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) { source.rules[0].errno_ret = 1; })),
                    "linux.seccomp.syscalls[0].errnoRet: SCMP_ACT_ALLOW takes no errno");
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) {
                      source.default_action = "SCMP_ACT_KILL_PROCESS";
                      source.default_errno_ret = 0;
                    })),
                    "linux.seccomp.defaultErrnoRet: SCMP_ACT_KILL_PROCESS takes no errno");
}

TEST_CASE("an errno that the kernel would cut is an error", "[security]") {
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) { source.default_errno_ret = 4095; })),
                    "linux.seccomp.defaultErrnoRet: 4095 is more than SCMP_ACT_ERRNO takes, which is 4094");
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) {
                      source.rules[0].action = "SCMP_ACT_TRACE";
                      source.rules[0].errno_ret = 65536;
                    })),
                    "linux.seccomp.syscalls[0].errnoRet: 65536 is more than SCMP_ACT_TRACE takes, which is 65535");
}

TEST_CASE("a system call has six arguments", "[security]") {
  CHECK_NOTHROW(check_filter(changed([](auto& source) { source.rules[1].arguments[0].index = 5; })));
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) { source.rules[1].arguments[0].index = 6; })),
                    StartsWith("linux.seccomp.syscalls[1].args[0].index: 6 is no argument of a system call"));
}

TEST_CASE("an empty name is no system call", "[security]") {
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) { source.rules[0].names.emplace_back(); })),
                    "linux.seccomp.syscalls[0].names[1]: empty string is not a valid syscall");
}

TEST_CASE("notify rules need somebody who listens, and must not stop init from saying so", "[security]") {
  const auto notify = [](FilterSource& source) {
    source.rules[0].action = "SCMP_ACT_NOTIFY";
    source.has_listener = true;
  };
  CHECK(check_filter(changed(notify)).notify);
  CHECK_THROWS_WITH(check_filter(changed([&](auto& source) {
                      notify(source);
                      source.has_listener = false;
                    })),
                    "linux.seccomp.listenerPath: seccomp listenerPath is not set");
  CHECK_THROWS_WITH(check_filter(changed([&](auto& source) {
                      notify(source);
                      source.rules[0].names = {"mkdir", "write"};
                    })),
                    "linux.seccomp.syscalls[0]: SCMP_ACT_NOTIFY cannot be used for the write syscall");
  CHECK_THROWS_WITH(check_filter(changed([](auto& source) { source.default_action = "SCMP_ACT_NOTIFY"; })),
                    "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action");
}

TEST_CASE("flags become the kernel's; TSYNC is taken and means nothing", "[security]") {
  const auto flags = [](std::vector<std::string> names) {
    return check_filter(changed([&](auto& source) { source.flags = std::move(names); })).flags;
  };
  CHECK(flags({}) == 0);
  CHECK(flags({"SECCOMP_FILTER_FLAG_TSYNC"}) == 0);
  CHECK(flags({"SECCOMP_FILTER_FLAG_LOG"}) == 2);
  CHECK(flags({"SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG"}) == 6);
}

TEST_CASE("no flags at all means SPEC_ALLOW, where an empty list means none", "[security]") {
  const auto checked = check_filter(changed([](auto& source) { source.flags.reset(); }));
  CHECK(checked.flags == (kernel_takes_flag(SECCOMP_FILTER_FLAG_SPEC_ALLOW) ? SECCOMP_FILTER_FLAG_SPEC_ALLOW : 0));
}

TEST_CASE("WAIT_KILLABLE_RECV is for filters that notify", "[security]") {
  const auto wait = [](FilterSource& source) { source.flags = {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"}; };
  if (!kernel_takes_flag(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)) {
    CHECK_THROWS_WITH(check_filter(changed(wait)), Contains("is not supported by this kernel"));
    return;
  }
  CHECK_THROWS_WITH(check_filter(changed(wait)),
                    "linux.seccomp.flags[0]: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs a rule with SCMP_ACT_NOTIFY");
  const auto both = check_filter(changed([&](auto& source) {
    wait(source);
    source.rules[0].action = "SCMP_ACT_NOTIFY";
    source.has_listener = true;
  }));
  CHECK(both.flags == (SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV | SECCOMP_FILTER_FLAG_NEW_LISTENER));
}

TEST_CASE("the tables are what features lists: sorted, and the flags as runc has them", "[security]") {
  for (const auto& names : {names_of(filter_actions), names_of(filter_operators), names_of(filter_architectures)}) {
    CHECK(std::is_sorted(names.begin(), names.end()));
  }
  CHECK(names_of(filter_flags) == std::vector<std::string>{"SECCOMP_FILTER_FLAG_TSYNC",
                                                           "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG",
                                                           "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"});
  const auto known = names_of(filter_flags);
  const auto supported = supported_filter_flags();
  REQUIRE_FALSE(supported.empty());
  CHECK(supported.front() == "SECCOMP_FILTER_FLAG_TSYNC");
  for (const auto& name : supported) CHECK(std::find(known.begin(), known.end(), name) != known.end());
}

TEST_CASE("an architecture newer than our libseccomp is an error that says so, and no feature", "[security]") {
  const auto supported = supported_architectures();
  for (const auto& row : filter_architectures.rows) {
    CAPTURE(row.name);
    const auto source = changed([&](auto& to) { to.architectures = {std::string{row.name}}; });
    const bool listed = std::find(supported.begin(), supported.end(), row.name) != supported.end();
    CHECK(listed == (row.value != 0));
    if (listed) {
      CHECK(check_filter(source).architectures == std::vector<std::uint32_t>{row.value});
    } else {
      CHECK_THROWS_WITH(check_filter(source),
                        StartsWith("linux.seccomp.architectures[0]: ") && Contains("is not known to the libseccomp"));
    }
  }
}
