// SPDX-License-Identifier: Apache-2.0
#include "security/apparmor.hpp"

#include <catch2/catch.hpp>

#include "security/labels.hpp"

using namespace corten::security;

TEST_CASE("a profile is on the kernel's list by its whole name, in whatever mode", "[security]") {
  CHECK(lists_profile("docker-default (enforce)", "docker-default"));
  CHECK(lists_profile("docker-default (complain)", "docker-default"));
  CHECK(lists_profile("a (b) c (kill)", "a (b) c"));
  CHECK_FALSE(lists_profile("docker-default (enforce)", "docker"));
  CHECK_FALSE(lists_profile("docker-default (enforce)", "docker-default (enforce)"));
  CHECK_FALSE(lists_profile("docker-default", "docker-default"));
  CHECK_FALSE(lists_profile("", ""));
}

TEST_CASE("no profile is loaded without AppArmor", "[security]") {
  if (!apparmor_enabled()) CHECK_FALSE(apparmor_profile_loaded("docker-default"));
}
