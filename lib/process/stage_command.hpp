// SPDX-License-Identifier: Apache-2.0
// How this program is executed as an init stage: "corten:init" KIND CHANNEL TRACE, and only the descriptors it needs.
#pragma once

#include <string>
#include <vector>

#include "process/passed_fds.hpp"

namespace corten::process {

/// The argv[0] of an init stage, a name that no shell gives.
inline constexpr const char* init_name = "corten:init";

/// What it is: the stage of a new container; the same once more, in its user namespace; the stage of one more process.
namespace stage_kind {
inline constexpr const char* container = "init";
inline constexpr const char* mapped = "init-mapped";
inline constexpr const char* mapped_not_placed = "init-mapped-not-placed";  // the parent puts it into its cgroup
inline constexpr const char* exec = "exec";
}  // namespace stage_kind

class StageCommand {
 public:
  /// Where `passed` has absent numbers, the stage gets copies of `filler` there, so that it opens nothing of its own with
  /// these numbers. All other descriptors here have numbers from passed.end() on then.
  StageCommand(const char* kind, int channel, PassedFds passed, Streams streams = own_streams, int filler = -1);

  /// Returns only on failure, with the errno. Allocates nothing and changes nothing, errno neither where sys::raw_calls: the
  /// caller may share its memory.
  [[nodiscard]] int execute(int exe) const noexcept;

 private:
  [[nodiscard]] int place_streams() const noexcept;

  const char* kind_;
  int channel_;
  int filler_;
  PassedFds passed_;
  Streams streams_;
  std::string channel_text_, trace_text_;
  std::vector<char*> environment_;  // the fallback switches
};

}  // namespace corten::process
