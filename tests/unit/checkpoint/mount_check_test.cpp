// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/mount_check.hpp"

#include <sys/mount.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using namespace corten::checkpoint;

namespace {

constexpr Identity file_a{S_IFDIR, 1, 100};
constexpr Identity file_b{S_IFDIR, 1, 200};

WantedMount want(const std::string& place, const std::string& source, const std::optional<Identity>& shows,
                 std::uint64_t flags = 0, std::optional<std::uint64_t> here = std::nullopt) {
  return {{place, source, flags}, shows, here};
}

MountNow mount(std::uint64_t id, const std::string& point, const std::string& root,
               const std::optional<Identity>& shows, std::uint64_t flags = 0) {
  return {id, "8:1", root, point, "ext4", flags, shows};
}

/// Destination and mount point of each.
std::vector<SavedMount> places(const std::vector<FoundMount>& found) {
  std::vector<SavedMount> all;
  for (const auto& one : found) all.push_back({one.mount.destination, one.now.point});
  return all;
}

using Places = std::vector<SavedMount>;

}  // namespace

TEST_CASE("mountinfo is read with its optional fields, flags and escapes", "[checkpoint]") {
  const auto mounts = parse_mountinfo(
      "36 35 98:0 /mnt1 /a\\040b rw,noatime,nosuid master:1 shared:2 - ext3 /dev/root rw,errors=continue\n"
      "37 36 0:5 / /ro ro,nodev,noexec,nosymfollow - tmpfs t rw\n"
      "38 36 0:6 / /whole rw - tmpfs t ro\n"
      "39 36 0:7 / /short rw\n"
      "x 36 0:7 / /bad rw - tmpfs t rw\n");
  REQUIRE(mounts.size() == 3);
  CHECK(mounts[0] == MountNow{36, "98:0", "/mnt1", "/a b", "ext3", MS_NOSUID, std::nullopt});
  CHECK(mounts[1].flags == (MS_RDONLY | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW));
  CHECK(mounts[2].flags == MS_RDONLY);
}

TEST_CASE("a mount at its place that shows its source is that mount", "[checkpoint]") {
  const std::vector<MountNow> now{mount(1, "/", "/r", std::nullopt), mount(2, "/real", "/a", file_a, MS_RDONLY)};
  CHECK(places(match_mounts({want("/link", "/host/a", file_a, MS_RDONLY, 2)}, now)) == Places{{"/link", "/real"}});
}

TEST_CASE("mounts that changed places are told by what they show, not by their paths", "[checkpoint]") {
  const std::vector<MountNow> now{mount(2, "/p/m", "/b", file_b), mount(3, "/q/m", "/a", file_a, MS_RDONLY)};
  const std::vector<WantedMount> wanted{want("/p/m", "/host/a", file_a, MS_RDONLY, 2),
                                        want("/q/m", "/host/b", file_b, 0, 3)};
  CHECK(places(match_mounts(wanted, now)) == Places{{"/p/m", "/q/m"}, {"/q/m", "/p/m"}});
}

TEST_CASE("the same source twice is told by its flags, and what is left is refused", "[checkpoint]") {
  const std::vector<MountNow> now{mount(2, "/ro/m", "/a", file_a), mount(3, "/rw/m", "/a", file_a, MS_RDONLY)};
  const std::vector<WantedMount> wanted{want("/ro/m", "/host/a", file_a, MS_RDONLY, 2),
                                        want("/rw/m", "/host/a", file_a, 0, 3)};
  CHECK_THROWS_WITH(match_mounts(wanted, now), "the mount on \"/ro/m\" lacks the flags ro that config.json has");
}

TEST_CASE("something else in the place of a mount is refused", "[checkpoint]") {
  const std::vector<MountNow> now{mount(2, "/data", "/b", file_b)};
  CHECK_THROWS_WITH(match_mounts({want("/data", "/host/a", file_a, 0, 2)}, now),
                    Catch::Contains("the mount on \"/data\" does not show \"/host/a\""));
  CHECK_THROWS_WITH(match_mounts({want("/data", "/host/a", std::nullopt, 0, 2)}, now),
                    Catch::Contains("the source \"/host/a\" of the mount on \"/data\" is not there"));
}

TEST_CASE("a mount that is gone is left out, and the rootfs is never taken for one", "[checkpoint]") {
  CHECK(match_mounts({want("/data", "/host/a", file_a)}, {mount(1, "/", "/a", file_a)}).empty());
}

TEST_CASE("of two that config.json has on one place the later one is meant", "[checkpoint]") {
  const std::vector<WantedMount> wanted{want("/data", "/host/a", file_a, 0, 3), want("/data", "/host/b", file_b, 0, 3)};
  const std::vector<MountNow> one{mount(3, "/data", "/b", file_b)};
  const auto found = match_mounts(wanted, one);
  REQUIRE(found.size() == 1);
  CHECK(found[0].mount.source == "/host/b");
  const std::vector<MountNow> two{mount(2, "/data", "/a", std::nullopt), mount(3, "/data", "/b", file_b)};
  CHECK_THROWS_WITH(match_mounts(wanted, two), Catch::Contains("more than one mount on \"/data\""));
}

TEST_CASE("what is read-only may not be written to through another mount", "[checkpoint]") {
  const auto now = mount(2, "/ro", "/a", file_a, MS_RDONLY);
  const auto top = mount(1, "/", "/bundle/rootfs", std::nullopt);
  const std::vector<FoundMount> found{{{"/ro", "/host/a", MS_RDONLY}, now}};
  CHECK_NOTHROW(check_readonly_everywhere(found, {top, now, mount(4, "/x", "/a/sub", std::nullopt, MS_RDONLY)}));
  CHECK_NOTHROW(check_readonly_everywhere(found, {top, now, mount(4, "/x", "/ab", std::nullopt)}));
  const auto part = mount(4, "/x", "/a/sub", std::nullopt);
  CHECK_THROWS_WITH(check_readonly_everywhere(found, {top, now, part}), Catch::Contains("\"/x\""));
  CHECK_THROWS_AS(check_readonly_everywhere(found, {part}), Error);
  // Unless config.json has that part writable.
  const auto more = std::vector<FoundMount>{found[0], {{"/rw", "/host/a/sub", 0}, mount(5, "/rw", "/a/sub", file_b)}};
  CHECK_NOTHROW(check_readonly_everywhere(more, {top, now, part, more[1].now}));
  // The whole file system is the source.
  const std::vector<FoundMount> whole{{{"/ro", "/host", MS_RDONLY}, mount(2, "/ro", "/", file_a, MS_RDONLY)}};
  CHECK_THROWS_AS(check_readonly_everywhere(whole, {part}), Error);
  CHECK_NOTHROW(check_readonly_everywhere(whole, {top, mount(6, "/y", "/bundle/rootfs/y", std::nullopt)}));
}

TEST_CASE("mounts that change while they are saved are noticed", "[checkpoint]") {
  const auto now = mount(2, "/p/m", "/a", file_a, MS_RDONLY);
  const std::vector<FoundMount> found{{{"/p/m", "/host/a", MS_RDONLY}, now}};
  CHECK_NOTHROW(check_unchanged(found, {mount(3, "/other", "/b", std::nullopt), now}));
  for (const auto& other : {mount(2, "/q/m", "/a", file_a, MS_RDONLY), mount(2, "/p/m", "/a", file_a),
                            mount(2, "/p/m", "/b", file_a, MS_RDONLY), mount(3, "/p/m", "/a", file_a, MS_RDONLY)}) {
    CHECK_THROWS_WITH(check_unchanged(found, {other}), Catch::Contains("changed the mount on \"/p/m\""));
  }
  CHECK_THROWS_AS(check_unchanged(found, {now, mount(9, "/p/m", "/b", std::nullopt)}), Error);
}
