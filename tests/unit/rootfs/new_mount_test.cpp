// SPDX-License-Identifier: Apache-2.0
#include "rootfs/new_mount.hpp"

#include <sys/mount.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "in_container.hpp"
#include "temp_tree.hpp"

namespace corten::rootfs {
namespace {

using test::TempTree;

UniqueFd descriptors() { return UniqueFd{::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC)}; }

/// Nothing that is mounted from here on shows on the host.
void keep_private() {
  if (::mount(nullptr, "/", nullptr, MS_PRIVATE | MS_REC, nullptr) != 0) throw Error{"private", errno};
}

void bind_mount(const std::string& from, const std::string& to) {
  if (::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) != 0) throw Error{"bind " + to, errno};
}

/// What NewMount says of "/b" below the tree, after "change" was made where it waits for a bind of "source" on it.
void check_open(const std::string& expected, const std::function<void(const TempTree&)>& change) {
  TempTree tree;
  tree.directory("a").directory("b").directory("source").directory("other");
  const auto said = test::in_mount_namespace([&]() -> std::string {
    keep_private();
    bind_mount(tree.path("source"), tree.path("a"));
    const UniqueFd root = tree.open(), source = tree.open("source"), fds = descriptors();
    const NewMount made{fds.get()};
    change(tree);
    const UniqueFd mount = made.open(root.get(), "/b", source.get());
    return mount_id(mount.get()) == mount_id(root.get()) ? "the old mount" : "the new mount";
  });
  if (!said) {
    WARN("needs root");
    return;
  }
  CHECK(*said == expected);
}

constexpr auto moved = "error: mountpoint \"/b\" was moved while re-opening";

}  // namespace

TEST_CASE("mounts are told by id and parent", "[rootfs]") {
  const auto numbers = mount_numbers("30 1 254:0 / / rw - ext4 x rw\n7 30 0:5 / /proc rw - proc p rw\nodd line\n\n9");
  CHECK(numbers == std::vector<MountNumber>{{7, 30}, {30, 1}});
}

TEST_CASE("a mount that was just made is opened", "[rootfs][root]") {
  check_open("the new mount", [](const TempTree& tree) { bind_mount(tree.path("source"), tree.path("b")); });
}

TEST_CASE("a place that is not the one that was mounted on is refused", "[rootfs][root]") {
  check_open(moved, [](const TempTree&) {});
  check_open(moved, [](const TempTree& tree) { bind_mount(tree.path("other"), tree.path("b")); });
  // An older mount of the same source: what rename(2) brings there from another mount namespace.
  check_open(moved, [](const TempTree& tree) {
    if (::mount(tree.path("a").c_str(), tree.path("b").c_str(), nullptr, MS_MOVE, nullptr) != 0) {
      throw Error{"move", errno};
    }
  });
}

TEST_CASE("the same place is the same file by the same mount", "[rootfs][root]") {
  TempTree tree;
  tree.directory("a").directory("b");
  const UniqueFd a = tree.open("a"), again = tree.open("a"), b = tree.open("b");
  CHECK(same_place(a.get(), again.get()));
  CHECK_FALSE(same_place(a.get(), b.get()));
  const auto said = test::in_mount_namespace([&]() -> std::string {
    keep_private();
    bind_mount(tree.path("a"), tree.path("b"));
    const UniqueFd first = tree.open("a"), second = tree.open("b");
    struct stat statuses[2] = {};
    if (::fstat(first.get(), &statuses[0]) != 0 || ::fstat(second.get(), &statuses[1]) != 0)
      throw Error{"fstat", errno};
    const bool one_file = statuses[0].st_ino == statuses[1].st_ino;
    return std::string{one_file ? "one file, " : "two files, "} +
           (same_place(first.get(), second.get()) ? "same place" : "other place");
  });
  if (said) CHECK(*said == "one file, other place");
}

}  // namespace corten::rootfs
