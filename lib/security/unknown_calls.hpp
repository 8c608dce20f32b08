// SPDX-License-Identifier: Apache-2.0
// A prologue for filters: system calls that are newer than all that a profile names get ENOSYS, so that programs fall
// back to older calls (runc does it since 1.0.0-rc93; EPERM for openat2 and the like breaks libc's fall-backs).
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace corten::security {

/// One architecture of the kernel, and the highest numbers that the profile names on it.
struct NewestCalls {
  std::uint32_t audit_arch = 0;
  std::optional<std::uint32_t> last;      // none: nothing is known of it, all goes to the filter
  std::optional<std::uint32_t> last_x32;  // the same architecture with bit 30 set in the number
};

/// Falls through to what is put behind it. Only numbers of the listed architectures are looked at.
[[nodiscard]] std::vector<sock_filter> unknown_calls_prologue(const std::vector<NewestCalls>& architectures);

}  // namespace corten::security
