// SPDX-License-Identifier: Apache-2.0
#include "cgroup/pressure_watch.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>

#include <string_view>

#include "base/text.hpp"
#include "cgroup/event_control.hpp"
#include "sys/file.hpp"

namespace corten::cgroup {
namespace {

struct Names {
  std::string_view legacy;
  std::string trigger;  // microseconds of each window, and its length
};

Names names_of(PressureLevel level) {
  switch (level) {
    case PressureLevel::low: return {"low", "some 100000 2000000"};
    case PressureLevel::medium: return {"medium", "some 200000 2000000"};
    case PressureLevel::critical: break;
  }
  return {"critical", "full 200000 2000000"};
}

}  // namespace

PressureWatch::PressureWatch(const Paths& paths, PressureLevel level) : directory_{memory_directory(paths)} {
  const auto names = names_of(level);
  if (!is_unified(paths)) {
    events_ = register_event(directory_, "memory.pressure_level", names.legacy);
    return;
  }
  check_cgroup(directory_);
  const auto path = directory_ + "/memory.pressure";
  auto file = sys::open_at(AT_FDCWD, path, O_RDWR | O_NONBLOCK);
  // With its final NUL, as the kernel's documentation of PSI shows it.
  sys::write_all(file.get(), {names.trigger.c_str(), names.trigger.size() + 1},
                 fmt::format("{} to {}", quote(names.trigger), path));
  trigger_ = std::make_unique<sys::KeptPoll>(std::move(file), POLLPRI);
}

bool PressureWatch::happened() {
  if (trigger_) return (trigger_->take() & POLLPRI) != 0;
  return take_events(events_) && takes_events(directory_);
}

}  // namespace corten::cgroup
