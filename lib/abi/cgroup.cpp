// SPDX-License-Identifier: Apache-2.0
// Cgroups without a container.
#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include "abi/guard.hpp"
#include "abi/pids.hpp"
#include "base/text.hpp"
#include "cgroup/layout.hpp"
#include "cgroup/lone.hpp"
#include "cgroup/present.hpp"
#include "cgroup/statistics.hpp"
#include "cgroup/write.hpp"
#include "config/resources.hpp"
#include "spec/config.hpp"
#include "spec/events.hpp"

using namespace corten;

struct corten_cgroup {
  cgroup::Lone group;
};

namespace {

cgroup::Driver driver_of(corten_cgroups cgroups) {
  switch (cgroups) {
    case CORTEN_CGROUPS_FILES: return cgroup::Driver::files;
    case CORTEN_CGROUPS_SYSTEMD: return cgroup::Driver::systemd;
    case CORTEN_CGROUPS_NONE: break;  // there would be no cgroup to hold
  }
  throw Error{"driver is none of corten_cgroups that makes cgroups", ErrorKind::invalid_argument};
}

/// The limits of a document. Where it has no rules for devices, all are allowed, as in every new cgroup.
cgroup::Resources limits_of(const char* resources) {
  cgroup::Resources limits;
  if (resources != nullptr) {
    limits =
        with_kind(ErrorKind::invalid_config, [&] { return config::plan_resources(spec::parse_resources(resources)); });
  }
  if (!limits.devices.empty()) return limits;
  limits.devices.push_back(
      {.type = 'a', .major = {}, .minor = {}, .read = true, .write = true, .mknod = true, .allow = true});
  return limits;
}

cgroup::Plan plan_of(const corten_cgroup_options* options) {
  const auto given = abi::options_of(&abi::checked(options, "options"), "corten_cgroup_options");
  spec::Config config;
  config.platform.emplace().cgroups_path = abi::text_of(given.path);
  if (config.platform->cgroups_path.empty()) throw Error{"path is not set", ErrorKind::invalid_argument};
  config::CgroupContext context;
  context.driver = driver_of(given.driver);
  context.rootless = given.driver == CORTEN_CGROUPS_SYSTEMD && given.user != 0;
  auto plan = with_kind(ErrorKind::invalid_argument, [&] { return config::plan_cgroup(config, context); });
  plan.resources = limits_of(given.resources);
  return plan;
}

/// `wanted` beside what files hold together with it: quota and period, memory and swap.
cgroup::Resources changes_of(const cgroup::Paths& paths, const spec::Resources& wanted) {
  if (!wanted.devices.empty()) throw Error{"devices: rules are given when the cgroup is made"};
  auto changes = config::plan_update(cgroup::present_limits(paths, {}), wanted).changes;
  // Of those below no update of a container takes account.
  auto others = config::plan_resources(wanted);
  changes.hugepages = std::move(others.hugepages);
  changes.net_class_id = others.net_class_id;
  changes.net_priorities = std::move(others.net_priorities);
  changes.rdma = std::move(others.rdma);
  return changes;
}

template <class Act>
corten_code act(corten_cgroup* cgroup, corten_error** error, Act&& action) {
  return abi::attempted(error, [&] { action(abi::checked(cgroup, "cgroup").group); });
}

}  // namespace

corten_cgroup_layout corten_cgroup_host_layout(corten_error** error) {
  return abi::guarded(error, CORTEN_CGROUP_NONE, [] {
    if (cgroup::host_layout() == cgroup::Layout::unified) return CORTEN_CGROUP_UNIFIED;
    const auto hierarchies = cgroup::find_hierarchies();
    if (hierarchies.empty())
      throw Error{fmt::format("no cgroup file system is mounted at {}", cgroup::cgroup_mount), ErrorKind::not_found};
    const bool hybrid =
        std::ranges::any_of(hierarchies, [](const auto& hierarchy) { return hierarchy.controllers.front().empty(); });
    return hybrid ? CORTEN_CGROUP_HYBRID : CORTEN_CGROUP_LEGACY;
  });
}

char* corten_cgroup_of(pid_t pid, const char* controller, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] {
    const auto paths = cgroup::cgroups_of(abi::checked_pid(pid));
    const auto row = std::ranges::find(paths, abi::text_of(controller), &cgroup::Paths::value_type::first);
    if (row == paths.end()) {
      throw Error{fmt::format("process {} is in no cgroup of controller {}", pid, quote(abi::text_of(controller))),
                  ErrorKind::not_found};
    }
    return abi::new_text(row->second);
  });
}

corten_cgroup* corten_cgroup_create(const corten_cgroup_options* options, corten_error** error) {
  return abi::guarded<corten_cgroup*>(error, nullptr,
                                      [&] { return new corten_cgroup{cgroup::Lone::make(plan_of(options))}; });
}

corten_cgroup* corten_cgroup_open(const corten_cgroup_options* options, corten_error** error) {
  return abi::guarded<corten_cgroup*>(error, nullptr,
                                      [&] { return new corten_cgroup{cgroup::Lone::open(plan_of(options))}; });
}

void corten_cgroup_free(corten_cgroup* cgroup) { delete cgroup; }

int corten_cgroup_exists(const corten_cgroup* cgroup) {
  return abi::guarded(nullptr, 0, [&] { return cgroup != nullptr && cgroup->group.exists() ? 1 : 0; });
}

char* corten_cgroup_path(const corten_cgroup* cgroup, const char* controller, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] {
    const auto& paths = abi::checked(cgroup, "cgroup").group.paths();
    const auto path = controller == nullptr ? cgroup::main_directory(paths) : cgroup::directory_of(paths, controller);
    if (path.empty())
      throw Error{fmt::format("no hierarchy has controller {}", quote(abi::text_of(controller))), ErrorKind::not_found};
    return abi::new_text(path);
  });
}

corten_code corten_cgroup_add(corten_cgroup* cgroup, pid_t pid, corten_error** error) {
  return act(cgroup, error, [&](auto& group) { group.add(abi::checked_pid(pid)); });
}

corten_code corten_cgroup_update(corten_cgroup* cgroup, const char* resources, corten_error** error) {
  return act(cgroup, error, [&](auto& group) {
    auto& manager = group.manager();
    const auto changes = with_kind(ErrorKind::invalid_config, [&] {
      return changes_of(group.paths(), spec::parse_resources(&abi::checked(resources, "resources")));
    });
    manager.change(changes);
  });
}

corten_code corten_cgroup_processes(const corten_cgroup* cgroup, int below, pid_t* pids, size_t capacity, size_t* count,
                                    corten_error** error) {
  return abi::attempted(error, [&] {
    const auto& group = abi::checked(cgroup, "cgroup").group;
    static_cast<void>(group.manager());
    abi::give_pids(below != 0 ? group.all_processes() : group.own_processes(), pids, capacity, count);
  });
}

char* corten_cgroup_statistics(const corten_cgroup* cgroup, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] {
    const auto& manager = abi::checked(cgroup, "cgroup").group.manager();
    return abi::new_text(spec::stats_json(cgroup::read_statistics(manager.paths())));
  });
}

corten_code corten_cgroup_freeze(corten_cgroup* cgroup, corten_error** error) {
  return act(cgroup, error, [](auto& group) { group.manager().freeze(); });
}

corten_code corten_cgroup_thaw(corten_cgroup* cgroup, corten_error** error) {
  return act(cgroup, error, [](auto& group) { group.manager().thaw(); });
}

int corten_cgroup_is_frozen(const corten_cgroup* cgroup, corten_error** error) {
  return abi::guarded(error, -1, [&] {
    const auto& manager = abi::checked(cgroup, "cgroup").group.manager();
    return manager.freezer_state() == cgroup::FreezerState::frozen ? 1 : 0;
  });
}

corten_code corten_cgroup_kill(corten_cgroup* cgroup, int number, corten_error** error) {
  return act(cgroup, error, [&](auto& group) {
    if (number < 1 || number > 64)
      throw Error{fmt::format("{} is no number of a signal", number), ErrorKind::invalid_argument};
    group.manager().kill_all(number);
  });
}

corten_code corten_cgroup_remove(corten_cgroup* cgroup, int force, corten_error** error) {
  return act(cgroup, error, [&](auto& group) { group.remove(force != 0); });
}
