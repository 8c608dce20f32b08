// SPDX-License-Identifier: Apache-2.0
#include "init/await_start.hpp"

#include <sys/socket.h>

#include "init/low_memory_accept.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

namespace {

bool is_gone(const Channel& connection) {
  char byte = 0;
  return sys::attempt([&] { return ::recv(connection.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT); }) == 0;
}

}  // namespace

Channel await_start(const UniqueFd& listener) {
  for (;;) {
    const int accepted = accept_with_low_memory(listener.get());
    if (accepted < 0) throw_errno("waiting for start", -accepted);
    Channel connection{UniqueFd{accepted}};
    const auto packet = connection.receive();
    if (packet && packet->type == Message::start && !is_gone(connection)) return connection;
  }
}

}  // namespace corten::init
