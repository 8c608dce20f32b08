// SPDX-License-Identifier: Apache-2.0
#include "base/trace.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::trace {
namespace {

struct State {
  int fd = -1;
  Writer writer = nullptr;     // of another process's trace
  pid_t owner = 0;             // the process that began the trace: events of its init are shown beside its own
  pid_t line = 0;              // whose events these are
  const char* name = nullptr;  // of the phase that goes on
  double begin = 0;
};

State state;  // NOLINT: the process has one trace

/// Microseconds of the wall clock: the other clocks may be set off by a time namespace.
double now() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

/// One write an event: several processes add to the file. A trace that cannot be written must not stop a container.
void write_event(std::string_view event) {
  if (state.writer != nullptr) return state.writer(event);
  if (::write(state.fd, event.data(), event.size()) < 0) detail::enabled = false;
}

void name_line(std::string_view name) {
  write_event(fmt::format(R"({{"ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":{}}}}},)"
                          "\n",
                          state.owner, state.line, json_quote(name)));
}

}  // namespace

bool detail::enabled = false;

void open(const std::string& path) {
  state.fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  if (state.fd < 0) throw_errno(fmt::format("open {}", path), errno);
  detail::enabled = true;
  state.owner = state.line = ::getpid();
  if (::lseek(state.fd, 0, SEEK_END) == 0) write_event("[\n");
  name_line("corten");
}

std::string handle() { return detail::enabled ? fmt::to_string(state.owner) : std::string{}; }

void adopt(std::string_view handle, std::string_view name, Writer writer) {
  const auto owner = parse_number<pid_t>(handle);
  if (!owner) return;
  state = {-1, writer, *owner, *owner + 1, nullptr, 0};
  detail::enabled = true;
  name_line(name);
}

void add(std::string_view event) {
  if (detail::enabled) write_event(event);
}

void detail::begin(const char* phase) {
  const double time = now();
  if (state.name != nullptr) {
    write_event(fmt::format(R"({{"ph":"X","name":{},"ts":{:.3f},"dur":{:.3f},"pid":{},"tid":{}}},)"
                            "\n",
                            json_quote(state.name), state.begin, time - state.begin, state.owner, state.line));
  }
  state.name = phase;
  state.begin = now();
}

}  // namespace corten::trace
