// SPDX-License-Identifier: Apache-2.0
// The steps of init in a real mount namespace, on rootfs trees that mean harm. Needs root; says so and returns without.
#include "rootfs/console.hpp"
#include "rootfs/enter.hpp"
#include "rootfs/finish.hpp"
#include "rootfs/prepare.hpp"
#include "rootfs/source.hpp"
#include "rootfs/state.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <fstream>
#include <sstream>

#include "in_container.hpp"
#include "temp_tree.hpp"

namespace corten::rootfs {
namespace {

using test::TempTree;

MountStep mount_step(const std::string& type, const std::string& destination, std::uint64_t flags = 0,
                     const std::string& data = "") {
  MountStep step;
  step.type = step.source = type;
  step.destination = destination;
  step.flags = flags;
  step.data = data;
  return step;
}

MountStep bind_step(const std::string& source, const std::string& destination, std::uint64_t flags = 0) {
  MountStep step = mount_step("bind", destination, MS_BIND | flags);
  step.source = source;
  return step;
}

Plan plan_for(const TempTree& tree) {
  Plan plan;
  plan.root = tree.path("rootfs");
  plan.propagation = MS_SLAVE | MS_REC;
  plan.mounts = {mount_step("proc", "/proc"), mount_step("tmpfs", "/dev", MS_NOSUID | MS_STRICTATIME, "mode=755"),
                 mount_step("devpts", "/dev/pts", MS_NOSUID, "newinstance,ptmxmode=0666,mode=0620")};
  plan.devices = {{"/dev/null", 'c', 1, 3, 0666, 0, 0}, {"/dev/zero", 'c', 1, 5, 0640, 1, 2}};
  return plan;
}

void build(const Plan& plan) {
  State state = prepare(plan, {});
  enter(plan, state);
  finish(plan, state);
}

std::string read_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

int error_of_mkdir(const std::string& path) { return ::mkdir(path.c_str(), 0755) == 0 ? 0 : errno; }

std::string mode_of(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return "errno " + std::to_string(errno);
  std::ostringstream text;
  text << std::oct << (status.st_mode & 07777U) << ' ' << std::dec << status.st_uid << ':' << status.st_gid << ' '
       << major(status.st_rdev) << ':' << minor(status.st_rdev);
  return text.str();
}

dev_t device_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_dev : 0;
}

/// The child's text, compared to what it should be; or a note that this user cannot run it.
void check_inside(const std::string& expected, const std::function<std::string()>& body) {
  const auto said = test::in_mount_namespace(body);
  if (!said) {
    WARN("skipped: needs root");
    return;
  }
  CHECK(*said == expected);
}

}  // namespace

TEST_CASE("a root file system is built, entered and closed", "[rootfs][root]") {
  TempTree tree;
  tree.directory("rootfs").file("marker", "host");
  check_inside("666 0:0 1:3, 640 1:2 1:5, pts/ptmx, mkdir 30, marker gone, cwd 0", [&] {
    Plan plan = plan_for(tree);
    plan.readonly_root = true;
    plan.cwd = "/made/deep";
    build(plan);
    std::string text = mode_of("/dev/null") + ", " + mode_of("/dev/zero") + ", ";
    text += std::filesystem::read_symlink("/dev/ptmx").string();
    text += ", mkdir " + std::to_string(error_of_mkdir("/new"));
    text += std::filesystem::exists(tree.path("marker")) ? ", marker there" : ", marker gone";
    return text + ", cwd " + std::to_string(::chdir("/made/deep"));
  });
  std::ifstream mounts{"/proc/self/mountinfo"};
  for (std::string line; std::getline(mounts, line);) CHECK(line.find(tree.path()) == std::string::npos);
}

TEST_CASE("masked and read-only paths are covered, directories by one file system", "[rootfs][root]") {
  TempTree tree;
  tree.file("rootfs/secret", "secret").file("rootfs/one/x").file("rootfs/two/y").file("rootfs/ro/z");
  check_inside("'' mkdir 30 30 same device, x gone, ro 30, links 0", [&] {
    Plan plan = plan_for(tree);
    plan.masked_paths = {"/secret", "/one", "/two", "/one/", "/missing"};
    plan.readonly_paths = {"/ro", "/missing"};
    build(plan);
    std::string text = "'" + read_text("/secret") + "' mkdir " + std::to_string(error_of_mkdir("/one/d")) + " " +
                       std::to_string(error_of_mkdir("/two/d"));
    text += device_of("/one") == device_of("/two") && device_of("/one") != device_of("/") ? " same device" : " differ";
    text += std::filesystem::exists("/one/x") ? ", x there" : ", x gone";
    text += ", ro " + std::to_string(error_of_mkdir("/ro/d"));
    std::istringstream mounts{read_text("/proc/self/mountinfo")};
    int twice = -1;  // "/one" is named twice in the plan, and mounted once
    for (std::string line; std::getline(mounts, line);) twice += line.find(" /one ") != std::string::npos ? 1 : 0;
    return text + ", links " + std::to_string(twice);
  });
}

TEST_CASE("mounts stay inside a rootfs full of links", "[rootfs][root]") {
  TempTree tree;
  tree.file("source/file", "bound").directory("outside").directory("rootfs/real");
  tree.link("rootfs/out", "../../../../../../../../outside").link("rootfs/abs", tree.path("outside"));
  check_inside("bound bound, ro 30", [&] {
    Plan plan = plan_for(tree);
    plan.mounts.push_back(bind_step(tree.path("source/file"), "/out/one"));
    plan.mounts.push_back(bind_step(tree.path("source"), "/abs/two", MS_RDONLY | MS_REC));
    build(plan);
    return read_text("/outside/one") + " " + read_text(tree.path("outside") + "/two/file") + ", ro " +
           std::to_string(error_of_mkdir(tree.path("outside") + "/two/d"));
  });
  CHECK(std::filesystem::is_empty(tree.path("outside")));
}

TEST_CASE("a false /dev/null masks nothing", "[rootfs][root]") {  // CVE-2025-31133
  TempTree tree;
  tree.file("rootfs/etc/shadow", "x").file("rootfs/secret", "secret").link("rootfs/dev/null", "/etc/shadow");
  check_inside("error: can't mask path \"/secret\": container's /dev/null is invalid", [&] {
    Plan plan = plan_for(tree);
    plan.mounts.resize(1);
    plan.set_up_dev = false;
    plan.masked_paths = {"/secret"};
    build(plan);
    return std::string{"built"};
  });
}

TEST_CASE("an image whose /dev is a link is refused", "[rootfs][root]") {  // CVE-2026-41579
  TempTree tree;
  tree.directory("rootfs/elsewhere").link("rootfs/dev", "/elsewhere");
  check_inside("error: configuring container /dev: /dev must be an ordinary directory", [&] {
    Plan plan = plan_for(tree);
    plan.mounts.resize(1);
    build(plan);
    return std::string{"built"};
  });
  CHECK(std::filesystem::is_empty(tree.path("rootfs/elsewhere")));
}

TEST_CASE("the console goes on a file of ours, never through a link", "[rootfs][root]") {  // CVE-2026-88264
  TempTree tree;
  tree.directory("rootfs");
  check_inside("console 5:2, link: error", [&] {
    const Plan plan = plan_for(tree);
    State state = prepare(plan, {});
    enter(plan, state);
    const UniqueFd ptmx = open_ptmx(state);
    mount_console(state, ptmx.get());
    struct stat status {};
    ::stat("/dev/console", &status);
    std::string text = "console " + std::to_string(major(status.st_rdev)) + ":" + std::to_string(minor(status.st_rdev));
    ::umount2("/dev/console", MNT_DETACH);
    ::unlink("/dev/console");
    std::filesystem::create_symlink("/made", "/dev/console");
    try {
      mount_console(state, ptmx.get());
      text += ", link: mounted";
    } catch (const Error&) {
      text += std::filesystem::exists("/made") ? ", link: followed" : ", link: error";
    }
    return text;
  });
}

TEST_CASE("a ptmx that is no devpts's is refused", "[rootfs][root]") {  // CVE-2025-52565
  TempTree tree;
  tree.file("rootfs/dev/pts/ptmx");
  const UniqueFd root = tree.open("rootfs");
  CHECK_THROWS_WITH(open_ptmx(root.get()), "verify ptmx handle: it is not on a real devpts mount");
}

TEST_CASE("a rootfs must be there and be no link", "[rootfs]") {
  TempTree tree;
  tree.directory("rootfs").link("link", "rootfs");
  CHECK_NOTHROW(check_root(tree.path("rootfs")));
  CHECK_THROWS_WITH(check_root(tree.path("link")), "invalid rootfs: not an absolute path, or a symlink");
  CHECK_THROWS_WITH(check_root(tree.path("missing")),
                    "invalid rootfs: stat " + tree.path("missing") + ": no such file or directory");
}

TEST_CASE("tmpcopyup starts a tmpfs with what was there", "[rootfs][root]") {
  TempTree tree;
  tree.file("rootfs/data/sub/file", "text").link("rootfs/data/link", "sub/file");
  check_inside("text text, 751 0:0 0:0, tmpfs", [&] {
    ::chmod(tree.path("rootfs/data/sub").c_str(), 0751);
    Plan plan = plan_for(tree);
    plan.mounts.push_back(mount_step("tmpfs", "/data"));
    plan.mounts.back().copy_up = true;
    build(plan);
    return read_text("/data/sub/file") + " " + read_text("/data/link") + ", " + mode_of("/data/sub") +
           (device_of("/data") == device_of("/") ? ", same" : ", tmpfs");
  });
}

}  // namespace corten::rootfs
