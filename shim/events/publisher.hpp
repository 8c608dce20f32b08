// SPDX-License-Identifier: Apache-2.0
// Tells containerd of what happens, in order: one event is under way at a time. While containerd is away events wait.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "shim/events/event.hpp"
#include "shim/loop/loop.hpp"
#include "shim/ttrpc/caller.hpp"

namespace corten::shim {

class Publisher {
 public:
  /// `address` is that of containerd's ttrpc; where it is empty nobody is told.
  Publisher(Loop& loop, std::string_view address, std::string name_space);

  void publish(const Event& event);

  [[nodiscard]] bool idle() const { return waiting_.empty(); }

 private:
  struct Waiting {
    std::string topic, request;
    Loop::Clock::time_point since;
    int attempts = 0;
  };

  void send_next();
  void on_answer(const std::optional<Failure>& failure);

  Loop& loop_;
  std::string namespace_;
  bool has_listener_;
  ttrpc::Caller caller_;
  std::deque<Waiting> waiting_;  // the first is under way, or waits for its next attempt
  Timer retry_;
};

}  // namespace corten::shim
