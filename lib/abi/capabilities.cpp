// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <string>
#include <vector>

#include "abi/guard.hpp"
#include "security/capabilities.hpp"
#include "security/own_capabilities.hpp"

using namespace corten;

const char* corten_capability_name(int number) {
  return abi::guarded<const char*>(nullptr, nullptr, [&]() -> const char* {
    static const auto names = security::capability_names();
    const bool known = number >= 0 && static_cast<std::size_t>(number) < names.size();
    return known ? names[static_cast<std::size_t>(number)].c_str() : nullptr;
  });
}

int corten_capability_number(const char* name) {
  return abi::guarded(nullptr, -1, [&] {
    std::vector<std::string> unknown;
    const auto bits = security::capability_bits({abi::text_of(name)}, unknown);
    return bits == 0 ? -1 : std::countr_zero(bits);
  });
}

int corten_capability_last() { return security::last_capability(); }

corten_code corten_capabilities_read(corten_capability_sets* sets, corten_error** error) {
  return abi::attempted(error, [&] {
    const auto now = security::own_capabilities();
    abi::give_answer({0, now.bounding, now.effective, now.inheritable, now.permitted, now.ambient}, sets, "sets");
  });
}

corten_code corten_capabilities_set(const corten_capability_sets* sets, corten_error** error) {
  return abi::attempted(error, [&] {
    const auto given = abi::options_of(&abi::checked(sets, "sets"), "corten_capability_sets");
    security::set_own_capabilities(
        {given.bounding, given.effective, given.inheritable, given.permitted, given.ambient});
  });
}
