// SPDX-License-Identifier: Apache-2.0
#include "sys/mount_api.hpp"

#include <catch2/catch.hpp>

namespace corten::sys {

TEST_CASE("mount(2)'s flags become attributes by its own rules", "[sys]") {
  CHECK(mount_attributes(0) == 0);
  CHECK(mount_attributes(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC) ==
        (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC));
  CHECK(mount_attributes(MS_NODIRATIME | MS_NOSYMFOLLOW) == (MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW));
  CHECK(mount_attributes(MS_RELATIME) == MOUNT_ATTR_RELATIME);
  CHECK(mount_attributes(MS_NOATIME | MS_RELATIME) == MOUNT_ATTR_NOATIME);
  CHECK(mount_attributes(MS_STRICTATIME | MS_NOATIME) == MOUNT_ATTR_STRICTATIME);
  CHECK(mount_attributes(MS_SYNCHRONOUS | MS_BIND | MS_REC | MS_LAZYTIME) == 0);
}

}  // namespace corten::sys
