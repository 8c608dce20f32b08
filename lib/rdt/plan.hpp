// SPDX-License-Identifier: Apache-2.0
// A container's share of caches and memory bandwidth: linux.intelRdt as plain values.
#pragma once

#include <string>
#include <vector>

namespace corten::rdt {

struct Plan {
  std::string group;                  // closID, or the container's id
  bool shared = false;                // closID was given: the group is not the container's own
  std::vector<std::string> schemata;  // lines; none: the group must be there already
  std::string monitor;                // the name of a monitoring group of the container's own; empty: none
};

}  // namespace corten::rdt
