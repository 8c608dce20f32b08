// SPDX-License-Identifier: Apache-2.0
// System calls with several sets of conditions for one action: any set will do. libseccomp (2.5.4) merges the sets into a
// tree that is left too early or too late, or never comes to an end over it, so these are compiled here. For one, "allow
// where argument 4 is not 7 and argument 5 is at most 1, or where argument 4 is not 1" refused 0 with 1 << 32 | 1. The test
// with random profiles found it.
#pragma once

#include <linux/filter.h>
#include <seccomp.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "security/filter_rules.hpp"

namespace corten::security {

struct Alternatives {
  std::string_view name;
  std::uint32_t action = 0;
  std::vector<std::span<const scmp_arg_cmp>> sets;  // all of one set must hold
};

/// Points into `filter`. Calls with an unconditional rule or with different actions stay libseccomp's: what goes before is
/// its to decide, as with runc. So do calls whose sets are a single "equal" each, which it does right and engines have.
[[nodiscard]] std::vector<Alternatives> find_alternatives(const CheckedFilter& filter);

/// The program for such a call. `wide`: the architecture's arguments have 64 bits; else only the low 32 are compared, as
/// libseccomp does it.
[[nodiscard]] std::vector<sock_filter> compile_alternatives(const Alternatives& call, bool wide,
                                                            std::uint32_t otherwise);

}  // namespace corten::security
