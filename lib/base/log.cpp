// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <ctime>

#include "base/error.hpp"
#include "base/excerpt.hpp"
#include "base/text.hpp"

namespace corten::log {
namespace {

struct Sink {
  int fd = -1;
  Writer writer = nullptr;
  Format format = Format::text;
};

Sink sink;                              // NOLINT: the process has one log
std::atomic<bool> debug_shown = false;  // NOLINT

std::string_view name_of(Level level) {
  switch (level) {
    case Level::error: return "error";
    case Level::warning: return "warning";
    case Level::info: return "info";
    case Level::debug: return "debug";
  }
  return "error";
}

/// For people.
std::string sentence(Level level, std::string_view message) {
  const auto kind = level == Level::error ? std::string{} : fmt::format("{}: ", name_of(level));
  return fmt::format("{}: {}{}\n", program_invocation_short_name, kind, printable(message));
}

std::string timestamp(long seconds) { return utc_time(seconds) + "Z"; }

}  // namespace

void open(const std::string& path, Format format, bool debug) {
  sink = {-1, nullptr, format};
  show_debug(debug);
  if (path.empty()) return;
  sink.fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_SYNC | O_CLOEXEC, 0644);
  if (sink.fd < 0) throw_errno(fmt::format("open {}", path), errno);
}

void hand_on(Writer writer, bool debug) {
  sink = {-1, writer, Format::text};
  show_debug(debug);
}

void show_debug(bool debug) { debug_shown.store(debug, std::memory_order_relaxed); }

int descriptor() { return sink.fd; }
bool debug_enabled() { return debug_shown.load(std::memory_order_relaxed); }

std::string record(Level level, std::string_view message, Format format, long seconds) {
  if (format == Format::json) {
    return fmt::format("{{\"level\":\"{}\",\"msg\":{},\"time\":\"{}\"}}\n", name_of(level), json_quote(message),
                       timestamp(seconds));
  }
  return fmt::format("time=\"{}\" level={} msg={}\n", timestamp(seconds), name_of(level), json_quote(message));
}

void write(Level level, std::string_view message) {
  if (level == Level::debug && !debug_enabled()) return;
  if (sink.writer != nullptr) return sink.writer(level, message);
  const bool plain = sink.fd < 0 && sink.format == Format::text && ::isatty(STDERR_FILENO) != 0;
  const auto text = message.size() <= message_limit ? std::string{message} : excerpt(message, message_limit);
  const auto line = plain ? sentence(level, text) : record(level, text, sink.format, ::time(nullptr));
  const auto written = ::write(sink.fd < 0 ? STDERR_FILENO : sink.fd, line.data(), line.size());
  static_cast<void>(written);  // nowhere left to complain
}

}  // namespace corten::log
