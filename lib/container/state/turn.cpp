// SPDX-License-Identifier: Apache-2.0
#include "container/state/turn.hpp"

#include <cerrno>
#include <utility>

namespace corten::container {

void take_turn(Container::Data& data) {
  data.directory.lock();
  auto saved = data.directory.read();
  if (!saved) throw Error{"container does not exist", ENOENT, ErrorKind::not_found};
  data.saved = std::move(*saved);
}

}  // namespace corten::container
