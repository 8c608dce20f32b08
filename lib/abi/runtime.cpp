// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include "abi/guard.hpp"
#include "base/named_table.hpp"
#include "spec/state.hpp"

using namespace corten;

namespace {

constexpr auto statuses = named_table<corten_status>({{"creating", CORTEN_STATUS_CREATING},
                                                      {"created", CORTEN_STATUS_CREATED},
                                                      {"running", CORTEN_STATUS_RUNNING},
                                                      {"paused", CORTEN_STATUS_PAUSED},
                                                      {"stopped", CORTEN_STATUS_STOPPED}});

cgroup::Driver driver_of(corten_cgroups cgroups) {
  switch (cgroups) {
    case CORTEN_CGROUPS_FILES: return cgroup::Driver::files;
    case CORTEN_CGROUPS_SYSTEMD: return cgroup::Driver::systemd;
    case CORTEN_CGROUPS_NONE: return cgroup::Driver::disabled;
  }
  throw Error{"cgroups is none of corten_cgroups", ErrorKind::invalid_argument};
}

container::Rootless rootless_of(corten_rootless rootless) {
  switch (rootless) {
    case CORTEN_ROOTLESS_AUTOMATIC: return container::Rootless::automatic;
    case CORTEN_ROOTLESS_YES: return container::Rootless::yes;
    case CORTEN_ROOTLESS_NO: return container::Rootless::no;
  }
  throw Error{"rootless is none of corten_rootless", ErrorKind::invalid_argument};
}

}  // namespace

corten_runtime* corten_runtime_new(const corten_runtime_options* options, corten_error** error) {
  return abi::guarded<corten_runtime*>(error, nullptr, [&] {
    const auto given = abi::options_of(options, "corten_runtime_options");
    container::Settings settings;
    settings.root = given.root == nullptr ? "/run/corten" : given.root;
    if (!settings.root.starts_with('/') || settings.root == "/") {
      throw Error{"the state directory " + settings.root + " is no absolute path below /", ErrorKind::invalid_argument};
    }
    settings.cgroup_driver = driver_of(given.cgroups);
    settings.rootless = rootless_of(given.rootless);
    settings.init_file = given.init == nullptr ? CORTEN_INIT_FILE : given.init;
    settings.notify_socket = abi::text_of(given.notify_socket);
    settings.runtime_dir = abi::text_of(given.runtime_dir);
    settings.map_own_ids = given.map_own_ids != 0;
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

corten_code corten_runtime_find(const corten_runtime* runtime, corten_found_function function, void* data,
                                corten_error** error) {
  return abi::attempted(error, [&] {
    for (const auto& state : container::list(abi::checked(runtime, "runtime").settings)) {
      const corten_found found{sizeof found,
                               state.id.c_str(),
                               statuses.find(state.status).value_or(CORTEN_STATUS_UNKNOWN),
                               state.pid,
                               state.bundle.c_str(),
                               state.rootfs.c_str(),
                               state.created.c_str(),
                               state.owner.c_str()};
      abi::checked(function, "function")(data, &found);
    }
  });
}

corten_code corten_runtime_clear(const corten_runtime* runtime, const char* id, corten_error** error) {
  return abi::attempted(
      error, [&] { container::remove_leftovers(abi::checked(runtime, "runtime").settings, &abi::checked(id, "id")); });
}
