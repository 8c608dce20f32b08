// SPDX-License-Identifier: Apache-2.0
#include "rootfs/copy_attributes.hpp"

#include <sys/xattr.h>

#include <array>
#include <catch2/catch.hpp>

#include "temp_tree.hpp"

namespace corten::rootfs {

TEST_CASE("a copy keeps what users and administrators put on a file", "[rootfs]") {
  for (const std::string name :
       {"user.note", "trusted.note", "security.capability", "system.posix_acl_access", "system.posix_acl_default"}) {
    CHECK(is_copied_attribute(name));
  }
  for (const std::string name :
       {"security.selinux", "security.ima", "security.evm", "system.nfs4_acl", "users.x", ""}) {
    CHECK_FALSE(is_copied_attribute(name));
  }
}

TEST_CASE("attributes are copied with values of any length", "[rootfs]") {
  test::TempTree tree;
  tree.file("from", "x").file("to", "y");
  const std::string long_value(3000, 'v');
  if (::setxattr(tree.path("from").c_str(), "user.long", long_value.data(), long_value.size(), 0) != 0) {
    WARN("needs a temporary directory with user attributes");
    return;
  }
  ::setxattr(tree.path("from").c_str(), "user.empty", "", 0, 0);
  AttributeCopy{}.copy(tree.path("from"), tree.path("to"), "name");
  std::array<char, 4000> value{};
  CHECK(::getxattr(tree.path("to").c_str(), "user.long", value.data(), value.size()) == 3000);
  CHECK(::getxattr(tree.path("to").c_str(), "user.empty", value.data(), value.size()) == 0);
}

}  // namespace corten::rootfs
