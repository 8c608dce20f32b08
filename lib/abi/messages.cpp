// SPDX-License-Identifier: Apache-2.0
// Where the library's messages go.
#include <mutex>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "corten.h"

namespace {

struct Sink {
  std::mutex mutex;
  corten_log_function function = nullptr;
  void* data = nullptr;
  corten_level most = CORTEN_WARNING;
};

Sink& sink() {
  static Sink the_sink;
  return the_sink;
}

corten_level level_of(corten::log::Level level) {
  switch (level) {
    case corten::log::Level::error: return CORTEN_ERROR;
    case corten::log::Level::warning: return CORTEN_WARNING;
    case corten::log::Level::info: return CORTEN_INFO;
    case corten::log::Level::debug: return CORTEN_DEBUG;
  }
  return CORTEN_ERROR;
}

void say(corten::log::Level level, std::string_view message) {
  auto& to = sink();
  const std::lock_guard lock{to.mutex};
  if (to.function == nullptr || level_of(level) > to.most) return;
  to.function(to.data, level_of(level), std::string{message}.c_str());
}

/// A library prints nothing.
const bool quiet = (corten::log::hand_on(say, false), true);

}  // namespace

void corten_set_log(corten_log_function function, void* data, corten_level most) {
  static_cast<void>(quiet);
  auto& to = sink();
  const std::lock_guard lock{to.mutex};
  to.function = function;
  to.data = data;
  to.most = most;
  corten::log::show_debug(function != nullptr && most >= CORTEN_DEBUG);
}
