// SPDX-License-Identifier: Apache-2.0
// Groups of Intel RDT without a container.
#include <optional>
#include <string>

#include "abi/guard.hpp"
#include "abi/pids.hpp"
#include "base/text.hpp"
#include "config/rdt.hpp"
#include "rdt/lone.hpp"
#include "spec/config.hpp"
#include "spec/events.hpp"

using namespace corten;

struct corten_rdt_group {
  std::string id;
  rdt::Lone group;
};

namespace {

std::optional<std::string> root_of(const char* root) {
  return root == nullptr ? rdt::find_root() : std::optional<std::string>{root};
}

rdt::Plan plan_of(const char* settings, const std::string& id) {
  return with_kind(ErrorKind::invalid_config, [&] {
    return config::plan_rdt(settings == nullptr ? spec::IntelRdt{} : spec::parse_intel_rdt(settings), id);
  });
}

/// It becomes the name of a directory.
std::string checked_id(const char* id) {
  std::string name = &abi::checked(id, "id");
  if (name.empty() || name == "." || name == ".." || name.find_first_of("/\n") != std::string::npos)
    throw Error{quote(name) + " is no name of a group", ErrorKind::invalid_argument};
  return name;
}

}  // namespace

unsigned corten_rdt_features(const char* root) {
  return abi::guarded(nullptr, 0U, [&] {
    unsigned features = 0;
    const auto where = root_of(root);
    if (!where) return features;
    if (rdt::allocates_cache(*where)) features |= CORTEN_RDT_CACHE;
    if (rdt::allocates_bandwidth(*where)) features |= CORTEN_RDT_BANDWIDTH;
    if (rdt::monitors(*where)) features |= CORTEN_RDT_MONITORING;
    return features;
  });
}

corten_rdt_group* corten_rdt_group_new(const char* root, const char* id, const char* settings, corten_error** error) {
  return abi::guarded<corten_rdt_group*>(error, nullptr, [&] {
    const auto name = checked_id(id);
    const auto where = root_of(root);
    if (!where) throw Error{"Intel RDT is not enabled: no resctrl file system is mounted", ErrorKind::not_found};
    return new corten_rdt_group{name, rdt::Lone{*where, plan_of(settings, name)}};
  });
}

void corten_rdt_group_free(corten_rdt_group* group) { delete group; }

const char* corten_rdt_group_path(const corten_rdt_group* group) {
  return group == nullptr ? nullptr : group->group.path().c_str();
}

corten_code corten_rdt_group_add(corten_rdt_group* group, pid_t pid, corten_error** error) {
  return abi::attempted(error, [&] { abi::checked(group, "group").group.add(abi::checked_pid(pid)); });
}

corten_code corten_rdt_group_update(corten_rdt_group* group, const char* settings, corten_error** error) {
  return abi::attempted(error, [&] {
    auto& known = abi::checked(group, "group");
    known.group.set(plan_of(&abi::checked(settings, "settings"), known.id).schemata);
  });
}

char* corten_rdt_group_statistics(const corten_rdt_group* group, corten_error** error) {
  return abi::guarded<char*>(
      error, nullptr, [&] { return abi::new_text(spec::rdt_json(abi::checked(group, "group").group.statistics())); });
}

corten_code corten_rdt_group_remove(corten_rdt_group* group, corten_error** error) {
  return abi::attempted(error, [&] { abi::checked(group, "group").group.remove(); });
}
