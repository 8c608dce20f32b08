// SPDX-License-Identifier: Apache-2.0
#include "security/argument_sets.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "profile_reader.hpp"
#include "security/seccomp_tables.hpp"

using namespace corten::security;

namespace {

constexpr std::uint32_t hit = SECCOMP_RET_TRAP;
constexpr std::uint32_t miss = SECCOMP_RET_LOG;

FilterMachine machine_of(const std::vector<std::vector<scmp_arg_cmp>>& sets, bool wide) {
  CallRules rules;
  for (const auto& set : sets) rules.sets.push_back({set, hit, 0});
  return FilterMachine{compile_rules(rules, wide, miss)};
}

CheckedFilter filter_of(const std::vector<CheckedRule>& rules) {
  CheckedFilter filter;
  filter.default_action = miss;
  filter.rules = rules;
  return filter;
}

const std::vector<std::string> name{"name"};
const std::vector<std::string> other{"other"};

CheckedRule rule(std::vector<scmp_arg_cmp> comparisons, std::uint32_t action = hit, bool any = false) {
  return {0, &name, action, std::move(comparisons), any};
}

}  // namespace

TEST_CASE("each comparison of an argument set is exact in both halves of its argument", "[security]") {
  for (const auto& op : filter_operators.rows) {
    for (const std::uint64_t value : {0UL, 8UL, 0xFFFFFFFFUL, 0x100000000UL, 0x100000008UL, ~0UL}) {
      const scmp_arg_cmp comparison{3, op.value, value, 0x100000008};
      const auto machine = machine_of({{comparison}}, true);
      for (const std::uint64_t near : {value, 0x100000000 | value, value & 0xFFFFFFFF, value ^ 8}) {
        for (const std::uint64_t argument : {near - 1, near, near + 1}) {
          CAPTURE(op.name, value, argument);
          CHECK(machine.run({0, 0, {0, 0, 0, argument}}) == (holds(comparison, argument) ? hit : miss));
        }
      }
    }
  }
}

TEST_CASE("where arguments have 32 bits the rest of them is not looked at", "[security]") {
  for (const auto& op : filter_operators.rows) {
    const scmp_arg_cmp comparison{0, op.value, 8, 8};
    const auto machine = machine_of({{comparison}}, false);
    for (const std::uint64_t argument : {7UL, 8UL, 9UL}) {
      CAPTURE(op.name, argument);
      CHECK(machine.run({0, 0, {0x500000000 | argument}}) == (holds(comparison, argument) ? hit : miss));
    }
  }
}

TEST_CASE("all conditions of a set must hold, and one set is enough", "[security]") {
  const auto machine = machine_of({{{0, SCMP_CMP_EQ, 1, 0}, {1, SCMP_CMP_GT, 5, 0}}, {{0, SCMP_CMP_EQ, 2, 0}}}, true);
  CHECK(machine.run({0, 0, {1, 6}}) == hit);
  CHECK(machine.run({0, 0, {1, 5}}) == miss);
  CHECK(machine.run({0, 0, {2, 5}}) == hit);
  CHECK(machine.run({0, 0, {3, 6}}) == miss);
}

TEST_CASE("the argument sets of a call are those of all its rules", "[security]") {
  const auto filter = filter_of({rule({{0, SCMP_CMP_EQ, 1, 0}}), rule({{1, SCMP_CMP_NE, 2, 0}, {2, SCMP_CMP_EQ, 3, 0}}),
                                 rule({{0, SCMP_CMP_EQ, 4, 0}, {0, SCMP_CMP_EQ, 5, 0}}, hit, true)});
  const auto found = rules_by_call(filter);
  REQUIRE(found.size() == 1);
  const auto& rules = found.at("name");
  CHECK(rules.one_action);
  CHECK_FALSE(rules.always.has_value());
  REQUIRE(rules.sets.size() == 4);
  CHECK(rules.sets[0].action == hit);
  CHECK(rules.sets[1].conditions.size() == 2);
  CHECK(rules.sets[3].conditions[0].datum_a == 5);
}

TEST_CASE("the first rule without conditions is all that counts", "[security]") {
  const auto filter = filter_of({rule({{0, SCMP_CMP_EQ, 1, 0}}), rule({}, 1), rule({}, 2), rule({{}})});
  const auto rules = rules_by_call(filter).at("name");
  CHECK(rules.always == 1U);
  CHECK(FilterMachine{compile_rules(rules, true, miss)}.run({0, 0, {1}}) == 1);
}

TEST_CASE("what libseccomp does right, or has to decide, is left to it", "[security]") {
  const auto unequal = rule({{0, SCMP_CMP_NE, 1, 0}});
  const auto equal = rule({{0, SCMP_CMP_EQ, 1, 0}});
  const auto ours = [](const std::vector<CheckedRule>& rules) {
    return libseccomp_may_err(rules_by_call(filter_of(rules))["name"]);
  };
  CHECK(ours({unequal, unequal}));
  CHECK_FALSE(ours({unequal}));                                              // one set
  CHECK_FALSE(ours({equal, equal}));                                         // only "equal"
  CHECK_FALSE(ours({unequal, unequal, rule({})}));                           // unconditional
  CHECK_FALSE(ours({unequal, unequal, rule({{1, SCMP_CMP_NE, 1, 0}}, 1)}));  // two actions
  CHECK_FALSE(ours({unequal, rule({{1, SCMP_CMP_NE, 1, 0}}, miss)}));        // says the default
  auto elsewhere = unequal;
  elsewhere.names = &other;
  CHECK_FALSE(ours({unequal, elsewhere}));
}

TEST_CASE("of different actions the narrower condition on the later argument answers", "[security]") {
  const auto filter = filter_of(
      {rule({{0, SCMP_CMP_GE, 2, 0}}, 1), rule({{0, SCMP_CMP_GE, 4, 0}}, 2), rule({{0, SCMP_CMP_LT, 9, 0}}, 3),
       rule({{0, SCMP_CMP_LE, 7, 0}}, 4), rule({{0, SCMP_CMP_EQ, 5, 0}}, 6),
       rule({{0, SCMP_CMP_EQ, 5, 0}, {1, SCMP_CMP_EQ, 8, 0}}, 5), rule({{1, SCMP_CMP_EQ, 1, 0}}, 7)});
  auto rules = rules_by_call(filter)["name"];
  sort_as_libseccomp(rules, "name");
  std::vector<std::uint32_t> actions;
  for (const auto& set : rules.sets) actions.push_back(set.action);
  CHECK(actions == std::vector<std::uint32_t>{7, 6, 5, 4, 3, 2, 1});
}

TEST_CASE("two actions for the same conditions are refused", "[security]") {
  const auto conditions = [](std::uint64_t mask, std::uint64_t value) {
    return std::vector<scmp_arg_cmp>{{0, SCMP_CMP_EQ, 1, 0}, {2, SCMP_CMP_MASKED_EQ, mask, value}};
  };
  const auto sorted = [&](const std::vector<CheckedRule>& rules) {
    const auto filter = filter_of(rules);
    auto found = rules_by_call(filter)["name"];
    sort_as_libseccomp(found, "name");
  };
  CHECK_NOTHROW(sorted({rule(conditions(7, 1)), rule(conditions(7, 2), 1), rule(conditions(3, 1), 2)}));
  CHECK_NOTHROW(sorted({rule(conditions(7, 1)), rule(conditions(7, 1))}));
  CHECK_NOTHROW(sorted({rule({{0, SCMP_CMP_EQ, 1, 0}}), rule(conditions(7, 1), 1)}));
  const auto error = Catch::Contains("error adding seccomp rule for syscall name");
  CHECK_THROWS_WITH(sorted({rule(conditions(7, 1)), rule(conditions(7, 2), 1), rule(conditions(7, 1), 2)}), error);
  CHECK_THROWS_WITH(sorted({rule(conditions(7, 1)), rule({{0, SCMP_CMP_EQ, 1, 0}}, 1)}), error);
}
