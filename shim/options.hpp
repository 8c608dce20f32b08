// SPDX-License-Identifier: Apache-2.0
// What containerd's configuration says to the shim of runc holds for this one.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "shim/message.hpp"

namespace corten::shim {

struct Options {
  bool no_pivot_root = false, no_new_keyring = false, systemd_cgroup = false;
  std::string shim_cgroup;  // of this program; empty: the caller's
  std::string root;         // below which each namespace has its state directory; empty: the default
  std::string criu_work;    // of CRIU's logs; empty: the bundle's
  uid_t io_uid = 0;         // of the pipes
  gid_t io_gid = 0;
};

/// Whether options_of() reads such a message.
[[nodiscard]] bool holds_options(const Common__Any* any);

/// Those of the shim of runc, as a message or, in containerd's message for runtimes that it does not know, as TOML or the file that has it.
/// Options of another type, as of another shim, are the defaults. Throws where the message is broken.
[[nodiscard]] Options options_of(const Common__Any* any);

/// Where the states of a namespace's containers are: the same place as with the shim of runc.
[[nodiscard]] std::string state_root(const std::string& root, const std::string& name_space);

}  // namespace corten::shim
