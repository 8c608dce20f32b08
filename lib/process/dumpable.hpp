// SPDX-License-Identifier: Apache-2.0
// Hides an init stage from the container's processes while it has descriptors of the host (CVE-2016-9962), from its first step
// on. Its clones inherit that.
#pragma once

#include <vector>

namespace corten::process {

/// PR_SET_DUMPABLE, which decides who may trace this process and open its files of /proc/PID. A process that is not dumpable
/// is hidden: these files belong to the root of the user namespace in which it was executed.
void set_dumpable(bool dumpable);

/// For a clone of this process that exists only for its user namespace: not dumpable, and without any descriptor but `kept`.
void hide_clone(std::vector<int> kept);

/// Dumpable for a while, in the host's namespaces, for what a caller that is no root must do through /proc/PID. To root all
/// files are open, and nothing changes.
class DumpableScope {
 public:
  DumpableScope();
  DumpableScope(const DumpableScope&) = delete;
  DumpableScope& operator=(const DumpableScope&) = delete;
  DumpableScope(DumpableScope&&) = delete;
  DumpableScope& operator=(DumpableScope&&) = delete;
  ~DumpableScope();

 private:
  bool hidden_;
};

}  // namespace corten::process
