// SPDX-License-Identifier: Apache-2.0
#include "container/state/recover.hpp"

#include <catch2/catch.hpp>

using corten::container::is_named_after;

TEST_CASE("a cgroup is named after a container where its last component is the id", "[container]") {
  CHECK(is_named_after("/sys/fs/cgroup/web", "web", false));
  CHECK(is_named_after("/sys/fs/cgroup/pod/web", "web", false));
  CHECK_FALSE(is_named_after("/sys/fs/cgroup/web/pod", "web", true));
  CHECK_FALSE(is_named_after("/sys/fs/cgroup/my-web", "web", false));
  CHECK_FALSE(is_named_after("/sys/fs/cgroup/web2", "web", true));
  CHECK_FALSE(is_named_after("/sys/fs/cgroup/", "web", true));
}

TEST_CASE("a prefix and a suffix may be around the id only where config.json asked for that path", "[container]") {
  for (const auto* path : {"/c/libpod-web", "/c/libpod-web.scope", "/c/web.scope", "/c/crio-web.scope"}) {
    CHECK(is_named_after(path, "web", true));
    CHECK_FALSE(is_named_after(path, "web", false));
  }
  CHECK_FALSE(is_named_after("/c/libpodweb", "web", true));
  CHECK_FALSE(is_named_after("/c/libpod-web-2.scope", "web", true));
  CHECK_FALSE(is_named_after("/c/web.slice", "web", true));
}
