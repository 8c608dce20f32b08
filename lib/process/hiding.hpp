// SPDX-License-Identifier: Apache-2.0
// Nobody in the container may look into an init stage while it holds the host's descriptors (CVE-2016-9962): it is hidden
// from its first step on, and so are its clones.
#pragma once

namespace corten::process {

void hide();

/// Not hidden, in the host's namespaces, for what a caller that is no root must do through /proc/PID: the files of a hidden
/// process belong to the root of the user namespace in which it was executed.
void show();

}  // namespace corten::process
