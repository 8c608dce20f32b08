// SPDX-License-Identifier: Apache-2.0
#include "process/user_limits.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "sys/syscall.hpp"

namespace corten::process {

std::vector<Rlimit> limits_of_users(std::vector<Rlimit> limits) {
  std::erase_if(limits, [](const auto& limit) {
    return limit.resource != RLIMIT_MSGQUEUE && limit.resource != RLIMIT_SIGPENDING && limit.resource != RLIMIT_NPROC &&
           limit.resource != RLIMIT_MEMLOCK;
  });
  return limits;
}

void raise_limits(const std::vector<Rlimit>& limits) {
  for (const auto& limit : limits) {
    rlimit64 now{};
    const auto get = [&] { return ::syscall(SYS_prlimit64, 0, limit.resource, nullptr, &now); };
    if (sys::attempt(get) < 0 || now.rlim_cur >= limit.soft) continue;
    const auto set = [&](const rlimit64& to) {
      return sys::attempt([&] { return ::syscall(SYS_prlimit64, 0, limit.resource, &to, nullptr); });
    };
    if (set({limit.soft, std::max<std::uint64_t>(limit.soft, now.rlim_max)}) < 0) set({now.rlim_max, now.rlim_max});
  }
}

}  // namespace corten::process
