// SPDX-License-Identifier: Apache-2.0
#include "network/loopback.hpp"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/unique_fd.hpp"
#include "network/socket_in.hpp"
#include "sys/syscall.hpp"

namespace corten::network {
namespace {

void bring_up(const UniqueFd& socket) {
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
  sys::check("bringing the loopback interface up", [&] { return ::ioctl(socket.get(), SIOCSIFFLAGS, &request); });
}

}  // namespace

void bring_loopback_up() {
  bring_up(UniqueFd{sys::check("socket", [] { return ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); })});
}

void bring_loopback_up(int network_namespace) { bring_up(socket_in(network_namespace, AF_INET, SOCK_DGRAM, 0)); }

}  // namespace corten::network
