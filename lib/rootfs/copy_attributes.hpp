// SPDX-License-Identifier: Apache-2.0
// The extended attributes that a copy of a file keeps: file capabilities, access lists, and what users put there.
#pragma once

#include <string>
#include <string_view>

namespace corten::rootfs {

/// Whether an attribute is copied. Labels (security.selinux and its kin) and signatures (security.ima, security.evm)
/// are given by the kernel's policy, or by mountLabel.
[[nodiscard]] bool is_copied_attribute(std::string_view name);

class AttributeCopy {
 public:
  /// From the file at `from` to that at `to`; a symlink as the last component is not followed. Attributes that the file system or
  /// the user namespace refuses are left out, with one warning: user.* before Linux 6.6, trusted.* and capabilities
  /// of another user namespace. `name` is for messages.
  void copy(const std::string& from, const std::string& to, const std::string& name);

 private:
  void leave_out(const std::string& attribute, const std::string& name, int error);

  bool warned_ = false;
};

}  // namespace corten::rootfs
