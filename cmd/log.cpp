// SPDX-License-Identifier: Apache-2.0
#include "cmd/log.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "cmd/system.hpp"

namespace corten::cmd::log {
namespace {

struct Sink {
  int fd = -1;
  Format format = Format::text;
  corten_level least = CORTEN_INFO;
  Writer writer = nullptr;
};

constinit Sink sink;  // NOLINT: the process has one log

/// For people.
std::string sentence(corten_level level, std::string_view message) {
  const auto kind = level == CORTEN_ERROR ? std::string{} : fmt::format("{}: ", name_of(level));
  return fmt::format("{}: {}{}\n", program_invocation_short_name, kind, printable(excerpt(message, message_limit)));
}

void begin(const Sink& wanted) {
  sink = wanted;
  corten_set_log([](void* /*data*/, corten_level level, const char* message) { write(level, message); }, nullptr,
                 sink.least);
}

}  // namespace

void open(const std::string& path, Format format, corten_level least) {
  constexpr int flags = O_CREAT | O_WRONLY | O_APPEND | O_SYNC | O_CLOEXEC;
  int fd = -1;
  if (!path.empty()) {
    fd = check([&] { return fmt::format("open {}", path); }, [&] { return ::open(path.c_str(), flags, 0644); });
  }
  begin({fd, format, least});
}

void hand_on(Writer writer, corten_level least) { begin({-1, Format::text, least, writer}); }

bool elsewhere() { return sink.fd >= 0 || sink.writer != nullptr; }

void write(corten_level level, std::string_view message) {
  if (level > sink.least) return;
  if (sink.writer != nullptr) return sink.writer(level, message);
  const bool plain = sink.fd < 0 && sink.format == Format::text && ::isatty(STDERR_FILENO) != 0;
  const auto line = plain ? sentence(level, message) : log_record(level, message, sink.format, ::time(nullptr));
  const auto written = ::write(sink.fd >= 0 ? sink.fd : STDERR_FILENO, line.data(), line.size());
  static_cast<void>(written);  // nowhere left to complain
}

}  // namespace corten::cmd::log
