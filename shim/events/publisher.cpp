// SPDX-License-Identifier: Apache-2.0
#include "shim/events/publisher.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace corten::shim {
namespace {

using namespace std::chrono_literals;

// As the shim of runc has them.
constexpr std::size_t most_waiting = 2048;
constexpr int most_attempts = 6;
constexpr auto answer_limit = 5s;
/// After so long an event is old: one that has waited behind others is tried once.
constexpr auto patience = 15s;

}  // namespace

Publisher::Publisher(Loop& loop, std::string_view address, std::string name_space)
    : loop_{loop}, namespace_{std::move(name_space)}, has_listener_{!address.empty()}, caller_{loop, address} {}

void Publisher::publish(const Event& event) {
  if (!has_listener_) return;
  if (waiting_.size() >= most_waiting) {
    return log::warn(fmt::format("event {} is dropped: {} others wait", event.topic, waiting_.size()));
  }
  waiting_.push_back(
      {event.topic, forward_request(event, namespace_, std::chrono::system_clock::now()), Loop::Clock::now()});
  if (waiting_.size() == 1) send_next();
}

void Publisher::send_next() {
  caller_.call("containerd.services.events.ttrpc.v1.Events", "Forward", waiting_.front().request, answer_limit,
               [this](const std::optional<Failure>& failure) { on_answer(failure); });
}

void Publisher::on_answer(const std::optional<Failure>& failure) {
  auto& first = waiting_.front();
  ++first.attempts;
  const bool old = Loop::Clock::now() - first.since > patience;
  if (failure && first.attempts < most_attempts && !old) {
    retry_ = Timer{loop_, first.attempts * 1s, [this] { send_next(); }};
    return;
  }
  if (failure) {
    log::warn(
        fmt::format("event {} is dropped after {} attempts: {}", first.topic, first.attempts, failure->message()));
  }
  waiting_.pop_front();
  if (!waiting_.empty()) return send_next();
  waiting_.shrink_to_fit();
}

}  // namespace corten::shim
