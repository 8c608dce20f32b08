// SPDX-License-Identifier: Apache-2.0
// Where a program becomes an init stage.
#pragma once

namespace corten::init {

/// Becomes the init stage, and never returns, where this process was started as one; else does nothing.
void run_if_asked(int argc, char** argv);

}  // namespace corten::init
