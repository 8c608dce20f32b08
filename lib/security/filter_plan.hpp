// SPDX-License-Identifier: Apache-2.0
// A system call filter as the spec writes it, in names: plain values, which also are the key of the filter cache.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/wire.hpp"

namespace corten::security {

struct FilterArgument {
  std::uint32_t index = 0;
  std::uint64_t value = 0, value_two = 0;
  std::string op;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), FilterArgument> {
  return std::tie(x.index, x.value, x.value_two, x.op);
}

struct FilterRule {
  std::vector<std::string> names;
  std::string action;
  std::optional<std::uint32_t> errno_ret;
  std::vector<FilterArgument> arguments;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), FilterRule> {
  return std::tie(x.names, x.action, x.errno_ret, x.arguments);
}

struct FilterSource {
  std::string default_action;
  std::optional<std::uint32_t> default_errno_ret;
  std::vector<std::string> architectures;
  std::optional<std::vector<std::string>> flags;  // "no flags" and "an empty list" differ
  bool has_listener = false;                      // there is somebody to take a notify listener
  bool refuse_unknown = false;                    // system calls that nobody knows are errors
  std::vector<FilterRule> rules;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), FilterSource> {
  return std::tie(x.default_action, x.default_errno_ret, x.architectures, x.flags, x.has_listener, x.refuse_unknown,
                  x.rules);
}

}  // namespace corten::security
