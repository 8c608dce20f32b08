// SPDX-License-Identifier: Apache-2.0
#include "cmd/log.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <ctime>

#include <corten/text.hpp>

#include "cmd/system.hpp"

namespace corten::cmd::log {
namespace {

struct Sink {
  int fd = -1;
  Format format = Format::text;
};

constinit Sink sink;  // NOLINT: the process has one log

std::string_view name_of(corten_level level) {
  switch (level) {
    case CORTEN_ERROR: return "error";
    case CORTEN_WARNING: return "warning";
    case CORTEN_INFO: return "info";
    case CORTEN_DEBUG: return "debug";
  }
  return "error";
}

/// libc's gmtime would read /etc/localtime for it.
std::string timestamp(long seconds) {
  const auto time = std::chrono::sys_seconds{std::chrono::seconds{seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

}  // namespace

void open(const std::string& path, Format format, bool debug) {
  constexpr int flags = O_CREAT | O_WRONLY | O_APPEND | O_SYNC | O_CLOEXEC;
  sink = {-1, format};
  if (!path.empty()) {
    sink.fd = check([&] { return fmt::format("open {}", path); }, [&] { return ::open(path.c_str(), flags, 0644); });
  }
  const auto write_record = [](void* /*data*/, corten_level level, const char* message) { write(level, message); };
  corten_set_log(write_record, nullptr, debug ? CORTEN_DEBUG : CORTEN_INFO);
}

bool is_file() { return sink.fd >= 0; }

std::string record(corten_level level, std::string_view message, Format format, long seconds) {
  if (format == Format::json) {
    return fmt::format("{{\"level\":\"{}\",\"msg\":{},\"time\":\"{}\"}}\n", name_of(level), json_quote(message),
                       timestamp(seconds));
  }
  return fmt::format("time=\"{}\" level={} msg={}\n", timestamp(seconds), name_of(level), json_quote(message));
}

void write(corten_level level, std::string_view message) {
  const auto line = message.size() <= message_limit
                        ? record(level, message, sink.format, ::time(nullptr))
                        : record(level, excerpt(message, message_limit), sink.format, ::time(nullptr));
  const auto written = ::write(is_file() ? sink.fd : STDERR_FILENO, line.data(), line.size());
  static_cast<void>(written);  // nowhere left to complain
}

}  // namespace corten::cmd::log
