// SPDX-License-Identifier: Apache-2.0
#include "sys/switches.hpp"

#include <cstdlib>

namespace corten::sys {
namespace {
bool unset(const char* variable) { return std::getenv(variable) == nullptr; }
}  // namespace

bool new_mount_api_allowed() {
  static const bool allowed = unset("CORTEN_NO_NEW_MOUNT_API");
  return allowed;
}

bool openat2_allowed() {
  static const bool allowed = unset("CORTEN_NO_OPENAT2");
  return allowed;
}

bool clone_into_cgroup_allowed() {
  static const bool allowed = unset("CORTEN_NO_CLONE_INTO_CGROUP");
  return allowed;
}

bool pidfd_setns_allowed() {
  static const bool allowed = unset("CORTEN_NO_PIDFD");
  return allowed;
}

bool open_tree_attr_allowed() {
  static const bool allowed = unset("CORTEN_NO_OPEN_TREE_ATTR");
  return allowed;
}

bool proc_pidns_allowed() {
  static const bool allowed = unset("CORTEN_NO_PROC_PIDNS");
  return allowed;
}

}  // namespace corten::sys
