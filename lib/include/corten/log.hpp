// SPDX-License-Identifier: Apache-2.0
// Messages of the library as runc's log has them, for a corten_log_function that writes a log.
#pragma once

#include <corten.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <corten/text.hpp>

namespace corten {
inline namespace v0 {

enum class LogFormat { text, json };

[[nodiscard]] constexpr std::string_view name_of(corten_level level) {
  switch (level) {
    case CORTEN_ERROR: return "error";
    case CORTEN_WARNING: return "warning";
    case CORTEN_INFO: return "info";
    case CORTEN_DEBUG: break;
  }
  return "debug";
}

/// "2025-12-31T23:59:59Z" of seconds since 1970. libc's gmtime(3) would read /etc/localtime for it.
[[nodiscard]] inline std::string utc_text(std::int64_t seconds) {
  const auto time = std::chrono::sys_seconds{std::chrono::seconds{seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string text;
  const auto append = [&text](std::int64_t number, std::size_t digits, char end) {
    const auto decimal = std::to_string(number);
    if (decimal.size() < digits) text.append(digits - decimal.size(), '0');
    (text += decimal) += end;
  };
  append(static_cast<int>(date.year()), 4, '-');
  append(static_cast<unsigned>(date.month()), 2, '-');
  append(static_cast<unsigned>(date.day()), 2, 'T');
  append(clock.hours().count(), 2, ':');
  append(clock.minutes().count(), 2, ':');
  append(clock.seconds().count(), 2, 'Z');
  return text;
}

/// One line, with its end. `message` is cut to message_limit.
[[nodiscard]] inline std::string log_record(corten_level level, std::string_view message, LogFormat format,
                                            std::int64_t seconds) {
  const auto quoted = json_quote(message.size() <= message_limit ? message : excerpt(message, message_limit));
  std::string line;
  if (format == LogFormat::json) {
    line.append("{\"level\":\"").append(name_of(level)).append("\",\"msg\":").append(quoted);
    return line.append(",\"time\":\"").append(utc_text(seconds)).append("\"}\n");
  }
  line.append("time=\"").append(utc_text(seconds)).append("\" level=").append(name_of(level));
  return line.append(" msg=").append(quoted).append("\n");
}

}  // namespace v0
}  // namespace corten
