// SPDX-License-Identifier: Apache-2.0
// The code before libseccomp's program: it decides the system calls for which libseccomp would not follow the profile.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace corten::security {

struct SpecialCalls {
  std::vector<std::uint32_t> numbers;
  std::vector<sock_filter> code;  // ends in a return on each of its ways
};

/// One architecture of the kernel. System calls that are newer than all that the profile names get ENOSYS, so that programs
/// fall back to older ones (as runc does since 1.0.0-rc93: EPERM for openat2 and the like breaks libc's fall-backs).
struct ArchitecturePrologue {
  std::uint32_t audit_arch = 0;
  std::optional<std::uint32_t> last;      // the highest number that the profile names; none: there is no limit
  std::optional<std::uint32_t> last_x32;  // the same with bit 30 set in the number, which is x32
  std::vector<SpecialCalls> calls;
};

/// Falls through to what is put behind it. Only numbers of the listed architectures are looked at.
[[nodiscard]] std::vector<sock_filter> prologue(const std::vector<ArchitecturePrologue>& architectures);

}  // namespace corten::security
