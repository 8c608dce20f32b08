// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <atomic>

namespace corten::log {
namespace {

std::atomic<Writer> the_writer = nullptr;  // NOLINT: the process has one log
std::atomic<bool> debug_shown = false;     // NOLINT

}  // namespace

void hand_on(Writer writer, bool debug) {
  the_writer.store(writer, std::memory_order_release);
  debug_shown.store(debug, std::memory_order_relaxed);
}

bool debug_enabled() { return debug_shown.load(std::memory_order_relaxed); }

void write(Level level, std::string_view message) {
  if (level == Level::debug && !debug_enabled()) return;
  if (const auto writer = the_writer.load(std::memory_order_acquire)) writer(level, message);
}

}  // namespace corten::log
