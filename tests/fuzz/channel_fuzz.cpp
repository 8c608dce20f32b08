// SPDX-License-Identifier: Apache-2.0
// The packets of the channel from hostile bytes: each is taken whole or refused, what is taken was sent, nothing is read
// after a read that failed, and a length that only claims to be costs no memory.
#include "process/channel.hpp"

#include <sys/socket.h>

#include "base/log.hpp"
#include "input.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;
using process::Message;

constexpr std::size_t header_size = 8;

/// Bytes of the packets that were received.
std::size_t receive_all(const process::Channel& channel) {
  std::size_t received = 0;
  for (;;) {
    const auto packet = channel.receive_next();
    if (!packet) return received;
    received += header_size + packet->payload.size();
    if (packet->type == Message::failure) let_it_refuse([&] { static_cast<void>(process::failure_of(*packet)); });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::hand_on([](log::Level, std::string_view) {}, false);  // lines of a stage are not shown
  const auto ends = process::make_channel();
  if (::send(ends.child.fd(), data, size, MSG_DONTWAIT | MSG_NOSIGNAL) != static_cast<ssize_t>(size)) return 0;
  ends.child.end_sending();
  bool refused = true;
  let_it_refuse([&] {
    require(receive_all(ends.parent) == size);
    refused = false;
  });
  if (refused) let_it_refuse([&] { static_cast<void>(receive_all(ends.parent)); });
  return 0;
}
