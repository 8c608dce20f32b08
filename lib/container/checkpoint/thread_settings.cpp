// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/thread_settings.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "base/id_list.hpp"
#include "base/log.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"
#include "container/checkpoint/thread_files.hpp"
#include "sys/file.hpp"
#include "sys/sched_attr.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

using Mask = std::vector<std::uint64_t>;

constexpr int io_class_shift = 13;  // include/uapi/linux/ioprio.h
constexpr int io_real_time = 1;
constexpr int io_best_effort = 2;
constexpr int io_idle = 3;
constexpr int one_process = 1;  // IOPRIO_WHO_PROCESS

constexpr std::uint32_t full_utilization = 1024;
constexpr std::uint64_t only_clamps = 0x78;  // SCHED_FLAG_KEEP_ALL | SCHED_FLAG_UTIL_CLAMP

/// In the words of numa_maps.
constexpr auto policy_words = named_table<int>({{"default", MPOL_DEFAULT},
                                                {"prefer", MPOL_PREFERRED},
                                                {"bind", MPOL_BIND},
                                                {"interleave", MPOL_INTERLEAVE},
                                                {"local", MPOL_LOCAL},
                                                {"prefer (many)", MPOL_PREFERRED_MANY},
                                                {"weighted interleave", 6}});  // Linux 6.9

/// What a thread of a restored container has at first.
struct Inherited {
  Mask cpus;
  int io_priority = 0;
  std::optional<std::uint64_t> timer_slack, core_dump_filter;  // the caller's: a restore by it hands them on
};

/// The CPUs that the cgroup lets its processes use: those of the nearest cgroup that says so, or all.
std::string cpus_of(const cgroup::Manager& manager) {
  const bool unified = cgroup::host_layout() == cgroup::Layout::unified;
  for (auto [controller, path] : manager.paths()) {
    if (controller != (unified ? "" : "cpuset")) continue;
    for (; path.starts_with("/sys/fs/cgroup"); path.resize(path.rfind('/'))) {
      const auto file = path + (unified ? "/cpuset.cpus.effective" : "/cpuset.effective_cpus");
      if (const auto text = sys::read_file_if_exists(AT_FDCWD, file)) return std::string{trim(*text)};
    }
  }
  return std::string{trim(sys::read_file("/sys/devices/system/cpu/online"))};
}

bool contains(const Mask& mask, const Mask& part) {
  for (std::size_t i = 0; i < part.size(); ++i) {
    if ((part[i] & ~(i < mask.size() ? mask[i] : 0)) != 0) return false;
  }
  return true;
}

bool is_real_time(const sys::SchedAttr& scheduler) {
  return scheduler.policy == SCHED_FIFO || scheduler.policy == SCHED_RR;
}

sys::SchedAttr scheduler_of(pid_t thread) {
  sys::SchedAttr attr;
  sys::attempt([&] { return ::syscall(SYS_sched_getattr, thread, &attr, sizeof attr, 0); });
  return attr;
}

/// ioprio_get(2) answers so where none was ever set: Linux 5.18 to 6.5 derive it from the nice value, others say none.
bool is_implied(int priority, const sys::SchedAttr& scheduler) {
  const int io_class = priority >> io_class_shift;
  if (io_class == 0) return true;
  const int implied = scheduler.policy == SCHED_IDLE ? io_idle
                      : is_real_time(scheduler)      ? io_real_time
                                                     : io_best_effort;
  return priority == ((implied << io_class_shift) | ((scheduler.nice + 20) / 5));
}

/// Which of `pids` is the one in init's pid namespace: that of a container in the container is deeper.
int pid_at(const std::vector<pid_t>& pids, std::size_t depth) {
  return depth > 0 && depth <= pids.size() ? pids[depth - 1] : 0;
}

std::size_t depth_of(pid_t init) {
  const auto status = read_status(init);
  return status ? status->pids.size() : 0;
}

spec::ThreadSettings settings_of(pid_t process, pid_t thread, const ThreadStatus& status, const Inherited& inherited) {
  spec::ThreadSettings settings;
  const auto differs = [](auto now, const auto& usual) { return now && usual && *now != *usual; };
  if (!status.cpus.empty() && !contains(parse_id_list(status.cpus), inherited.cpus)) settings.cpus = status.cpus;
  const auto scheduler = scheduler_of(thread);
  const auto priority = static_cast<int>(sys::attempt([&] { return ::syscall(SYS_ioprio_get, one_process, thread); }));
  const bool none_wanted = inherited.io_priority == 0 && is_implied(priority, scheduler);
  if (priority >= 0 && priority != inherited.io_priority && !none_wanted) settings.io_priority = priority;
  const auto slack = read_number(thread, "timerslack_ns", 10);
  // Real-time policies have none (Linux 6.13).
  if (differs(slack, inherited.timer_slack) && !is_real_time(scheduler)) settings.timer_slack = slack;
  if (thread == process) {  // those of one process share it
    const auto filter = read_number(thread, "coredump_filter", 16);
    if (differs(filter, inherited.core_dump_filter)) {
      settings.core_dump_filter = static_cast<std::uint32_t>(*filter);
    }
  }
  const bool clamps = scheduler.utilization_min != 0 || scheduler.utilization_max != 0;  // else the kernel has none
  const bool usual =
      scheduler.utilization_max == full_utilization && (scheduler.utilization_min == 0 || is_real_time(scheduler));
  if (clamps && !usual) {
    settings.utilization_min = scheduler.utilization_min;
    settings.utilization_max = scheduler.utilization_max;
  }
  return settings;
}

void warn(pid_t thread, const std::string& what, const std::string& why) {
  log::warn(fmt::format("thread {} of the restored container does not get its {}: {}", thread, what, why));
}

void set_cpus(pid_t thread, const std::string& cpus) {
  if (cpus.empty()) return;
  try {
    const auto mask = parse_id_list(cpus);
    sys::check("sched_setaffinity",
               [&] { return ::syscall(SYS_sched_setaffinity, thread, mask.size() * sizeof mask[0], mask.data()); });
  } catch (const Error& error) {
    warn(thread, "CPU affinity " + printable(excerpt(cpus, 80)), error.message());
  }
}

void set_io_priority(pid_t thread, const std::optional<int>& priority, const process::Launch& launch) {
  if (!priority) return;
  const bool real_time = *priority >> io_class_shift == io_real_time;
  if (real_time && launch.io_priority.value_or(0) >> io_class_shift != io_real_time) {
    return warn(thread, "I/O priority", "config.json has no real-time I/O class (process.ioPriority)");
  }
  const auto result = sys::attempt([&] { return ::syscall(SYS_ioprio_set, one_process, thread, *priority); });
  if (result < 0) warn(thread, "I/O priority", errno_text(static_cast<int>(-result)));
}

void set_number(pid_t thread, const char* what, const char* file, const std::optional<std::uint64_t>& number) {
  if (!number) return;
  try {
    sys::write_file_at(AT_FDCWD, fmt::format("/proc/{}/{}", thread, file), std::to_string(*number));
  } catch (const Error& error) {
    warn(thread, what, error.message());
  }
}

void set_clamps(pid_t thread, const spec::ThreadSettings& settings) {
  if (!settings.utilization_min || !settings.utilization_max) return;
  sys::SchedAttr attr;
  attr.flags = only_clamps;
  attr.utilization_min = *settings.utilization_min;
  attr.utilization_max = *settings.utilization_max;
  const auto result = sys::attempt([&] { return ::syscall(SYS_sched_setattr, thread, &attr, 0); });
  if (result < 0) warn(thread, "utilization clamps", errno_text(static_cast<int>(-result)));
}

}  // namespace

std::vector<spec::ThreadSettings> settings_now(const cgroup::Manager& manager, pid_t init,
                                               const process::Launch& launch) {
  const Inherited inherited{parse_id_list(cpus_of(manager)), launch.io_priority.value_or(0),
                            read_number(::getpid(), "timerslack_ns", 10),
                            read_number(::getpid(), "coredump_filter", 16)};
  const auto depth = depth_of(init);
  std::vector<spec::ThreadSettings> found;
  each_thread(manager.processes(), [&](pid_t process, pid_t thread) {
    const auto status = read_status(thread);
    if (!status) return;
    auto settings = settings_of(process, thread, *status, inherited);
    if (settings == spec::ThreadSettings{}) return;
    settings.pid = pid_at(status->pids, depth);
    if (settings.pid != 0) found.push_back(std::move(settings));
  });
  return found;
}

void set_settings(const std::vector<pid_t>& processes, pid_t init, const std::vector<spec::ThreadSettings>& threads,
                  const process::Launch& launch) {
  if (threads.empty()) return;
  const auto depth = depth_of(init);
  each_thread(processes, [&](pid_t /*process*/, pid_t thread) {
    const auto status = read_status(thread);
    if (!status) return;
    const auto found = std::ranges::find(threads, pid_at(status->pids, depth), &spec::ThreadSettings::pid);
    if (found == threads.end()) return;
    set_cpus(thread, found->cpus);
    set_io_priority(thread, found->io_priority, launch);
    set_number(thread, "timer slack", "timerslack_ns", found->timer_slack);
    set_number(thread, "core dump filter", "coredump_filter", found->core_dump_filter);
    set_clamps(thread, *found);
  });
}

void warn_of_losses(const std::vector<pid_t>& processes, const spec::SavedState& saved, const process::Launch& launch) {
  constexpr std::size_t most = 8;
  std::vector<std::string> losses;
  const int mode = launch.memory_policy ? launch.memory_policy->mode & 0xfff : MPOL_DEFAULT;  // without its flags
  for (const pid_t pid : strangers_to(saved.init_pid, processes)) {
    if (losses.size() >= most) break;
    losses.push_back(fmt::format("process {}, whose parent is outside of the container (exec)", pid));
  }
  for (const pid_t pid : processes) {
    if (losses.size() >= most) break;
    const auto maps = sys::read_file_if_exists(AT_FDCWD, fmt::format("/proc/{}/numa_maps", pid));
    const auto policy = maps ? other_policy(*maps, policy_words.name_of(mode)) : std::string{};
    if (!policy.empty()) losses.push_back(fmt::format("the memory policy {} of process {}", quote(policy), pid));
  }
  const auto keyring = "_ses." + saved.id;
  const auto keys = sys::read_file_if_exists(AT_FDCWD, "/proc/keys");
  if (const auto count = keys && !saved.no_new_keyring ? keys_in(*keys, keyring) : 0; count > 0) {
    losses.push_back(fmt::format("the keys ({}) in the session keyring {}", count, keyring));
  }
  if (losses.empty()) return;
  log::warn(fmt::format("CRIU does not save all of the container, and a restore will lack: {}", join(losses, "; ")));
}

}  // namespace corten::container
