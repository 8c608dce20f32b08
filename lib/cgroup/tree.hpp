// SPDX-License-Identifier: Apache-2.0
// The directories of a cgroup: made with their parents, walked, removed with their children.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace corten::cgroup {

/// Makes `directory` and its parents. The ones that were not there are added to `made`, parents first; an existing
/// `directory` is fine. Throws "mkdir PATH: ...".
void make_directories(const std::string& directory, std::vector<std::string>& made);

/// Removes `made`, children first, as far as that goes: the way back out of a failed creation.
void discard_directories(const std::vector<std::string>& made) noexcept;

/// Every process in `directory` and below it. A cgroup that vanishes meanwhile is skipped. No symlink is
/// followed, here and in remove_tree().
[[nodiscard]] std::vector<pid_t> processes_below(const std::string& directory);

/// The same without those below it.
[[nodiscard]] std::vector<pid_t> processes_in(const std::string& directory);

/// Removes `directory` at once: true when it is gone (or was never there), false when it is busy.
[[nodiscard]] bool try_remove(const std::string& directory);

/// Removes `directory` and those below it; while a process on its way out keeps one busy, tries again with growing
/// pauses, from 50 microseconds on. Throws when one is still there after `patience`.
void remove_tree(const std::string& directory, std::chrono::milliseconds patience);

/// Sleeps for `pause`, whatever signals come.
void sleep_for(std::chrono::microseconds pause);

}  // namespace corten::cgroup
