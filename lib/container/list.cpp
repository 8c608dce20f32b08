// SPDX-License-Identifier: Apache-2.0
// All containers below a root. A host may have a thousand: for each, no system call that the answer does not need.
#include <fmt/core.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "container/data.hpp"
#include "corten/container.hpp"
#include "process/hold.hpp"
#include "sys/user_name.hpp"

namespace corten::container {
namespace {

/// The names of users, each looked up once.
class Owners {
 public:
  const std::string& name_of(std::uint32_t uid) {
    const auto [owner, is_new] = names_.try_emplace(uid);
    if (is_new) owner->second = sys::user_name(uid);
    return owner->second;
  }

 private:
  std::map<std::uint32_t, std::string> names_;
};

bool waits(const StateRoot& all, const Settings& settings, const std::string& id) {
  if (!all.has(id, process::start_socket_name)) return false;
  const auto directory = StateDir::try_open(settings.root, id);
  return directory && process::waits_for_start(directory->fd(), process::start_socket_name);
}

}  // namespace

std::vector<spec::State> list(const Settings& settings) {
  std::vector<spec::State> states;
  const auto all = StateRoot::open(settings.root);
  if (!all) return states;
  Owners owners;
  for (const auto& id : all->ids()) {
    try {
      const auto entry = all->read(id);
      if (!entry) continue;
      const auto status = status_of(entry->saved, [&] { return waits(*all, settings, id); });
      auto state = make_state(entry->saved, status);
      state.owner = owners.name_of(entry->owner);
      states.push_back(std::move(state));
    } catch (const Error& error) {
      log::warn(fmt::format("load container {}: {}", id, error.what()));
    }
  }
  return states;
}

}  // namespace corten::container
