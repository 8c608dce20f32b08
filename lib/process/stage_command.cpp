// SPDX-License-Identifier: Apache-2.0
#include "process/stage_command.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <utility>

#include "base/trace.hpp"
#include "sys/raw_call.hpp"

namespace corten::process {
namespace {

/// The fallback switches are all that the init stage's environment holds.
std::vector<char*> init_environment() {
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::strncmp(*variable, "CORTEN_", 7) == 0) variables.push_back(*variable);
  }
  variables.push_back(nullptr);
  return variables;
}

void keep_over_exec(int fd) noexcept {
  if (fd >= 0) sys::raw_call(SYS_fcntl, fd, F_SETFD, 0);
}

long address_of(const void* where) { return reinterpret_cast<long>(where); }

}  // namespace

StageCommand::StageCommand(const char* kind, int channel, PassedFds passed, Streams streams, int filler)
    : kind_{kind},
      channel_{channel},
      filler_{filler},
      passed_{std::move(passed)},
      streams_{streams},
      channel_text_{std::to_string(channel)},
      trace_text_{trace::handle()},
      environment_{init_environment()} {}

/// 0 or an errno.
int StageCommand::place_streams() const noexcept {
  std::array<long, 3> copies{-1, -1, -1};
  // Out of the way first: one may have a number that another is to get.
  for (std::size_t at = 0; at < streams_.size(); ++at) {
    if (streams_[at] < 0) continue;
    copies[at] = sys::raw_call(SYS_fcntl, streams_[at], F_DUPFD_CLOEXEC, passed_.end());
    if (copies[at] < 0) return static_cast<int>(-copies[at]);
  }
  for (std::size_t at = 0; at < streams_.size(); ++at) {
    if (copies[at] >= 0) sys::raw_call(SYS_dup3, copies[at], static_cast<long>(at), 0);
  }
  return 0;
}

int StageCommand::execute(int exe) const noexcept {
  if (const int code = place_streams(); code != 0) return code;
  const std::array<const char*, 5> arguments{init_name, kind_, channel_text_.c_str(), trace_text_.c_str(), nullptr};
  for (int fd = PassedFds::first; fd < passed_.end(); ++fd) keep_over_exec(fd);
  for (const int fd : passed_.absent) sys::raw_call(SYS_dup3, filler_, fd, 0);
  keep_over_exec(channel_);
  return static_cast<int>(-sys::raw_call(SYS_execveat, exe, address_of(""), address_of(arguments.data()),
                                         address_of(environment_.data()), AT_EMPTY_PATH));
}

}  // namespace corten::process
