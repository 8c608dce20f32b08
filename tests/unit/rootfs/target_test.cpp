// SPDX-License-Identifier: Apache-2.0
#include "rootfs/target.hpp"

#include <sys/mount.h>

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "temp_tree.hpp"

namespace corten::rootfs {
namespace {

using test::target_of;
using test::TempTree;

MountStep step_at(const std::string& destination, const std::string& type = "tmpfs") {
  MountStep step;
  step.destination = destination;
  step.type = type;
  return step;
}

Target find(const TempTree& tree, const std::string& destination, sys::Create kind = sys::Create::directory) {
  const UniqueFd root = tree.open("rootfs");
  return find_target(root.get(), step_at(destination), kind);
}

}  // namespace

TEST_CASE("a target is found where it is, its path without links", "[rootfs]") {
  TempTree tree;
  tree.directory("rootfs/real/conf").link("rootfs/conf", "/real/conf").directory("outside");
  tree.link("rootfs/away", "../../../../../../../outside");
  const auto plain = find(tree, "/real/conf");
  CHECK(plain.existed);
  CHECK(plain.path == "/real/conf");
  CHECK(target_of(plain.fd.get()) == tree.path("rootfs/real/conf"));

  const auto linked = find(tree, "/conf/stack");
  CHECK_FALSE(linked.existed);
  CHECK(linked.path == "/real/conf/stack");

  const auto file = find(tree, "/away/file", sys::Create::file);
  CHECK(file.path == "/outside/file");
  CHECK_FALSE(tree.has("outside/file"));
}

TEST_CASE("the root itself is no target, by whatever name", "[rootfs]") {
  TempTree tree;
  tree.directory("rootfs/a").link("rootfs/slash", "/").link("rootfs/up", "../..");
  for (const std::string name : {"/", "/slash", "/up", "/a/.."}) {
    CHECK_THROWS_WITH(find(tree, name), Catch::Contains("is on the top of rootfs \"" + tree.path("rootfs") + "\""));
  }
}

TEST_CASE("nothing but a procfs goes on /proc, nothing goes inside", "[rootfs]") {
  CHECK_NOTHROW(check_proc_mount("/proc", step_at("/proc", "proc"), -1));
  CHECK_NOTHROW(check_proc_mount("/process", step_at("/process"), -1));
  CHECK_NOTHROW(check_proc_mount("/proc/uptime", step_at("/proc/uptime", "bind"), -1));
  CHECK_NOTHROW(check_proc_mount("/proc/sys/kernel/ns_last_pid", step_at("/proc/sys/kernel/ns_last_pid", "bind"), -1));
  CHECK_THROWS_WITH(check_proc_mount("/proc", step_at("/proc"), -1),
                    "\"/proc\" cannot be mounted because it is not of type proc");
  for (const std::string path : {"/proc/self", "/proc/sys", "/proc/uptimes", "/proc/uptime/x"}) {
    CHECK_THROWS_WITH(check_proc_mount(path, step_at(path, "proc"), -1),
                      "\"" + path + "\" cannot be mounted because it is inside /proc");
  }

  const UniqueFd procfs{::open("/proc", O_PATH | O_CLOEXEC)};
  const UniqueFd other{::open("/", O_PATH | O_CLOEXEC)};
  CHECK_NOTHROW(check_proc_mount("/proc", step_at("/proc", "bind"), procfs.get()));
  CHECK_THROWS_AS(check_proc_mount("/proc", step_at("/proc", "bind"), other.get()), Error);
}

TEST_CASE("a link into /proc does not hide where a mount goes", "[rootfs]") {
  TempTree tree;
  tree.directory("rootfs/proc/sys").link("rootfs/innocent", "/proc/sys");
  CHECK_THROWS_WITH(find(tree, "/innocent"),
                    "create mountpoint for /innocent mount: \"/proc/sys\" cannot be mounted "
                    "because it is inside /proc");
}

TEST_CASE("proc and sysfs go on an ordinary directory only", "[rootfs]") {
  TempTree tree;
  tree.directory("linked/bad").link("linked/proc", "/bad").file("file/proc").directory("fresh").directory("there/proc");
  tree.directory("below/run").link("below/var", "/run");
  const auto find_proc = [&](const std::string& root, const std::string& path) {
    const UniqueFd fd = tree.open(root);
    return find_plain_target(fd.get(), step_at(path, "proc"));
  };
  for (const std::string root : {"linked", "file"}) {
    CHECK_THROWS_WITH(find_proc(root, "/proc"), "filesystem \"proc\" must be mounted on ordinary directory");
  }
  CHECK_FALSE(find_proc("fresh", "/proc").existed);
  CHECK(find_proc("there", "/proc").existed);
  CHECK(find_proc("below", "/var/proc").path == "/run/proc");
}

}  // namespace corten::rootfs
