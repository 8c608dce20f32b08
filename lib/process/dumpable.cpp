// SPDX-License-Identifier: Apache-2.0
#include "process/dumpable.hpp"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "sys/syscall.hpp"

namespace corten::process {

void set_dumpable(bool dumpable) {
  sys::check("prctl(SET_DUMPABLE)", [&] { return ::prctl(PR_SET_DUMPABLE, dumpable ? 1UL : 0UL, 0, 0, 0); });
}

void hide_clone(std::vector<int> kept) {
  set_dumpable(false);
  std::ranges::sort(kept);
  unsigned first = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > first) sys::attempt([&] { return ::syscall(SYS_close_range, first, number - 1, 0); });
    first = number + 1;
  }
  sys::attempt([&] { return ::syscall(SYS_close_range, first, ~0U, 0); });
}

DumpableScope::DumpableScope() : hidden_{::geteuid() != 0 && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1} {
  if (hidden_) set_dumpable(true);
}

DumpableScope::~DumpableScope() {
  if (hidden_) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace corten::process
