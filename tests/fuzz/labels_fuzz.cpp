// SPDX-License-Identifier: Apache-2.0
// Labels from hostile bytes: what counts as an SELinux context is written to procfs and into mount options as it is, so it
// must be one line of three or four parts.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/process.hpp"
#include "security/labels.hpp"
#include "spec/config.hpp"

namespace {

using namespace corten;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const std::string until_nul{text.c_str()};
  if (security::is_selinux_label(until_nul)) {
    require(std::count(until_nul.begin(), until_nul.end(), ':') >= 2);
    require(until_nul.find_first_of("\n\r\t") == std::string::npos);
  }
  try {
    const auto config = spec::parse_config(R"({"process":{"args":["x"],"cwd":"/","selinuxLabel":)" + json_quote(text) +
                                           R"(,"apparmorProfile":)" + json_quote(text) + "}}");
    require(config.process.has_value());
    const auto launch = config::plan_launch(*config.process);
    require(launch.labels.selinux_label == config.process->selinux_label);
    security::check_labels(launch.labels);
  } catch (const Error& error) {
    require(!error.message().empty());
  }
  return 0;
}
