// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/schedulers.hpp"

#include <fmt/core.h>
#include <sched.h>

#include "base/error.hpp"
#include "container/checkpoint/thread_files.hpp"

namespace corten::container {
namespace {

constexpr int deadline_policy = 6;  // SCHED_DEADLINE, which glibc 2.36 does not name

void check_thread(pid_t thread) {
  const int policy = ::sched_getscheduler(thread);
  if (policy < 0 || (policy & ~SCHED_RESET_ON_FORK) != deadline_policy) return;  // below 0: it has ended
  throw Error{
      fmt::format("Container cannot be checkpointed: thread {} has the scheduling policy SCHED_DEADLINE, which CRIU "
                  "saves but cannot restore; `chrt --other --pid 0 {}` changes it",
                  thread, thread)};
}

}  // namespace

void check_schedulers(const std::vector<pid_t>& processes) {
  each_thread(processes, [](pid_t /*process*/, pid_t thread) { check_thread(thread); });
}

}  // namespace corten::container
