// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <string>

#include "abi/guard.hpp"
#include "config/seccomp.hpp"
#include "security/seccomp.hpp"
#include "security/seccomp_tables.hpp"
#include "spec/config.hpp"

using namespace corten;

namespace {

constexpr auto any = [](const auto& /*value*/) { return true; };

/// A name of those whose values are taken. It is a literal's, so there is a NUL behind it.
template <class Table, class Takes>
const char* name_at(const Table& table, std::size_t index, Takes takes) {
  for (const auto& row : table.rows) {
    if (takes(row.value) && index-- == 0) return row.name.data();
  }
  return nullptr;
}

/// An empty program where the profile filters nothing.
security::SeccompPlan compiled(const char* profile) {
  return with_kind(ErrorKind::invalid_config, [&]() -> security::SeccompPlan {
    const auto source = config::plan_filter(spec::parse_seccomp(&abi::checked(profile, "profile")), {});
    if (!source) return {};
    return security::compile(*source);
  });
}

}  // namespace

int corten_seccomp_enabled() { return security::kernel_takes_flag(0) ? 1 : 0; }

const char* corten_seccomp_name(corten_seccomp_names of, std::size_t index) {
  switch (of) {
    case CORTEN_SECCOMP_ACTIONS: return name_at(security::filter_actions, index, any);
    case CORTEN_SECCOMP_OPERATORS: return name_at(security::filter_operators, index, any);
    case CORTEN_SECCOMP_ARCHITECTURES:
      return name_at(security::filter_architectures, index, [](auto value) { return value != 0; });
    case CORTEN_SECCOMP_FLAGS: return name_at(security::filter_flags, index, any);
  }
  return nullptr;
}

corten_code corten_seccomp_check(const char* profile, corten_error** error) {
  return abi::attempted(error, [&] { static_cast<void>(compiled(profile)); });
}

char* corten_seccomp_compile(const char* profile, std::size_t* size, unsigned* flags, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] {
    const auto filter = compiled(profile);
    auto* const program = abi::new_bytes(filter.program, size);
    if (flags != nullptr) *flags = filter.flags;
    return program;
  });
}
