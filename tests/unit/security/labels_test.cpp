// SPDX-License-Identifier: Apache-2.0
#include "security/labels.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten::security;

TEST_CASE("an SELinux label has three parts or four, the last with colons of its own", "[security]") {
  CHECK(is_selinux_label("system_u:system_r:container_t:s0:c4,c5"));
  CHECK(is_selinux_label("system_u:system_r:container_t:s0"));
  CHECK(is_selinux_label("user:role:type"));
  CHECK_FALSE(is_selinux_label(""));
  CHECK_FALSE(is_selinux_label("container_t"));
  CHECK_FALSE(is_selinux_label("system_u:system_r"));
  CHECK_FALSE(is_selinux_label("system_u:system_r:contai ner_t:s0"));
  CHECK_FALSE(is_selinux_label("system_u:system_r:container_t\n"));
}

TEST_CASE("no labels are fine everywhere", "[security]") {
  CHECK_NOTHROW(check_labels({}));
  CHECK_NOTHROW(set_exec_labels({}));
}

TEST_CASE("labels are refused where the host cannot set them, before anything is made", "[security]") {
  if (!apparmor_enabled()) {
    CHECK_THROWS_WITH(check_labels({"docker-default", ""}), Catch::StartsWith("apparmor failed to apply profile: ") &&
                                                                Catch::Contains("`/proc/self/attr/exec`") &&
                                                                Catch::Contains("\"docker-default\"") &&
                                                                Catch::Contains("AppArmor is not enabled"));
  } else {
    CHECK_NOTHROW(check_labels({"docker-default", ""}));
  }
  if (!selinux_enabled()) {
    CHECK_THROWS_WITH(check_labels({"", "system_u:system_r:container_t:s0"}),
                      "selinux label is specified in config, but selinux is disabled or not supported "
                      "(process.selinuxLabel: \"system_u:system_r:container_t:s0\")");
  } else {
    CHECK_NOTHROW(check_labels({"", "system_u:system_r:container_t:s0"}));
    CHECK_THROWS_WITH(check_labels({"", "container_t"}), Catch::Contains("is not of the form user:role:type[:range]"));
  }
}
