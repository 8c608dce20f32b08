// SPDX-License-Identifier: Apache-2.0
#include "security/seccomp_tables.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include "sys/syscall.hpp"

namespace corten::security {

bool kernel_takes_flag(std::uint32_t flag) {
  if (flag == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) flag |= SECCOMP_FILTER_FLAG_NEW_LISTENER;  // useless without it
  // A flag that the kernel knows gets it as far as the program, which is not there.
  return sys::attempt([&] { return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flag, nullptr); }) == -EFAULT;
}

std::vector<std::string> supported_architectures() {
  std::vector<std::string> names;
  for (const auto& row : filter_architectures.rows) {
    if (row.value != 0) names.emplace_back(row.name);
  }
  return names;
}

std::vector<std::string> supported_filter_flags() {
  std::vector<std::string> names;
  for (const auto& row : filter_flags.rows) {
    if (row.value == 0 || kernel_takes_flag(row.value)) names.emplace_back(row.name);
  }
  return names;
}

}  // namespace corten::security
