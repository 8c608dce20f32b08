// SPDX-License-Identifier: Apache-2.0
#include "security/alternatives.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "profile_reader.hpp"
#include "security/seccomp_tables.hpp"

using namespace corten::security;

namespace {

constexpr std::uint32_t hit = SECCOMP_RET_TRAP;
constexpr std::uint32_t miss = SECCOMP_RET_LOG;

FilterMachine machine_of(const std::vector<std::vector<scmp_arg_cmp>>& sets, bool wide) {
  Alternatives call{"name", hit, {}};
  for (const auto& set : sets) call.sets.emplace_back(set);
  return FilterMachine{compile_alternatives(call, wide, miss)};
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

TEST_CASE("each comparison of an alternative is exact in both halves of its argument", "[security]") {
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

TEST_CASE("alternatives are the sets of all rules for one call and action", "[security]") {
  const auto filter = filter_of({rule({{0, SCMP_CMP_EQ, 1, 0}}), rule({{1, SCMP_CMP_NE, 2, 0}, {2, SCMP_CMP_EQ, 3, 0}}),
                                 rule({{0, SCMP_CMP_EQ, 4, 0}, {0, SCMP_CMP_EQ, 5, 0}}, hit, true)});
  const auto found = find_alternatives(filter);
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == "name");
  CHECK(found[0].action == hit);
  REQUIRE(found[0].sets.size() == 4);
  CHECK(found[0].sets[1].size() == 2);
  CHECK(found[0].sets[3][0].datum_a == 5);
}

TEST_CASE("what libseccomp does right, or has to decide, is left to it", "[security]") {
  const auto unequal = rule({{0, SCMP_CMP_NE, 1, 0}});
  const auto equal = rule({{0, SCMP_CMP_EQ, 1, 0}});
  CHECK(find_alternatives(filter_of({unequal, unequal})).size() == 1);
  CHECK(find_alternatives(filter_of({unequal})).empty());                                              // one set
  CHECK(find_alternatives(filter_of({equal, equal})).empty());                                         // only "equal"
  CHECK(find_alternatives(filter_of({unequal, unequal, rule({})})).empty());                           // unconditional
  CHECK(find_alternatives(filter_of({unequal, unequal, rule({{1, SCMP_CMP_NE, 1, 0}}, 1)})).empty());  // two actions
  CHECK(find_alternatives(filter_of({unequal, rule({{1, SCMP_CMP_NE, 1, 0}}, miss)})).empty());  // says the default
  auto elsewhere = unequal;
  elsewhere.names = &other;
  CHECK(find_alternatives(filter_of({unequal, elsewhere})).empty());
}
