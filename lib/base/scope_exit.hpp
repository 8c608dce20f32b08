// SPDX-License-Identifier: Apache-2.0
// Runs an undo step when the scope is left, unless it was dismissed.
#pragma once

#include <utility>

namespace corten {

template <class Action>
class ScopeExit {
 public:
  explicit ScopeExit(Action action) : action_{std::move(action)} {}
  ScopeExit(const ScopeExit&) = delete;
  ScopeExit& operator=(const ScopeExit&) = delete;
  ScopeExit(ScopeExit&&) = delete;
  ScopeExit& operator=(ScopeExit&&) = delete;
  ~ScopeExit() {
    if (armed_) action_();
  }
  void dismiss() noexcept { armed_ = false; }

 private:
  Action action_;  // must not throw: it runs in a destructor
  bool armed_ = true;
};

}  // namespace corten
