// SPDX-License-Identifier: Apache-2.0
#include "container/stage_services.hpp"

#include <cstdint>
#include <utility>

#include "base/error.hpp"
#include "base/wire.hpp"
#include "container/host_settings.hpp"

namespace corten::container {

bool serve(const StageServices& services, pid_t pid, process::Packet packet) {
  switch (packet.type) {
    case process::Message::ready: return true;
    case process::Message::seccomp:
      pass_listener(services.agent, pid, wire::decode<int>(packet.payload), services.state());
      return true;
    case process::Message::console: services.stdio.take_console(std::move(packet)); return false;
    case process::Message::rlimit:
      set_rlimit(pid, services.rlimits.at(wire::decode<std::uint32_t>(packet.payload)));
      services.stage.send(process::Message::rlimit);
      return false;
    default: throw Error{"a message out of turn came from the process that is being started"};
  }
}

}  // namespace corten::container
