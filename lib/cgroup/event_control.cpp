// SPDX-License-Identifier: Apache-2.0
#include "cgroup/event_control.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/files.hpp"
#include "cgroup/write.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {

bool is_unified(const Paths& paths) { return paths.size() == 1 && paths.front().first.empty(); }

std::string memory_directory(const Paths& paths) {
  auto directory = directory_of(paths, "memory");
  if (directory.empty()) throw Error{"memory controller missing"};
  return directory;
}

void check_cgroup(const std::string& directory) {
  if (const auto why = why_no_cgroup(directory)) throw Error{fmt::format("cgroup {} {}", quote(directory), *why)};
}

UniqueFd register_event(const std::string& directory, std::string_view file, std::string_view argument) {
  check_cgroup(directory);
  const auto source = sys::open_at(AT_FDCWD, fmt::format("{}/{}", directory, file), O_RDONLY);
  UniqueFd events{sys::check("eventfd", [] { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); })};
  const auto* blank = argument.empty() ? "" : " ";
  write_file(directory + "/cgroup.event_control",
             fmt::format("{} {}{}{}", events.get(), source.get(), blank, argument));
  return events;
}

bool take_events(const UniqueFd& events) {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  bool any = false;
  while (sys::attempt([&] { return ::read(events.get(), buffer.data(), buffer.size()); }) > 0) any = true;
  return any;
}

bool takes_events(const std::string& directory) {
  return ::access((directory + "/cgroup.event_control").c_str(), F_OK) == 0;
}

}  // namespace corten::cgroup
