// SPDX-License-Identifier: Apache-2.0
#include "shim/rootfs/mounts.hpp"

#include <sys/mount.h>

#include <catch2/catch.hpp>

#include "shim/failure.hpp"
#include "shim/rootfs/id_map.hpp"

using namespace corten::shim;

TEST_CASE("options of a mount are flags, or data for its file system", "[shim]") {
  const auto overlay = plan_mount(
      {"overlay", "overlay", "", {"ro", "nosuid", "index=off", "workdir=/w", "upperdir=/u", "lowerdir=/a:/b"}});
  CHECK(overlay == MountCall{MS_RDONLY | MS_NOSUID, 0, "index=off,workdir=/w,upperdir=/u,lowerdir=/a:/b", false});
  CHECK(plan_mount({"bind", "/src", "", {"rbind", "rw"}}) == MountCall{MS_BIND | MS_REC, 0, "", false});
  CHECK(plan_mount({"ext4", "/dev/x", "", {"ro", "rw", "defaults"}}) == MountCall{0, 0, "", false});
}

TEST_CASE("a bind mount becomes read-only by a second call, and propagation is a call of its own", "[shim]") {
  CHECK(plan_mount({"bind", "/src", "", {"bind", "ro", "rslave"}}) ==
        MountCall{MS_BIND | MS_RDONLY, MS_SLAVE | MS_REC, "", true});
  CHECK(plan_mount({"bind", "/src", "", {"rbind", "private"}}) == MountCall{MS_BIND | MS_REC, MS_PRIVATE, "", false});
}

TEST_CASE("what only containerd or a helper can do is refused", "[shim]") {
  for (const auto* option : {"loop", "X-containerd.mkdir.path=/x"}) {
    CHECK_THROWS_AS(plan_mount({"ext4", "/image", "", {option}}), Failure);
  }
  CHECK_THROWS_AS(plan_mount({"fuse.something", "x", "", {}}), Failure);
}

TEST_CASE("layers whose paths do not fit into a page are named below what they share", "[shim]") {
  std::string layers, shorter;
  for (int at = 0; at < 100; ++at) {
    const auto number = std::to_string(at);
    layers += (at == 0 ? "" : ":") +
              ("/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/" + number) + "/fs";
    shorter += (at == 0 ? "" : ":") + number + "/fs";
  }
  const auto compact = compact_layers("index=off,lowerdir=" + layers + ",upperdir=/u");
  CHECK(compact.directory == "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots");
  CHECK(compact.data == "index=off,lowerdir=" + shorter + ",upperdir=/u");
  CHECK(compact_layers("lowerdir=/a:/b").directory.empty());
  CHECK(compact_layers("lowerdir=/" + std::string(4000, 'x')).directory.empty());
}

TEST_CASE("an id map is of a bind mount or of an overlay's layers, and has both its halves", "[shim]") {
  const auto overlay =
      plan_mount({"overlay",
                  "overlay",
                  "",
                  {"uidmap=0:200000:65536", "gidmap=0:300000:10,10:400000:20", "upperdir=/u", "lowerdir=/a"}});
  CHECK(overlay.uid_map == "0 200000 65536\n");
  CHECK(overlay.gid_map == "0 300000 10\n10 400000 20\n");
  CHECK(overlay.data == "upperdir=/u,lowerdir=/a");
  CHECK(plan_mount({"bind", "/src", "", {"rbind", "uidmap=0:1:2", "gidmap=0:1:2"}}).uid_map == "0 1 2\n");
  CHECK_THROWS_AS(plan_mount({"ext4", "/image", "", {"uidmap=0:1:2", "gidmap=0:1:2"}}), Failure);
  CHECK_THROWS_AS(plan_mount({"overlay", "overlay", "", {"uidmap=0:1:2", "lowerdir=/a"}}), Failure);
  for (const auto* map : {"", "0:1", "0:1:2:3", "0:-1:2", "0:1:x", "0:1:2,", "0:1:4294967296"}) {
    CHECK_THROWS_AS(parse_id_map(map), Failure);
  }
}

TEST_CASE("layers are split from the directory they are in, one or many", "[shim]") {
  const auto one = split_layers("upperdir=/s/3/fs,lowerdir=/s/1/fs");
  CHECK(one.directory == "/s/1");
  CHECK(one.data == "upperdir=/s/3/fs,lowerdir=fs");
  const auto two = split_layers("lowerdir=/s/12/fs:/s/1/fs,index=off");
  CHECK(two.directory == "/s");
  CHECK(two.data == "lowerdir=12/fs:1/fs,index=off");
  CHECK(split_layers("index=off").directory.empty());
  CHECK(split_layers("lowerdir=/a").directory.empty());
}
