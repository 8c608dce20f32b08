// SPDX-License-Identifier: Apache-2.0
// All containers below a root. A host may have a thousand: for each, no system call that the answer does not need.
#include <fmt/core.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "api/container.hpp"
#include "base/log.hpp"
#include "container/state/status.hpp"
#include "process/start_socket.hpp"
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

struct Found {
  std::optional<spec::State> state;  // nothing where there is no container
  std::uint32_t owner = 0;
  std::string problem;  // why it could not be read
};

Found look(const StateRoot& all, const Settings& settings, const std::string& id) {
  try {
    const auto entry = all.read(id);
    if (!entry) return {};
    const auto status = status_of(entry->saved, [&] { return waits(all, settings, id); });
    return {make_state(entry->saved, status), entry->owner, {}};
  } catch (const std::exception& error) {
    return {std::nullopt, 0, error.what()};
  }
}

/// Looks at all of them, at two of a long list at a time: most of it is spent in the kernel's file systems.
std::vector<Found> look_at(const std::vector<std::string>& ids, const StateRoot& all, const Settings& settings) {
  constexpr std::size_t long_list = 24;  // a thread costs about as much as three containers
  std::vector<Found> found(ids.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (auto at = next++; at < ids.size(); at = next++) found[at] = look(all, settings, ids[at]);
  };
  std::thread helper;
  if (ids.size() >= long_list) {
    try {
      helper = std::thread{work};
    } catch (const std::system_error&) {  // no more processes are allowed: alone, then
    }
  }
  work();
  if (helper.joinable()) helper.join();
  return found;
}

}  // namespace

std::vector<spec::State> list(const Settings& settings) {
  std::vector<spec::State> states;
  const auto all = StateRoot::open(settings.root);
  if (!all) return states;
  const auto ids = all->ids();
  auto found = look_at(ids, *all, settings);
  Owners owners;
  states.reserve(found.size());
  for (std::size_t at = 0; at < found.size(); ++at) {
    auto& [state, owner, problem] = found[at];
    if (!problem.empty()) log::warn(fmt::format("load container {}: {}", ids[at], problem));
    if (!state) continue;
    try {
      state->owner = owners.name_of(owner);
    } catch (const Error& error) {
      log::warn(fmt::format("load container {}: {}", ids[at], error.what()));
      continue;
    }
    states.push_back(std::move(*state));
  }
  return states;
}

}  // namespace corten::container
