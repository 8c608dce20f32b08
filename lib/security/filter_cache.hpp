// SPDX-License-Identifier: Apache-2.0
// Compiled filters, kept in the state directory: compiling an engine's profile takes longer than starting its container.
//
// An entry holds all that it was made of (profile, our version, those of our table, of libseccomp and of the kernel) and is used only where that is
// equal byte for byte. Its name is a mere hash: profiles that collide cost each other the cache, never the right filter.
#pragma once

#include <string>

#include "security/filter_plan.hpp"
#include "security/plan.hpp"

namespace corten::security {

class FilterCache {
 public:
  /// `root` is the caller's state directory, which need not be there yet.
  explicit FilterCache(const std::string& root);

  /// compile(), or its earlier result. A cache that is broken, or has another owner, is not used, and fails no start.
  [[nodiscard]] SeccompPlan compile(const FilterSource& source) const;

 private:
  std::string path_;
};

}  // namespace corten::security
