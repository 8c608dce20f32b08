// SPDX-License-Identifier: Apache-2.0
#include "process/hiding.hpp"

#include <sys/prctl.h>

#include "sys/syscall.hpp"

namespace corten::process {
namespace {

void set_dumpable(unsigned long value) {
  sys::check("prctl(SET_DUMPABLE)", [&] { return ::prctl(PR_SET_DUMPABLE, value, 0, 0, 0); });
}

}  // namespace

void hide() { set_dumpable(0); }
void show() { set_dumpable(1); }

}  // namespace corten::process
