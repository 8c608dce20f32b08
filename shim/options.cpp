// SPDX-License-Identifier: Apache-2.0
#include "shim/options.hpp"

#include "options.pb-c.h"

namespace corten::shim {

Options options_of(const Common__Any* any) {
  const auto message = unpack_any<Options__Runtime>(any, "containerd.runc.v1.Options", options__runtime__descriptor);
  if (!message) return {};
  Options options;
  options.no_pivot_root = message->no_pivot_root != 0;
  options.no_new_keyring = message->no_new_keyring != 0;
  options.systemd_cgroup = message->systemd_cgroup != 0;
  options.shim_cgroup = message->shim_cgroup;
  options.root = message->root;
  options.criu_work = message->criu_work_path;
  options.io_uid = message->io_uid;
  options.io_gid = message->io_gid;
  return options;
}

std::string state_root(const std::string& root, const std::string& name_space) {
  return (root.empty() ? std::string{"/run/containerd/runc"} : root) + "/" + name_space;
}

}  // namespace corten::shim
