// SPDX-License-Identifier: Apache-2.0
#include "process/oom_score.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <string>

#include "base/text.hpp"
#include "process/dumpable.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::process {

void set_oom_score(pid_t pid, int score) {
  const auto path = fmt::format("/proc/{}/oom_score_adj", pid);
  const auto text = std::to_string(score);
  const auto fd = sys::open_at(AT_FDCWD, path, O_RDWR);
  const auto result = sys::attempt([&] { return ::write(fd.get(), text.data(), text.size()); });
  if (result >= 0 || trim(sys::read_all(fd.get(), path)) == text) return;
  throw_errno(fmt::format("write {} to {}", text, path), static_cast<int>(-result));
}

void set_own_oom_score(int score) {
  const DumpableScope dumpable;
  set_oom_score(::getpid(), score);
}

}  // namespace corten::process
