// SPDX-License-Identifier: Apache-2.0
#include "init/reporting.hpp"

#include "base/log.hpp"
#include "base/trace.hpp"
#include "base/wire.hpp"

namespace corten::init {

using namespace process;

namespace {

const Channel* reader = nullptr;  // NOLINT: the process has one parent

/// By write(2), which filters allow. Where the parent has ended, nobody writes the log.
void report(Message type, std::string_view payload) {
  if (!reader->open()) return;
  try {
    reader->write(type, payload);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch)
  }
}

void log_line(log::Level level, std::string_view message) {
  report(Message::log, wire::encode(std::pair<log::Level, std::string>{level, message}));
}

}  // namespace

void report_over(const Channel& channel, const char* trace_handle, const char* kind) {
  reader = &channel;
  log::hand_on(log_line, false);
  trace::adopt(trace_handle, kind, [](std::string_view event) { report(Message::trace, event); });
}

void log_debug(bool wanted) { log::hand_on(log_line, wanted); }

}  // namespace corten::init
