// SPDX-License-Identifier: Apache-2.0
#include "cgroup/freezer.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "cgroup/tree.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto freeze_patience = 10s;

std::string state_file(const std::string& directory) { return directory + "/freezer.state"; }

void wait_until_frozen(const std::string& directory) {
  const auto deadline = Clock::now() + freeze_patience;
  for (unsigned round = 1;; ++round) {
    const auto text = read_file(state_file(directory));
    const auto state = trim(text);
    if (state == "FROZEN") return;
    if (state != "FREEZING") throw Error{fmt::format("unexpected state {} while freezing {}", state, directory)};
    if (Clock::now() >= deadline) {
      throw Error{fmt::format("unable to freeze {}: a process in it has not stopped for {}s; all go on", directory,
                              freeze_patience.count())};
    }
    // While processes appear (fork, exec into the container) v1 never gets from FREEZING to FROZEN by itself: the
    // request must be repeated, and now and then thawing for a moment lets a stuck one go on.
    if (round % 50 == 0) {
      write_file(state_file(directory), "THAWED");
      sleep_for(10ms);
    } else if (round % 5 == 0) {
      sleep_for(50us);
    }
    write_file(state_file(directory), "FROZEN");
  }
}

std::string pread_all(int fd) {
  std::array<char, 512> buffer;
  const auto size = sys::attempt([&] { return ::pread(fd, buffer.data(), buffer.size(), 0); });
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

}  // namespace

void freeze_legacy(const std::string& directory) {
  ScopeExit thaw{[&] { static_cast<void>(try_write(state_file(directory), "THAWED")); }};
  write_file(state_file(directory), "FROZEN");
  wait_until_frozen(directory);
  thaw.dismiss();
}

void thaw_legacy(const std::string& directory) { write_file(state_file(directory), "THAWED"); }

FreezerState freezer_state_legacy(const std::string& directory) {
  const auto asked = read_value(directory + "/freezer.self_freezing");
  if (!asked) return FreezerState::undefined;
  return trim(*asked) == "1" ? FreezerState::frozen : FreezerState::thawed;
}

bool await_event(const std::string& directory, const std::string& key, unsigned value,
                 std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  int code = 0;
  const auto events = try_open(directory + "/cgroup.events", O_RDONLY, code);
  while (events.valid()) {
    const auto now = value_of_key(pread_all(events.get()), key);
    if (!now || *now == value) return true;  // nothing to read: the cgroup was removed
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (rest <= 0ms) return false;
    pollfd change{events.get(), POLLPRI, 0};
    sys::check("poll cgroup.events", [&] { return ::poll(&change, 1, static_cast<int>(rest.count())); });
  }
  if (means_missing(code)) return true;
  throw_errno(fmt::format("open {}/cgroup.events", directory), code);
}

void freeze_unified(const std::string& directory) {
  ScopeExit thaw{[&] { static_cast<void>(try_write(directory + "/cgroup.freeze", "0")); }};
  write_file(directory + "/cgroup.freeze", "1");
  if (!await_event(directory, "frozen", 1, freeze_patience)) {
    throw Error{
        fmt::format("timeout of {}s reached waiting for {} to freeze; all go on", freeze_patience.count(), directory)};
  }
  thaw.dismiss();
}

void thaw_unified(const std::string& directory) { write_file(directory + "/cgroup.freeze", "0"); }

FreezerState freezer_state_unified(const std::string& directory) {
  const auto asked = read_value(directory + "/cgroup.freeze");
  if (!asked) return FreezerState::undefined;  // Linux before 5.2
  return trim(*asked) == "1" ? FreezerState::frozen : FreezerState::thawed;
}

}  // namespace corten::cgroup
