// SPDX-License-Identifier: Apache-2.0
// System call filters: seccomp(2). What a profile may say, and its check without a container.
#pragma once

#include <corten.h>

#include <cstddef>
#include <string>
#include <vector>

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {
namespace seccomp {

/// Whether the kernel has them.
[[nodiscard]] inline bool enabled() { return corten_seccomp_enabled() != 0; }

namespace detail {

inline std::vector<std::string> names(corten_seccomp_names of) {
  std::vector<std::string> all;
  while (const char* name = corten_seccomp_name(of, all.size())) all.emplace_back(name);
  return all;
}

}  // namespace detail

[[nodiscard]] inline std::vector<std::string> actions() { return detail::names(CORTEN_SECCOMP_ACTIONS); }
[[nodiscard]] inline std::vector<std::string> operators() { return detail::names(CORTEN_SECCOMP_OPERATORS); }
[[nodiscard]] inline std::vector<std::string> architectures() { return detail::names(CORTEN_SECCOMP_ARCHITECTURES); }
[[nodiscard]] inline std::vector<std::string> flags() { return detail::names(CORTEN_SECCOMP_FLAGS); }

/// Throws CORTEN_INVALID_CONFIG with the field that cannot be.
inline void check(const spec::Seccomp& profile) {
  corten::detail::call(&corten_seccomp_check, spec::to_json(profile).c_str());
}

/// A filter as the kernel takes it.
struct Filter {
  std::string program = {};  // struct sock_filter's of <linux/filter.h>; empty: the profile filters nothing
  unsigned flags = 0;        // of seccomp(2)
};

[[nodiscard]] inline Filter compile(const spec::Seccomp& profile) {
  const auto text = spec::to_json(profile);
  std::size_t size = 0;
  Filter filter;
  char* const program = corten::detail::call(&corten_seccomp_compile, text.c_str(), &size, &filter.flags);
  filter.program = corten::detail::take_bytes(program, size);
  return filter;
}

}  // namespace seccomp
}  // namespace v0
}  // namespace corten
