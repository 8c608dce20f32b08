// SPDX-License-Identifier: Apache-2.0
// A pseudo terminal of the container's own devpts, as the process's controlling terminal.
#pragma once

#include <optional>
#include <string>

#include "base/unique_fd.hpp"
#include "process/plan.hpp"

namespace corten::init {

struct Terminal {
  UniqueFd master, slave;
  std::string name;  // "/dev/pts/N", in the container
};

/// Unlocks the terminal behind `ptmx`, gives it `size`, and opens the other side by TIOCGPTPEER, never by its path
/// (CVE-2025-52565: /dev/pts/N may be something else by now).
[[nodiscard]] Terminal open_terminal(UniqueFd ptmx, const std::optional<process::TerminalSize>& size);

/// Makes the slave standard input, output and error, and the controlling terminal of this session.
void take_terminal(const UniqueFd& slave);

}  // namespace corten::init
