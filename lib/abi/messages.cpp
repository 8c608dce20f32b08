// SPDX-License-Identifier: Apache-2.0
// Where the library's messages go, and what it tells of the time that it takes.
#include <mutex>
#include <string>
#include <string_view>

#include "abi/guard.hpp"
#include "base/log.hpp"
#include "base/trace.hpp"
#include "corten.h"

using namespace corten;

namespace {

struct Sink {
  std::mutex mutex;
  corten_log_function function = nullptr;
  void* data = nullptr;
  corten_level most = CORTEN_WARNING;
};

constinit Sink sink;  // NOLINT: the process has one

corten_level level_of(log::Level level) {
  switch (level) {
    case log::Level::error: return CORTEN_ERROR;
    case log::Level::warning: return CORTEN_WARNING;
    case log::Level::info: return CORTEN_INFO;
    case log::Level::debug: return CORTEN_DEBUG;
  }
  return CORTEN_ERROR;
}

void say(log::Level level, std::string_view message) {
  const std::lock_guard lock{sink.mutex};
  if (sink.function == nullptr || level_of(level) > sink.most) return;
  sink.function(sink.data, level_of(level), abi::whole_text(message).c_str());
}

}  // namespace

void corten_set_log(corten_log_function function, void* data, corten_level most) {
  const std::lock_guard lock{sink.mutex};
  sink.function = function;
  sink.data = data;
  sink.most = most;
  log::hand_on(say, function != nullptr && most >= CORTEN_DEBUG);
}

corten_code corten_set_trace(const char* path, corten_error** error) {
  return abi::attempted(error, [&] { trace::open(&abi::checked(path, "path")); });
}

void corten_trace_phase(const char* name) { trace::phase(name); }
