// SPDX-License-Identifier: Apache-2.0
#include "process/hiding.hpp"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "sys/syscall.hpp"

namespace corten::process {
namespace {

void set_dumpable(unsigned long value) {
  sys::check("prctl(SET_DUMPABLE)", [&] { return ::prctl(PR_SET_DUMPABLE, value, 0, 0, 0); });
}

}  // namespace

void hide() { set_dumpable(0); }

void hide_copy(std::vector<int> kept) {
  hide();
  std::ranges::sort(kept);
  unsigned first = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > first) sys::attempt([&] { return ::syscall(SYS_close_range, first, number - 1, 0); });
    first = number + 1;
  }
  sys::attempt([&] { return ::syscall(SYS_close_range, first, ~0U, 0); });
}

void show() { set_dumpable(1); }

Shown::Shown() : hidden_{::geteuid() != 0 && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1} {
  if (hidden_) show();
}

Shown::~Shown() {
  if (hidden_) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace corten::process
