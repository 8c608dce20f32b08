// SPDX-License-Identifier: Apache-2.0
// Processes of the system: when one began, and what the calling one hears of its parent and its descendants.
#pragma once

#include <corten.h>
#include <sys/types.h>

#include <cstdint>

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {
namespace system {

/// Clock ticks after boot, which tell a process from a later one with the same pid. CORTEN_NOT_FOUND where there is none.
[[nodiscard]] inline std::uint64_t start_time(pid_t pid) {
  std::uint64_t ticks = 0;
  detail::call(&corten_system_start_time, pid, &ticks);
  return ticks;
}

/// Whether orphaned descendants become children of the calling process: PR_SET_CHILD_SUBREAPER.
inline void set_subreaper(bool on) { detail::call(&corten_system_set_subreaper, on ? 1 : 0); }
[[nodiscard]] inline bool subreaper() { return detail::call(&corten_system_subreaper) != 0; }

/// The signal that the process gets when the thread that made it ends, 0: none; a setting of the calling thread's.
inline void set_parent_death_signal(int number) { detail::call(&corten_system_set_parent_death_signal, number); }
[[nodiscard]] inline int parent_death_signal() { return detail::call(&corten_system_parent_death_signal); }

}  // namespace system
}  // namespace v0
}  // namespace corten
