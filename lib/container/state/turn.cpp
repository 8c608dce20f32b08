// SPDX-License-Identifier: Apache-2.0
#include "container/state/turn.hpp"
#include "container/container_data.hpp"

#include <cerrno>
#include <utility>

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

}  // namespace corten::container
