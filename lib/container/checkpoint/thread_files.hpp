// SPDX-License-Identifier: Apache-2.0
// What procfs tells of threads.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corten::container {

/// Calls `visit` with each thread of each of `processes`; those that end meanwhile are left out.
void each_thread(const std::vector<pid_t>& processes, const std::function<void(pid_t process, pid_t thread)>& visit);

/// The threads that an open /proc/PID/task lists; none where the process has ended since it was opened.
[[nodiscard]] std::vector<pid_t> threads_in(int task_directory);

/// A thread's /proc/TID/status, as far as it is asked for.
struct ThreadStatus {
  std::vector<pid_t> pids;  // in the pid namespaces from ours inwards
  pid_t parent = 0;
  std::string cpus;
};
[[nodiscard]] std::optional<ThreadStatus> read_status(pid_t thread);
/// Pure.
[[nodiscard]] ThreadStatus parse_status(std::string_view text);

/// Of `processes` those that do not come from `init`: CRIU saves only its children and theirs, and a process that exec has put
/// beside it has its parent outside.
[[nodiscard]] std::vector<pid_t> strangers_to(pid_t init, const std::vector<pid_t>& processes);

/// A file of /proc/TID that holds one number.
[[nodiscard]] std::optional<std::uint64_t> read_number(pid_t thread, const char* file, int base);

/// In the text of a numa_maps, the first policy of which `expected` is not the mode; empty where there is none. Pure.
[[nodiscard]] std::string other_policy(std::string_view numa_maps, std::string_view expected);

/// The number of keys in the keyring `name`, from the text of /proc/keys. Pure.
[[nodiscard]] std::uint64_t keys_in(std::string_view proc_keys, std::string_view name);

}  // namespace corten::container
