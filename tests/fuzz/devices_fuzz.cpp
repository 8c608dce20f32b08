// SPDX-License-Identifier: Apache-2.0
// Device rules, and devices.list as v1 writes it: the program made of them says in an interpreter what the rules say, and the
// writes that lead from one list to another arrive there.
#include "../unit/cgroup/device_machine.hpp"
#include "cgroup/device_rules.hpp"
#include "input.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;
using cgroup::DeviceSet;

std::optional<std::uint32_t> number_of(Input& input) {
  static constexpr std::uint32_t odd_ones[] = {4095, 4096, 1048575, 1048576, 0xFFFFFFFF};
  const auto number = input.number(16);
  if (number == 0) return std::nullopt;
  return number > 10 ? odd_ones[number - 11] : number;
}

std::vector<cgroup::DeviceRule> rules_of(Input& input) {
  std::vector<cgroup::DeviceRule> rules;
  const auto count = input.number(32);
  for (unsigned i = 0; i < count; ++i) {
    cgroup::DeviceRule rule;
    rule.type = "abc"[input.number(8) == 0 ? 0 : 1 + input.number(2)];
    rule.major = number_of(input);
    rule.minor = number_of(input);
    const auto ways = input.number(16);
    rule.read = (ways & 1U) != 0;
    rule.write = (ways & 2U) != 0;
    rule.mknod = (ways & 4U) != 0;
    rule.allow = (ways & 8U) != 0;
    rules.push_back(rule);
  }
  return rules;
}

/// Every device of a small world, and those at the limits of the numbers.
void compare(const DeviceSet& set) {
  static constexpr std::uint32_t numbers[] = {0, 1, 2, 3, 9, 10, 4095, 1048575};
  const auto program = cgroup::device_program(set);
  require(test::all_reachable(program));
  for (const auto major : numbers) {
    if (major > 4095) continue;  // MAJOR() of the kernel has 12 bits
    for (const auto minor : numbers) {
      for (unsigned access = 1; access <= cgroup::device_access::all; ++access) {
        for (const char type : {'b', 'c'}) {
          require(test::answer_of(program, type, major, minor, access) ==
                  test::rules_allow(set, type, major, minor, access));
        }
      }
    }
  }
}

cgroup::DeviceRule rule_of(char type, std::optional<std::uint32_t> major, std::optional<std::uint32_t> minor,
                           unsigned access, bool allow) {
  namespace bits = cgroup::device_access;
  return {type, major, minor, (access & bits::read) != 0, (access & bits::write) != 0, (access & bits::mknod) != 0,
          allow};
}

/// The writes as rules; "a" is for all devices.
DeviceSet after(const DeviceSet& present, const std::vector<cgroup::Write>& writes) {
  std::vector<cgroup::DeviceRule> rules;
  const auto add = [&](bool allow, const std::string& text) {
    if (text == "a") {
      rules.push_back(rule_of('a', {}, {}, 0, allow));
      return;
    }
    auto listed = DeviceSet::of_list(text).exceptions();
    require(listed.size() == 1);
    const auto& [match, access] = *listed.begin();
    rules.push_back(rule_of(match.type, match.major, match.minor, access, allow));
  };
  rules.push_back(rule_of('a', {}, {}, 0, present.allows_by_default()));
  for (const auto& [match, access] : present.exceptions()) {
    rules.push_back(rule_of(match.type, match.major, match.minor, access, !present.allows_by_default()));
  }
  for (const auto& write : writes) add(write.file == "devices.allow", write.value);
  return DeviceSet::of_rules(rules);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  const auto rules = rules_of(input);
  const auto list = input.rest();
  let_it_refuse([&] {
    const auto set = DeviceSet::of_rules(rules);
    compare(set);
    let_it_refuse([&] {
      const auto present = DeviceSet::of_list(list);
      const auto writes = cgroup::plan_device_writes(present, set);
      let_it_refuse([&] { require(after(present, writes) == set); });
    });
  });
  let_it_refuse([&] { compare(DeviceSet::of_list(list)); });
  return 0;
}
