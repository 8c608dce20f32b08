// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include "abi/guard.hpp"
#include "api/features.hpp"
#include "base/version.hpp"
#include "spec/state.hpp"

using namespace corten;

const char* corten_version() { return version.data(); }

corten_runtime* corten_runtime_new(const corten_runtime_options* options, corten_error** error) {
  return abi::guarded<corten_runtime*>(error, nullptr, [&] {
    const auto given = abi::options_of(options, "corten_runtime_options");
    container::Settings settings;
    settings.root = given.root == nullptr ? "/run/corten" : given.root;
    if (!settings.root.starts_with('/') || settings.root == "/") {
      throw Error{"the state directory " + settings.root + " is no absolute path below /", ErrorKind::invalid_argument};
    }
    switch (given.cgroups) {
      case CORTEN_CGROUPS_FILES: settings.cgroup_driver = cgroup::Driver::files; break;
      case CORTEN_CGROUPS_SYSTEMD: settings.cgroup_driver = cgroup::Driver::systemd; break;
      default: throw Error{"cgroups is none of corten_cgroups", ErrorKind::invalid_argument};
    }
    settings.init_file = given.init == nullptr ? CORTEN_INIT_FILE : given.init;
    settings.notify_socket = abi::text_of(given.notify_socket);
    auto runtime = std::make_unique<corten_runtime>(corten_runtime{std::move(settings)});
    if (given.keep_ready != 0) runtime->spare = std::make_unique<container::Spare>(runtime->settings.init_file);
    return runtime.release();
  });
}

void corten_runtime_free(corten_runtime* runtime) { delete runtime; }

char* corten_runtime_list(const corten_runtime* runtime, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] {
    const auto states = container::list(abi::checked(runtime, "runtime").settings);
    return abi::new_text(states.empty() ? "[]" : spec::state_list_json(states));
  });
}

char* corten_features(corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [] { return abi::new_text(spec::features_json(container::features())); });
}

char* corten_default_config(int rootless, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] { return abi::new_text(container::default_config(rootless != 0)); });
}
