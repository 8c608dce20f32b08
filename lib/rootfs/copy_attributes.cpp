// SPDX-License-Identifier: Apache-2.0
#include "rootfs/copy_attributes.hpp"

#include <linux/limits.h>
#include <sys/xattr.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

constexpr std::string_view whole_names[] = {"security.capability", "system.posix_acl_access",
                                            "system.posix_acl_default"};
constexpr std::string_view prefixes[] = {"user.", "trusted."};

/// The names, each with a '\0' behind it.
std::string attribute_names(const std::string& path, const std::string& name) {
  const auto size = sys::attempt([&] { return ::llistxattr(path.c_str(), nullptr, 0); });
  if (size == 0 || size == -EOPNOTSUPP) return {};
  std::string names(XATTR_LIST_MAX, '\0');  // there may be more of them by now
  names.resize(static_cast<std::size_t>(sys::check(
      [&] { return "llistxattr " + name; }, [&] { return ::llistxattr(path.c_str(), names.data(), names.size()); })));
  return names;
}

}  // namespace

bool is_copied_attribute(std::string_view name) {
  return std::ranges::find(whole_names, name) != std::end(whole_names) ||
         std::ranges::any_of(prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

void AttributeCopy::leave_out(const std::string& attribute, const std::string& name, int error) {
  if (error == ENODATA || warned_) return;  // ENODATA: somebody has just removed it
  warned_ = true;
  log::warn("extended attributes like " + quote(attribute) + " of " + quote(name) +
            " are not copied: " + errno_text(error));
}

void AttributeCopy::copy(const std::string& from, const std::string& to, const std::string& name) {
  const std::string names = attribute_names(from, name);
  std::string value;
  for (const auto piece : split(names, '\0')) {
    if (!is_copied_attribute(piece)) continue;
    const std::string attribute{piece};
    value.resize(XATTR_SIZE_MAX);
    const auto size =
        sys::attempt([&] { return ::lgetxattr(from.c_str(), attribute.c_str(), value.data(), value.size()); });
    // EOVERFLOW: capabilities for the root of a user namespace that this one does not know.
    if (size == -ENODATA || size == -EOPNOTSUPP || size == -EPERM || size == -EOVERFLOW) {
      leave_out(attribute, name, static_cast<int>(-size));
      continue;
    }
    if (size < 0) throw_errno("lgetxattr " + quote(attribute) + " of " + name, static_cast<int>(-size));
    value.resize(static_cast<std::size_t>(size));
    const int result =
        sys::attempt([&] { return ::lsetxattr(to.c_str(), attribute.c_str(), value.data(), value.size(), 0); });
    if (result == -EOPNOTSUPP || result == -EPERM) {
      leave_out(attribute, name, -result);
      continue;
    }
    if (result < 0) throw_errno("lsetxattr " + quote(attribute) + " of " + name, -result);
  }
}

}  // namespace corten::rootfs
