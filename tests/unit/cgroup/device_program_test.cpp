// SPDX-License-Identifier: Apache-2.0
// What the programs answer, in a small interpreter.
#include "cgroup/v2/device_program.hpp"

#include <catch2/catch.hpp>

#include "device_machine.hpp"

using namespace corten;
using namespace corten::cgroup;

namespace {

constexpr auto allowed = test::program_allows;
using test::all_reachable;
using test::answer_of;
using test::rules_allow;

DeviceRule rule(bool allow, char type, std::optional<std::uint32_t> major, std::optional<std::uint32_t> minor,
                unsigned access) {
  DeviceRule made;
  made.type = type;
  made.major = major;
  made.minor = minor;
  made.read = (access & device_access::read) != 0;
  made.write = (access & device_access::write) != 0;
  made.mknod = (access & device_access::mknod) != 0;
  made.allow = allow;
  return made;
}

constexpr auto any = std::nullopt;
constexpr auto r = device_access::read;
constexpr auto w = device_access::write;
constexpr auto m = device_access::mknod;
constexpr auto rwm = device_access::all;

}  // namespace

TEST_CASE("the program of an empty list denies, that of a full one allows", "[cgroup]") {
  CHECK_FALSE(allowed(DeviceSet{}, 'c', 1, 3, r));
  CHECK(allowed(DeviceSet::allowing_all(), 'b', 8, 0, rwm));
}

TEST_CASE("the program allows what the list names and nothing else", "[cgroup]") {
  const auto set =
      DeviceSet::of_rules({rule(false, 'a', any, any, rwm), rule(true, 'c', any, any, m), rule(true, 'b', any, any, m),
                           rule(true, 'c', 1, 3, rwm), rule(true, 'c', 136, any, rwm), rule(true, 'c', 10, 229, r | w),
                           rule(true, 'b', any, 7, r)});
  CHECK(allowed(set, 'c', 1, 3, r | w));
  CHECK(allowed(set, 'c', 1, 3, rwm));
  CHECK_FALSE(allowed(set, 'b', 1, 3, r));  // the type counts
  CHECK_FALSE(allowed(set, 'c', 1, 4, r));  // the minor counts
  CHECK_FALSE(allowed(set, 'c', 2, 3, r));  // the major counts
  CHECK(allowed(set, 'c', 136, 9999, r | w));
  CHECK(allowed(set, 'c', 77, 77, m));  // mknod of anything
  CHECK(allowed(set, 'b', 77, 77, m));
  CHECK_FALSE(allowed(set, 'c', 77, 77, m | r));
  CHECK(allowed(set, 'c', 10, 229, r | w));
  CHECK(allowed(set, 'c', 10, 229, w));
  CHECK(allowed(set, 'c', 10, 229, m));  // by the wildcard
  CHECK(allowed(set, 'b', 8, 7, r));
  CHECK_FALSE(allowed(set, 'b', 8, 7, r | w));
}

TEST_CASE("in a list of denied devices one denied way is enough to deny", "[cgroup]") {
  const auto set =
      DeviceSet::of_rules({rule(true, 'a', any, any, rwm), rule(false, 'b', 8, any, w), rule(false, 'c', 1, 11, rwm)});
  CHECK(allowed(set, 'b', 8, 0, r));
  CHECK_FALSE(allowed(set, 'b', 8, 0, w));
  CHECK_FALSE(allowed(set, 'b', 8, 0, r | w));
  CHECK(allowed(set, 'b', 9, 0, r | w));
  CHECK_FALSE(allowed(set, 'c', 1, 11, r));
  CHECK(allowed(set, 'c', 1, 3, rwm));
}

TEST_CASE("numbers beyond what a device can have match nothing", "[cgroup]") {
  const auto set = DeviceSet::of_rules({rule(true, 'c', 0xFFFFFFFF, any, rwm), rule(true, 'c', 4096, 3, rwm),
                                        rule(true, 'c', 2, 1 << 20, rwm), rule(true, 'c', 1, 3, r)});
  CHECK_FALSE(allowed(set, 'c', 0xFFFFFFFF, 0, r));
  CHECK_FALSE(allowed(set, 'c', 0, 3, r));
  CHECK_FALSE(allowed(set, 'c', 3, 0, r));
  CHECK(allowed(set, 'c', 1, 3, r));
}

TEST_CASE("the greatest numbers that a device can have are told apart", "[cgroup]") {
  const auto set = DeviceSet::of_rules(
      {rule(true, 'c', 4095, 1048575, rwm), rule(true, 'c', 2048, 0, r), rule(true, 'b', 4095, any, r)});
  CHECK(allowed(set, 'c', 4095, 1048575, rwm));
  CHECK_FALSE(allowed(set, 'c', 4095, 1048574, r));
  CHECK_FALSE(allowed(set, 'c', 4094, 1048575, r));
  CHECK(allowed(set, 'c', 2048, 0, r));
  CHECK_FALSE(allowed(set, 'c', 2048, 1, r));
  CHECK(allowed(set, 'b', 4095, 5, r));
}

TEST_CASE("a rule for all devices of a type makes the others of that type needless", "[cgroup]") {
  const auto set =
      DeviceSet::of_rules({rule(true, 'c', any, any, rwm), rule(true, 'c', 1, 3, r), rule(true, 'b', any, any, m),
                           rule(true, 'b', 8, 0, m), rule(true, 'b', 8, 1, r | m)});
  CHECK(allowed(set, 'c', 200, 200, rwm));
  CHECK(allowed(set, 'c', 1, 3, r));
  CHECK(allowed(set, 'b', 7, 7, m));
  CHECK(allowed(set, 'b', 8, 1, r));
  CHECK_FALSE(allowed(set, 'b', 8, 0, r));
}

TEST_CASE("more rules than a jump reaches over are all in force", "[cgroup]") {
  const std::uint32_t count = GENERATE(4096U, 4097U, 40000U, 70000U);
  const bool deny_list = GENERATE(false, true);
  std::vector<DeviceRule> rules{rule(deny_list, 'a', any, any, rwm), rule(!deny_list, 'c', any, 1000000, rwm),
                                rule(!deny_list, 'b', 200, any, r)};
  for (std::uint32_t i = 0; i < count; ++i) {
    rules.push_back(rule(!deny_list, i % 2 == 0 ? 'c' : 'b', 100 + i % 7, i,
                         i % 3 == 0   ? rwm
                         : i % 3 == 1 ? r
                                      : r | w));
  }
  const auto program = device_program(DeviceSet::of_rules(rules));
  REQUIRE(all_reachable(program));
  const auto named = [&](char type, std::uint32_t major, std::uint32_t minor, unsigned access) {
    return answer_of(program, type, major, minor, access) != deny_list;
  };
  CHECK(named('c', 9, 1000000, rwm));
  CHECK_FALSE(named('b', 9, 1000000, rwm));
  CHECK(named('b', 200, 17, r));
  CHECK_FALSE(named('b', 200, 17, m));
  for (std::uint32_t i = 0; i < count; i += i < 6 || i + 12 > count ? 1 : 1009) {
    const char type = i % 2 == 0 ? 'c' : 'b';
    CAPTURE(i, type);
    CHECK(named(type, 100 + i % 7, i, r));
    CHECK(named(type, 100 + i % 7, i, m) == (i % 3 == 0));
    CHECK(named(type, 100 + i % 7, i, w) == (i % 3 != 1));
    CHECK_FALSE(named(type, 101 + i % 7, i, r));
    CHECK_FALSE(named(type == 'c' ? 'b' : 'c', 100 + i % 7, i, r));
  }
  CHECK_FALSE(named('c', 100, count + 7, r));
}

TEST_CASE("among many rules one for all devices of a type makes the others needless", "[cgroup]") {
  std::vector<DeviceRule> rules{rule(true, 'c', any, any, rwm), rule(true, 'b', any, any, m)};
  for (std::uint32_t i = 0; i < 5000; ++i) rules.push_back(rule(true, i % 2 == 0 ? 'c' : 'b', 1, i, r));
  const auto program = device_program(DeviceSet::of_rules(rules));
  REQUIRE(all_reachable(program));
  CHECK(answer_of(program, 'c', 77, 5, rwm));
  CHECK(answer_of(program, 'b', 77, 5, m));
  CHECK(answer_of(program, 'b', 1, 4999, r));
  CHECK_FALSE(answer_of(program, 'b', 1, 4999, w));
  CHECK_FALSE(answer_of(program, 'b', 2, 4999, r));
}

TEST_CASE("the program agrees with the rules for every kind of access", "[cgroup]") {
  std::uint32_t seed = 1;
  const auto next = [&seed](std::uint32_t below) {
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 16U) % below;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<DeviceRule> rules;
    const bool deny_list = next(2) == 0;
    rules.push_back(rule(deny_list, 'a', any, any, rwm));
    const auto count = next(6);
    for (std::uint32_t i = 0; i < count; ++i) {
      auto made = rule(!deny_list, next(2) == 0 ? 'c' : 'b', next(3), next(3), 1 + next(7));
      if (next(4) == 0) made.major.reset();
      if (next(4) == 0) made.minor.reset();
      rules.push_back(made);
    }
    const auto set = DeviceSet::of_rules(rules);
    for (std::uint32_t number = 0; number < 9; ++number) {
      for (unsigned access = 1; access <= rwm; ++access) {
        for (const char kind : {'b', 'c'}) {
          if (allowed(set, kind, number / 3, number % 3, access) !=
              rules_allow(set, kind, number / 3, number % 3, access)) {
            FAIL("round " << round << ": " << kind << " " << number / 3 << ":" << number % 3 << " access " << access);
          }
        }
      }
    }
  }
}
