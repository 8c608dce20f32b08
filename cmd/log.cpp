// SPDX-License-Identifier: Apache-2.0
#include "cmd/log.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <ctime>

#include "cmd/system.hpp"

namespace corten::cmd::log {
namespace {

struct Sink {
  int fd = -1;
  Format format = Format::text;
};

constinit Sink sink;  // NOLINT: the process has one log

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

void write(corten_level level, std::string_view message) {
  const auto line = log_record(level, message, sink.format, ::time(nullptr));
  const auto written = ::write(is_file() ? sink.fd : STDERR_FILENO, line.data(), line.size());
  static_cast<void>(written);  // nowhere left to complain
}

}  // namespace corten::cmd::log
