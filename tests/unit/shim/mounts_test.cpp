// SPDX-License-Identifier: Apache-2.0
#include "shim/rootfs/mounts.hpp"

#include <sys/mount.h>

#include <catch2/catch.hpp>

#include "shim/failure.hpp"

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
  for (const auto* option : {"loop", "uidmap=0:1:2", "gidmap=0:1:2", "X-containerd.mkdir.path=/x"}) {
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
