// SPDX-License-Identifier: Apache-2.0
// Arguments and environments for execve(2) and posix_spawn(3).
#pragma once

#include <string>
#include <vector>

namespace corten {

/// Pointers into `texts`, and a null pointer at the end. The kernel does not write to them.
[[nodiscard]] inline std::vector<char*> argv_of(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));  // NOLINT: C has no better type
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace corten
