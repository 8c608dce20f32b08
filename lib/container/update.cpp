// SPDX-License-Identifier: Apache-2.0
// `update`: new limits for a container that is there.
#include <cerrno>

#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "config/resources.hpp"
#include "container/data.hpp"
#include "corten/container.hpp"

namespace corten::container {
namespace {

constexpr int turn_wait = 10000;  // milliseconds

cgroup::Resources kept_limits(const spec::SavedState& saved) {
  cgroup::Resources limits;
  limits.memory.limit = saved.memory_limit;
  limits.memory.swap = saved.memory_swap;
  limits.cpu.quota = saved.cpu_quota;
  limits.cpu.period = saved.cpu_period;
  return limits;
}

}  // namespace

void keep_limits(spec::SavedState& saved, const cgroup::Resources& limits) {
  saved.memory_limit = limits.memory.limit;
  saved.memory_swap = limits.memory.swap;
  saved.cpu_quota = limits.cpu.quota;
  saved.cpu_period = limits.cpu.period;
}

void Container::update(const spec::Resources& limits) {
  auto& directory = data_->directory;
  if (!directory.lock(turn_wait)) throw Error{"another command is busy with this container"};
  const ScopeExit unlock{[&] { directory.unlock(); }};
  auto saved = directory.read();  // another update may have come before
  if (!saved) throw Error{"container does not exist", ENOENT};
  data_->saved = std::move(*saved);
  if (!init_alive(data_->saved)) throw Error{"container not running"};

  auto wanted = limits;
  wanted.devices.clear();  // engines send all that they know; rules for devices are not looked at
  const auto planned = config::plan_update(kept_limits(data_->saved), wanted);
  auto next = data_->saved;
  keep_limits(next, planned.merged);
  // Written first: that a state directory is full must not be found out when the limits are set already.
  directory.write(next);
  ScopeExit put_back{[&] {
    try {
      directory.write(data_->saved);
    } catch (const Error& error) {
      log::warn(error.what());
    }
  }};
  data_->cgroup()->apply(planned.changes);
  put_back.dismiss();
  data_->saved = std::move(next);
}

}  // namespace corten::container
