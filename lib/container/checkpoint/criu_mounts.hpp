// SPDX-License-Identifier: Apache-2.0
// A tmpfs for CRIU, in a mount namespace of its own, on a directory of the container's state. It has the rootfs, as a mount
// point that no other mount covers, and the id-mapped mounts, which no path describes. It ends with CRIU.
#pragma once

#include <cstddef>
#include <string>

#include "container/state/state_dir.hpp"
#include "rootfs/plan.hpp"

namespace corten::container {

class CriuMounts {
 public:
  /// Makes the directory, unless the container has the host's mounts: then CRIU has them, too.
  CriuMounts(const StateDir& state, const rootfs::Plan& plan);
  CriuMounts(const CriuMounts&) = delete;
  CriuMounts& operator=(const CriuMounts&) = delete;
  CriuMounts(CriuMounts&&) = delete;
  CriuMounts& operator=(CriuMounts&&) = delete;
  ~CriuMounts();

  /// Where CRIU finds the rootfs, and the sources of mounts that are mapped to other ids: each by its index in the plan.
  [[nodiscard]] std::string root() const;
  [[nodiscard]] const std::string& sources() const { return path_; }

  /// Called in the process that becomes CRIU: makes the mount namespace and its mounts.
  void enter() const;

 private:
  void add_mapped(std::size_t index) const;

  const StateDir& state_;
  const rootfs::Plan& plan_;
  std::string path_;
};

}  // namespace corten::container
