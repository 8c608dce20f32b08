// SPDX-License-Identifier: Apache-2.0
#include "api/container.hpp"
#include "container/create/blueprint.hpp"

namespace corten::container {

void check_config(const spec::Config& config, const std::string& bundle) {
  CreateOptions options;
  options.bundle = bundle;
  // Without a state directory nothing is kept of a compiled filter.
  static_cast<void>(plan_container({}, "check", config, options, Purpose::create));
}

}  // namespace corten::container
