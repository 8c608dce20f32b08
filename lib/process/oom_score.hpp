// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

namespace corten::process {

/// The score by which the kernel chooses whom to kill when memory runs out. As in runc, one that may not be set is borne
/// where it is that already.
void set_oom_score(pid_t pid, int score);

/// The same for this process, which is hidden, in the host's namespaces.
void set_own_oom_score(int score);

}  // namespace corten::process
