// SPDX-License-Identifier: Apache-2.0
// linux.netDevices: moves devices of the host into the container's network namespace, with their addresses.
#pragma once

#include <optional>
#include <vector>

#include "base/unique_fd.hpp"
#include "network/link_state.hpp"
#include "network/plan.hpp"

namespace corten::network {

/// The devices that were moved for a container being created: the destructor moves them back, unless keep() was called.
class MovedDevices {
 public:
  MovedDevices() = default;
  MovedDevices(const MovedDevices&) = delete;
  MovedDevices& operator=(const MovedDevices&) = delete;
  MovedDevices(MovedDevices&&) = delete;
  MovedDevices& operator=(MovedDevices&&) = delete;
  ~MovedDevices() { move_back(); }

  /// Moves and renames each of `devices` in one step into the network namespace behind `target`, gives it its permanent,
  /// global addresses back (the kernel drops all at a move), and brings it up. Throws at the first that fails; that one,
  /// too, is on the host as it was after move_back().
  void move(const std::vector<Interface>& devices, int target);

  /// The devices stay in the container.
  void keep() { moved_.clear(); }

  /// Moves the devices back to the host, with their names, all addresses and routes, and up where they were. A failure is a
  /// warning. Other settings (those below /proc/sys/net, neighbours, queues) are lost, as at any move.
  void move_back() noexcept;

 private:
  struct Moved {
    LinkState before;
    int index = 0;  // in the container; 0 where that is not known
  };

  void move_one(const Interface& device, int target);
  void return_one(const Moved& device);

  std::optional<NetlinkSocket> here_, there_;
  UniqueFd own_;
  std::vector<Moved> moved_;
};

}  // namespace corten::network
