// SPDX-License-Identifier: Apache-2.0
#include "security/file_labels.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "security/labels.hpp"
#include "tests/unit/rootfs/temp_tree.hpp"

namespace corten::security {

TEST_CASE("directories of the system are not relabelled, whatever they are called", "[security]") {
  test::TempTree tree;
  tree.directory("volume").link("link", "/etc").link("volume/usr", "/usr");
  for (const std::string path : {"/", "/usr", "/usr/", "/etc", "//etc/.", "/etc/../usr", "/var/lib", "/proc"}) {
    CAPTURE(path);
    CHECK_THROWS_WITH(check_relabel(path, ""), Catch::Contains("would change the host itself"));
  }
  CHECK_THROWS_WITH(check_relabel(tree.path("link/"), ""), Catch::Contains("would change the host itself"));
  CHECK_THROWS_WITH(check_relabel(tree.path("volume"), tree.path("volume")), Catch::Contains("the host itself"));
  CHECK_THROWS_WITH(check_relabel(tree.path("none"), ""), Catch::Contains("no such file or directory"));
  CHECK_NOTHROW(check_relabel(tree.path("link"), ""));  // the link itself
  CHECK_NOTHROW(check_relabel(tree.path("volume"), "/nowhere"));
}

TEST_CASE("labels of files are nothing without SELinux", "[security]") {
  CHECK_THROWS_WITH(set_file_label("", "a:b:c"), "the path of the file to label is empty");
  CHECK_THROWS_WITH(relabel("", "a:b:c", Sharing::own, ""), "the path of the file to label is empty");
  if (selinux_enabled()) return;
  CHECK_NOTHROW(set_file_label("/nowhere", "a:b:c"));
  CHECK_NOTHROW(relabel("/", "a:b:c", Sharing::shared, ""));
}

}  // namespace corten::security
