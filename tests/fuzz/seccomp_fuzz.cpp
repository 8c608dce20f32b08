// SPDX-License-Identifier: Apache-2.0
// The value of linux.seccomp, from hostile bytes: Error is the only way out, the kernel would load what is compiled, and
// where no call has two rules the program answers as one reads the profile.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "config/seccomp.hpp"
#include "security/seccomp.hpp"
#include "spec/config.hpp"
#include "tests/unit/security/profile_reader.hpp"

namespace {

using namespace corten;
using namespace corten::security;

void require(bool holds) {
  if (!holds) std::abort();
}

void compare(const FilterSource& source) {
  const auto checked = check_filter(source);
  const ProfileReader reader{checked};
  if (!reader.clear()) return;  // libseccomp may never come to an end over such
  const FilterMachine machine{compile(source).program};
  for (const auto& call : reader.calls()) require(machine.run(call) == reader.answer(call));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  try {
    const auto config = spec::parse_config(R"({"linux":{"seccomp":)" + std::string{text} + "}}");
    if (!config.platform || !config.platform->seccomp) return 0;
    if (const auto source = config::plan_filter(*config.platform->seccomp, {})) compare(*source);
  } catch (const corten::Error& error) {
    require(error.message().find(": ") != std::string::npos);
  }
  return 0;
}
