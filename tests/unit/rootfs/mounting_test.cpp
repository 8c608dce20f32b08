// SPDX-License-Identifier: Apache-2.0
#include "rootfs/bind.hpp"
#include "rootfs/filesystem.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "rootfs/mount_error.hpp"

namespace corten::sys {

inline bool operator==(const AttributeChange& a, const AttributeChange& b) {
  return a.set == b.set && a.clear == b.clear && a.propagation == b.propagation && a.userns_fd == b.userns_fd;
}

}  // namespace corten::sys

namespace corten::rootfs {
namespace {

using Options = std::vector<sys::FsOption>;
constexpr std::uint64_t all_five =
    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW;

MountStep bind_with(std::uint64_t flags, std::vector<std::uint64_t> propagation = {}) {
  MountStep step;
  step.type = "bind";
  step.flags = MS_BIND | flags;
  step.propagation = std::move(propagation);
  return step;
}

}  // namespace

TEST_CASE("data becomes options of the file system", "[rootfs]") {
  CHECK(filesystem_options("", 0, "") == Options{});
  CHECK(filesystem_options("mode=755,size=64k,noswap", 0, "") ==
        Options{{"mode", "755", false}, {"size", "64k", false}, {"noswap", "", true}});
  CHECK(filesystem_options("a=b=c,,d=", 0, "") == Options{{"a", "b=c", false}, {"d", "", false}});
  CHECK(filesystem_options("mode=755", MS_RDONLY | MS_NOSUID | MS_DIRSYNC, "context=system_u:object_r:x:s0:c1,c2") ==
        Options{{"ro", "", true},
                {"dirsync", "", true},
                {"mode", "755", false},
                {"context", "system_u:object_r:x:s0:c1,c2", false}});
}

TEST_CASE("what fsconfig cannot say is left to mount(2)", "[rootfs]") {
  CHECK_FALSE(filesystem_options("lowerdir=" + std::string(256, 'x'), 0, "").has_value());
  CHECK(filesystem_options("lowerdir=" + std::string(255, 'x'), 0, "").has_value());
  CHECK_FALSE(filesystem_options("context=\"a,b\"", 0, "").has_value());
  CHECK_FALSE(filesystem_options("lowerdir=a\\:b", 0, "").has_value());
  CHECK_FALSE(filesystem_options("", MS_I_VERSION, "").has_value());
  CHECK_FALSE(filesystem_options("", MS_REMOUNT, "").has_value());
}

TEST_CASE("the label joins the data in quotes", "[rootfs]") {
  CHECK(labelled("", "") == "");
  CHECK(labelled("mode=755", "") == "mode=755");
  CHECK(labelled("", "context=a:b") == "context=\"a:b\"");
  CHECK(labelled("mode=755", "rootcontext=a:b") == "mode=755,rootcontext=\"a:b\"");
}

TEST_CASE("a bind without flags keeps those of its source", "[rootfs]") {
  CHECK(bind_changes(bind_with(0)).empty());
  CHECK(bind_changes(bind_with(MS_REC)).empty());
}

TEST_CASE("a bind with flags has those and no others", "[rootfs]") {
  const auto changes = bind_changes(bind_with(MS_RDONLY | MS_NODEV));
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].first == sys::Depth::one);
  CHECK(changes[0].second == sys::AttributeChange{MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV, all_five, 0, -1});

  MountStep clearing = bind_with(0);
  clearing.cleared = MS_NODEV;
  REQUIRE(bind_changes(clearing).size() == 1);
  CHECK(bind_changes(clearing)[0].second == sys::AttributeChange{0, all_five, 0, -1});
}

TEST_CASE("access time settings stay unless one is named", "[rootfs]") {
  CHECK((exact_change(MS_RDONLY).clear & MOUNT_ATTR__ATIME) == 0);
  const auto change = exact_change(MS_NODIRATIME | MS_STRICTATIME);
  CHECK(change.set == (MOUNT_ATTR_STRICTATIME | MOUNT_ATTR_NODIRATIME));
  CHECK(change.clear == (all_five | MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME));
}

TEST_CASE("propagation goes with the other changes where it can", "[rootfs]") {
  const auto one = bind_changes(bind_with(MS_RDONLY, {MS_PRIVATE | MS_REC}));
  REQUIRE(one.size() == 1);  // nothing below a plain bind
  CHECK(one[0].second == sys::AttributeChange{MOUNT_ATTR_RDONLY, all_five, MS_PRIVATE, -1});

  const auto two = bind_changes(bind_with(MS_REC | MS_RDONLY, {MS_PRIVATE | MS_REC}));
  REQUIRE(two.size() == 2);
  CHECK(two[0].first == sys::Depth::one);
  CHECK(two[0].second == sys::AttributeChange{MOUNT_ATTR_RDONLY, all_five, 0, -1});
  CHECK(two[1].first == sys::Depth::recursive);
  CHECK(two[1].second == sys::AttributeChange{0, 0, MS_PRIVATE, -1});

  MountStep deep = bind_with(MS_REC, {MS_SLAVE | MS_REC});
  deep.recursive_set = MOUNT_ATTR_RDONLY;
  const auto merged = bind_changes(deep);
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].second == sys::AttributeChange{MOUNT_ATTR_RDONLY, 0, MS_SLAVE, -1});

  const auto ordered = bind_changes(bind_with(0, {MS_SHARED, MS_SLAVE}));
  REQUIRE(ordered.size() == 2);
  CHECK(ordered[0].second.propagation == MS_SHARED);
  CHECK(ordered[1].second.propagation == MS_SLAVE);
}

TEST_CASE("a failed mount tells what it was given", "[rootfs]") {
  CHECK(flag_names(0).empty());
  CHECK(flag_names(MS_RDONLY | MS_BIND | MS_REC) == "MS_RDONLY|MS_BIND|MS_REC");
  CHECK(flag_names(MS_NOSUID | 1U << 9U) == "MS_NOSUID|0x200");
  CHECK_THROWS_WITH(throw_mount_error({"mount", "tmpfs", "/tmp", MS_NODEV, "mode=9"}, EINVAL),
                    "mount src=tmpfs, dst=/tmp, flags=MS_NODEV, data=mode=9: invalid argument");
  CHECK_THROWS_WITH(throw_mount_error({"unmount", "", "/x", 0, ""}, EBUSY), "unmount dst=/x: device or resource busy");
}

}  // namespace corten::rootfs
