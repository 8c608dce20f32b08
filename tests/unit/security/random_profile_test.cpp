// SPDX-License-Identifier: Apache-2.0
// Whatever the profile, its program answers as one reads it: what libseccomp makes of it is the container's wall.
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "profile_reader.hpp"
#include "security/seccomp.hpp"
#include "security/seccomp_tables.hpp"

using namespace corten::security;

namespace {

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_{seed} {}

  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>{0, limit - 1}(engine_); }

  std::string action() {
    // Not NOTIFY: it must not be the default, nor for write.
    static constexpr std::array names{"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL",  "SCMP_ACT_KILL_PROCESS",
                                      "SCMP_ACT_LOG",   "SCMP_ACT_TRAP",  "SCMP_ACT_TRACE", "SCMP_ACT_ERRNO"};
    return names.at(below(names.size()));
  }

  std::uint64_t value() {
    static constexpr std::array<std::uint64_t, 8> values{0,          1,           7,           8,
                                                         0xFFFFFFFF, 0x100000000, 0x100000007, 0xFFFFFFFFFFFFFFFF};
    return values.at(below(values.size()));
  }

  /// A name that was not given out before.
  std::string system_call() {
    for (;;) {
      // Those are newer than libseccomp 2.5, whose program must fit ours.
      static constexpr std::array newer{"mseal", "listmount", "statmount", "uretprobe", "listns", "file_getattr"};
      const auto number = below(480);
      if (const auto one = newer.at(number % newer.size()); number >= 450) {
        if (std::find(given_.begin(), given_.end(), one) != given_.end()) continue;
        return given_.emplace_back(one);
      }
      char* name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, static_cast<int>(number));
      if (name == nullptr) continue;
      const std::string text{name};
      std::free(name);  // NOLINT: libseccomp allocates it
      // What socketcall(2) and ipc(2) do on x86 stays libseccomp's in every case.
      if (const int x86 = ::seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86, text.c_str()); x86 < -99 && x86 > -300)
        continue;
      if (std::find(given_.begin(), given_.end(), text) != given_.end()) continue;
      given_.push_back(text);
      return text;
    }
  }

  std::vector<FilterArgument> arguments(std::size_t count) {
    std::vector<FilterArgument> arguments;
    for (; count > 0; --count) {
      const auto& op = filter_operators.rows.at(below(filter_operators.rows.size()));
      arguments.push_back({static_cast<std::uint32_t>(below(6)), value(), value(), std::string{op.name}});
    }
    return arguments;
  }

  FilterRule rule() {
    FilterRule rule;
    for (auto names = 1 + below(40); names > 0; --names) rule.names.push_back(system_call());
    rule.action = action();
    rule.arguments = arguments(below(2) * below(4));
    return rule;
  }

  FilterSource profile() {
    given_.clear();
    FilterSource source;
    source.default_action = action();
    source.flags.emplace();
    if (below(2) == 1) source.architectures = {"SCMP_ARCH_X86", "SCMP_ARCH_X32"};
    for (auto rules = 1 + below(8); rules > 0; --rules) {
      source.rules.push_back(rule());
      if (source.rules.back().arguments.empty() || below(2) == 0) continue;
      source.rules.push_back(source.rules.back());  // another set of conditions
      source.rules.back().arguments = arguments(1 + below(3));
    }
    return source;
  }

 private:
  std::mt19937 engine_;
  std::vector<std::string> given_;
};

}  // namespace

TEST_CASE("random profiles answer as they read", "[security]") {
  Dice dice{20240131};
  for (int round = 0; round < 100; ++round) {
    CAPTURE(round);
    const auto source = dice.profile();
    const auto checked = check_filter(source);
    const ProfileReader reader{checked};
    REQUIRE(reader.clear());
    const FilterMachine machine{compile(source).program};
    std::size_t wrong = 0;
    for (const auto& call : reader.calls()) wrong += machine.run(call) == reader.answer(call) ? 0 : 1;
    CHECK(wrong == 0);
  }
}
