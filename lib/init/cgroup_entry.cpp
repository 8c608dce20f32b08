// SPDX-License-Identifier: Apache-2.0
#include "init/cgroup_entry.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

void join_cgroups(const TasksFiles& files) {
  const auto enter = [](const UniqueFd& file) { return ::write(file.get(), "0", 1); };
  for (const auto& file : files.required) {
    sys::check("unable to apply cgroup configuration: entering the container's cgroup", [&] { return enter(file); });
  }
  for (const auto& file : files.optional) sys::attempt([&] { return enter(file); });
}

void reset_affinity(const std::vector<std::uint64_t>& mask) {
  if (!mask.empty()) {
    sys::check("setting the final CPU affinity",
               [&] { return ::syscall(SYS_sched_setaffinity, 0, mask.size() * sizeof mask[0], mask.data()); });
    return;
  }
  // More CPUs than any kernel is built for (NR_CPUS is 8192 at most): the kernel cuts the mask to the cpuset.
  std::array<std::uint64_t, 8192 / 64> all{};
  all.fill(~std::uint64_t{0});
  sys::attempt([&] { return ::syscall(SYS_sched_setaffinity, 0, sizeof all, all.data()); });
}

}  // namespace corten::init
