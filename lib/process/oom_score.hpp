// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

namespace corten::process {

/// Sets oom_score_adj, by which the kernel chooses what to kill when memory runs out. As in runc, a value that may not be set
/// is an error only where it is not the process's already.
void set_oom_score(pid_t pid, int score);

/// The same for this process, which is not dumpable, in the host's namespaces.
void set_own_oom_score(int score);

}  // namespace corten::process
