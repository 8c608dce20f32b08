// SPDX-License-Identifier: Apache-2.0
// The numbers of system calls: libseccomp's, and beyond them those of a newer kernel's headers. A libseccomp of 2022 knows
// nothing of mseal(2), and a static program takes it along to hosts whose kernel has that.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace corten::security {

/// Whether our table has `name`, on whatever architecture.
[[nodiscard]] bool is_kernel_call(std::string_view name);

/// libseccomp's number on an architecture: negative where that has no such call, __NR_SCMP_ERROR where no architecture that
/// it knows has one.
[[nodiscard]] int libseccomp_number(std::uint32_t architecture, std::string_view name);

/// The number on an architecture (a value of `filter_architectures`): libseccomp's, else the table's. Negative as
/// above where neither has one.
[[nodiscard]] int call_number(std::uint32_t architecture, std::string_view name);

/// Whether one of these architectures has the call by our table alone.
[[nodiscard]] bool libseccomp_lacks(std::string_view name, const std::vector<std::uint32_t>& architectures);

/// Of which headers the table is: "7.2.13-1".
[[nodiscard]] std::string_view kernel_headers();

}  // namespace corten::security
