// SPDX-License-Identifier: Apache-2.0
// A hostile tree, looked at by openat2 and by the walk that stands in for it: both must say the same.
#include "sys/open_in_root.hpp"

#include <catch2/catch.hpp>
#include <cerrno>

#include "../rootfs/temp_tree.hpp"
#include "base/error.hpp"

namespace corten::sys {
namespace {

using test::target_of;
using test::TempTree;

using Opener = Opened (*)(int, const std::string&, int, Symlinks);

/// rootfs/ with traps, and next to it what must never be reached.
struct Hostile {
  Hostile() {
    tree.file("outside/secret", "host").file("rootfs/etc/passwd", "container").directory("rootfs/a/b");
    tree.link("rootfs/absolute", "/etc/passwd").link("rootfs/up", "../../../../../../etc/passwd");
    tree.link("rootfs/a/out", "../../outside").link("rootfs/loop1", "loop2").link("rootfs/loop2", "loop1");
    tree.link("rootfs/dangling", "/made/later").link("rootfs/escape", "../outside/made");
    tree.link("rootfs/chain", "a/../chain2").link("rootfs/chain2", "etc");
    root = tree.open("rootfs");
  }
  [[nodiscard]] std::string inside(const std::string& name) const { return tree.path("rootfs" + name); }

  TempTree tree;
  UniqueFd root;
};

}  // namespace

TEST_CASE("paths are resolved inside the root", "[sys]") {
  const Opener open = GENERATE(&try_open_in_root, &walk_in_root);
  const Hostile hostile;
  const auto found = [&](const std::string& path) {
    const auto opened = open(hostile.root.get(), path, O_PATH, Symlinks::follow);
    return opened.ok() ? target_of(opened.fd.get()) : "errno " + std::to_string(opened.error);
  };
  CHECK(found("/etc/passwd") == hostile.inside("/etc/passwd"));
  CHECK(found("etc//./passwd") == hostile.inside("/etc/passwd"));
  CHECK(found("/absolute") == hostile.inside("/etc/passwd"));
  CHECK(found("/up") == hostile.inside("/etc/passwd"));
  CHECK(found("../../../etc/passwd") == hostile.inside("/etc/passwd"));
  CHECK(found("/a/b/../../etc") == hostile.inside("/etc"));
  CHECK(found("/chain/passwd") == hostile.inside("/etc/passwd"));
  CHECK(found("/") == hostile.inside(""));
  CHECK(found("..") == hostile.inside(""));
  CHECK(found("/a/out/secret") == "errno " + std::to_string(ENOENT));
  CHECK(found("/loop1") == "errno " + std::to_string(ELOOP));
  CHECK(found("/dangling") == "errno " + std::to_string(ENOENT));
  CHECK(found("/etc/passwd/x") == "errno " + std::to_string(ENOTDIR));
  CHECK(found("/etc/passwd/..") == "errno " + std::to_string(ENOTDIR));
  CHECK(found("/etc/passwd/") == "errno " + std::to_string(ENOTDIR));
  CHECK(found("/etc/passwd/.") == "errno " + std::to_string(ENOTDIR));
  CHECK(found("/absolute/") == "errno " + std::to_string(ENOTDIR));
  CHECK(found("/a/b/./") == hostile.inside("/a/b"));
  CHECK(found("") == "errno " + std::to_string(ENOENT));
}

TEST_CASE("symlinks are refused where none is wanted", "[sys]") {
  const Opener open = GENERATE(&try_open_in_root, &walk_in_root);
  const Hostile hostile;
  const auto error = [&](const std::string& path) {
    return open(hostile.root.get(), path, O_PATH, Symlinks::refuse).error;
  };
  CHECK(error("/etc/passwd") == 0);
  CHECK(error("/a/b/../b") == 0);
  CHECK(error("/absolute") == ELOOP);
  CHECK(error("/chain/passwd") == ELOOP);
  CHECK(error("/dangling") == ELOOP);
  CHECK(error("/missing") == ENOENT);
}

TEST_CASE("magic links are refused, procfs's own plain links are not", "[sys]") {
  const Opener open = GENERATE(&try_open_in_root, &walk_in_root);
  const UniqueFd proc{::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC)};
  REQUIRE(proc.valid());
  const auto error = [&](const std::string& path) { return open(proc.get(), path, O_PATH, Symlinks::follow).error; };
  CHECK(error("self/status") == 0);
  CHECK(error("mounts") == 0);
  CHECK(error("self/root/etc") == ELOOP);
  CHECK(error("self/cwd") == ELOOP);
  CHECK(error("self/exe") == ELOOP);
  CHECK(error("self/fd/" + std::to_string(proc.get())) == ELOOP);
}

TEST_CASE("files are opened for reading too", "[sys]") {
  const Opener open = GENERATE(&try_open_in_root, &walk_in_root);
  const Hostile hostile;
  const auto file = open(hostile.root.get(), "/up", O_RDONLY, Symlinks::follow);
  REQUIRE(file.ok());
  char text[16]{};
  CHECK(::read(file.fd.get(), text, sizeof text) == 9);
  CHECK(std::string{text} == "container");
  CHECK((::fcntl(file.fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(open(hostile.root.get(), "/etc/passwd", O_PATH | O_DIRECTORY, Symlinks::follow).error == ENOTDIR);
  CHECK(open(hostile.root.get(), "/etc", O_RDONLY | O_DIRECTORY, Symlinks::follow).ok());
}

TEST_CASE("open_in_root names the path that it cannot open", "[sys]") {
  const Hostile hostile;
  CHECK_THROWS_WITH(static_cast<void>(open_in_root(hostile.root.get(), "/missing", O_PATH)),
                    "open /missing: no such file or directory");
}

TEST_CASE("missing mount points are made inside the root", "[sys]") {
  const Hostile hostile;
  const mode_t mask = ::umask(0);
  const auto directory = create_in_root(hostile.root.get(), "/new/deep/dir", Create::directory);
  const auto file = create_in_root(hostile.root.get(), "/new/deep/file", Create::file);
  ::umask(mask);
  REQUIRE(directory.ok());
  REQUIRE(file.ok());
  CHECK(target_of(directory.fd.get()) == hostile.inside("/new/deep/dir"));
  CHECK_FALSE(directory.through_symlink);
  struct stat status {};
  REQUIRE(::stat(hostile.inside("/new/deep").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0755);
  REQUIRE(::stat(hostile.inside("/new/deep/file").c_str(), &status) == 0);
  CHECK(status.st_mode == (S_IFREG | 0644));
  CHECK(create_in_root(hostile.root.get(), "/new/deep/file", Create::file).ok());  // what is there stays
  CHECK(create_in_root(hostile.root.get(), "/etc/passwd/x", Create::directory).error == ENOTDIR);
}

TEST_CASE("links to what is not there yet are followed inside the root when making it", "[sys]") {
  const Hostile hostile;
  const auto made = create_in_root(hostile.root.get(), "/dangling", Create::file);
  REQUIRE(made.ok());
  CHECK(made.through_symlink);
  CHECK(target_of(made.fd.get()) == hostile.inside("/made/later"));

  const auto escaped = create_in_root(hostile.root.get(), "/escape/x", Create::directory);
  REQUIRE(escaped.ok());
  CHECK(target_of(escaped.fd.get()) == hostile.inside("/outside/made/x"));
  CHECK_FALSE(hostile.tree.has("outside/made"));

  const auto parent = create_parent_in_root(hostile.root.get(), "/a/out/deep/name");
  CHECK(parent.name == "name");
  CHECK(target_of(parent.directory.get()) == hostile.inside("/outside/deep"));
  CHECK_FALSE(hostile.tree.has("outside/deep"));
  CHECK(create_in_root(hostile.root.get(), "/loop1/x", Create::directory).error == ELOOP);
  CHECK_THROWS_WITH(create_parent_in_root(hostile.root.get(), "/.."), "path \"/..\" has no last component");
}

}  // namespace corten::sys
