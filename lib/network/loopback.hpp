// SPDX-License-Identifier: Apache-2.0
// The loopback interface of a new network namespace.
#pragma once

namespace corten::network {

/// Brings `lo` up in the caller's network namespace; the kernel gives it its addresses then.
void bring_loopback_up();

/// The same in the network namespace that `network_namespace` is open on.
void bring_loopback_up(int network_namespace);

}  // namespace corten::network
