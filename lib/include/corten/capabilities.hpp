// SPDX-License-Identifier: Apache-2.0
// Capabilities: capabilities(7). Their names, and those of the calling thread.
#pragma once

#include <corten.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {
namespace capabilities {

/// "CAP_CHOWN" and so on, those that the kernel knows.
[[nodiscard]] inline std::vector<std::string> known() {
  std::vector<std::string> names;
  while (const char* name = corten_capability_name(static_cast<int>(names.size()))) names.emplace_back(name);
  return names;
}

/// The highest number that the kernel knows.
[[nodiscard]] inline int last() { return corten_capability_last(); }

/// The number of "CAP_CHOWN"; nothing where the kernel does not know it.
[[nodiscard]] inline std::optional<int> number(const std::string& name) {
  const int found = corten_capability_number(name.c_str());
  if (found < 0) return std::nullopt;
  return found;
}

/// Bit n is capability n.
struct Sets {
  std::uint64_t bounding = 0, effective = 0, inheritable = 0, permitted = 0, ambient = 0;
  bool operator==(const Sets&) const = default;
};

/// The names in a set of spec::Capabilities as bits. What the kernel does not know is left out, as where a container is made.
[[nodiscard]] inline std::uint64_t bits(const std::vector<std::string>& names) {
  std::uint64_t set = 0;
  for (const auto& name : names) {
    if (const auto found = number(name)) set |= std::uint64_t{1} << static_cast<unsigned>(*found);
  }
  return set;
}

[[nodiscard]] inline Sets of_this_thread() {
  corten_capability_sets sets{};
  sets.size = sizeof sets;
  detail::call(&corten_capabilities_read, &sets);
  return {sets.bounding, sets.effective, sets.inheritable, sets.permitted, sets.ambient};
}

/// All five; the other threads of the process keep theirs. What has been given up does not come back.
inline void set_in_this_thread(const Sets& sets) {
  const corten_capability_sets wanted{sizeof wanted,    sets.bounding,  sets.effective,
                                      sets.inheritable, sets.permitted, sets.ambient};
  detail::call(&corten_capabilities_set, &wanted);
}

}  // namespace capabilities
}  // namespace v0
}  // namespace corten
