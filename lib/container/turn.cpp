// SPDX-License-Identifier: Apache-2.0
#include "container/turn.hpp"

#include <cerrno>
#include <utility>

#include "process/hold.hpp"

namespace corten::container {
namespace {

constexpr int turn_wait = 10000;  // milliseconds; another command on the same container ends by then, or hangs

}  // namespace

void wait_for_turn(StateDir& directory) {
  if (!directory.lock(turn_wait)) throw Error{"another command is busy with this container"};
}

void take_turn(Container::Data& data) {
  wait_for_turn(data.directory);
  auto saved = data.directory.read();
  if (!saved) throw Error{"container does not exist", ENOENT};
  data.saved = std::move(*saved);
}

Status status_in(const StateDir& directory, const spec::SavedState& saved) {
  return status_of(saved, [&] { return process::waits_for_start(directory.fd(), process::start_socket_name); });
}

void destroy_if_there(StateDir& directory, const spec::SavedState& saved, cgroup::Manager& manager) {
  wait_for_turn(directory);
  if (directory.still_there()) destroy(directory, saved, manager);
}

}  // namespace corten::container
