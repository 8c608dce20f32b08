// SPDX-License-Identifier: Apache-2.0
// Nobody in the container may look into an init stage while it holds the host's descriptors (CVE-2016-9962): it is hidden
// from its first step on, and so are its clones.
#pragma once

#include <vector>

namespace corten::process {

void hide();

/// For a copy of this process that goes into a user namespace, or is born there, only to be there: hidden, and without any
/// descriptor but `kept`.
void hide_copy(std::vector<int> kept);

/// Not hidden, in the host's namespaces, for what a caller that is no root must do through /proc/PID: the files of a hidden
/// process belong to the root of the user namespace in which it was executed.
void show();

/// The same for a while. To root all are open, and nothing changes.
class Shown {
 public:
  Shown();
  Shown(const Shown&) = delete;
  Shown& operator=(const Shown&) = delete;
  Shown(Shown&&) = delete;
  Shown& operator=(Shown&&) = delete;
  ~Shown();

 private:
  bool hidden_;
};

}  // namespace corten::process
