// SPDX-License-Identifier: Apache-2.0
#include "config/mounts.hpp"

#include <sys/mount.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "config/mount_options.hpp"

namespace corten::config {
namespace {

constexpr const char* bundle = "/bundle";

spec::Config config_with(std::vector<spec::Mount> mounts) {
  spec::Config config;
  config.root = spec::Root{"rootfs", false};
  config.mounts = std::move(mounts);
  config.platform.emplace();
  config.platform->namespaces = {{"mount", ""}};
  return config;
}

rootfs::Plan plan(const spec::Config& config, bool no_pivot = false, bool rootless = false) {
  RootfsContext context;
  context.bundle = bundle;
  context.no_pivot = no_pivot;
  context.rootless = rootless;
  return plan_rootfs(config, context);
}

rootfs::MountStep step_of(const std::vector<std::string>& options) {
  spec::Mount mount;
  mount.destination = "/mnt";
  mount.type = "tmpfs";
  mount.source = "src";
  mount.options = options;
  return plan_mount(mount, bundle, "/bundle/rootfs");
}

}  // namespace

TEST_CASE("what run.oci.systemd.force_cgroup_v1 names is a cgroup mount, whatever it was", "[config]") {
  spec::Mount mount;
  mount.destination = "/sys/fs/cgroup/";
  mount.type = mount.source = "tmpfs";
  mount.options = {"bind", "nosuid", "ro"};
  auto config = config_with({mount});
  RootfsContext context;
  context.bundle = bundle;
  context.cgroup.systemd_mount = "/sys/fs/cgroup";
  CHECK_THROWS_WITH(plan_rootfs(config, context), Catch::Contains("needs a cgroup namespace"));
  config.platform->namespaces.push_back({"cgroup", ""});
  const auto step = plan_rootfs(config, context).mounts.at(0);
  CHECK(step.type == "cgroup");
  CHECK(step.flags == (MS_NOSUID | MS_RDONLY));
  context.cgroup.systemd_mount = "/elsewhere";
  CHECK_THROWS_WITH(plan_rootfs(config, context), Catch::Contains("nothing is mounted on \"/elsewhere\""));
}

TEST_CASE("each option of the table does what its row says", "[config]") {
  for (const auto& [name, option] : mount_options.rows) {
    CAPTURE(name);
    const bool recursive = option.kind == MountOption::Kind::recursive;
    const auto step = recursive ? step_of({"bind", std::string{name}}) : step_of({std::string{name}});
    CHECK(step.data.empty());
    switch (option.kind) {
      case MountOption::Kind::flag:
        CHECK(step.flags == (option.clears ? 0 : option.value));
        CHECK(step.cleared == (option.clears ? option.value : 0));
        break;
      case MountOption::Kind::recursive:
        CHECK(step.recursive_set == (option.clears ? 0 : option.value));
        CHECK((step.recursive_clear & option.value) ==
              (option.clears ? option.value : (option.value & MOUNT_ATTR__ATIME)));
        break;
      case MountOption::Kind::propagation: CHECK(step.propagation == std::vector<std::uint64_t>{option.value}); break;
      case MountOption::Kind::copy_up: CHECK(step.copy_up); break;
      case MountOption::Kind::copy_symlink: CHECK(step.copy_symlink); break;
      case MountOption::Kind::nofollow: CHECK((option.value == 1 ? step.source_nofollow : step.target_nofollow)); break;
      case MountOption::Kind::id_map:
        REQUIRE(step.id_map.has_value());
        CHECK(step.id_map->recursive == (option.value == 1));
        break;
    }
  }
}

TEST_CASE("the later of two options wins", "[config]") {
  CHECK(step_of({"ro", "rw"}).flags == 0);
  CHECK(step_of({"ro", "rw"}).cleared == MS_RDONLY);
  CHECK(step_of({"rw", "ro"}).flags == MS_RDONLY);
  CHECK(step_of({"rw", "ro"}).cleared == 0);
  CHECK(step_of({"bind", "rro", "rrw"}).recursive_clear == MOUNT_ATTR_RDONLY);
  CHECK(step_of({"bind", "rrw", "rro"}).recursive_set == MOUNT_ATTR_RDONLY);
  CHECK(step_of({"bind", "rro", "rrw"}).recursive_set == 0);
  CHECK(step_of({"private", "rshared"}).propagation == std::vector<std::uint64_t>{MS_PRIVATE, MS_SHARED | MS_REC});
}

TEST_CASE("recursive access times clear their whole field", "[config]") {
  CHECK(step_of({"bind", "rnoatime"}).recursive_set == MOUNT_ATTR_NOATIME);
  CHECK(step_of({"bind", "rnoatime"}).recursive_clear == MOUNT_ATTR__ATIME);
  CHECK(step_of({"bind", "rrelatime"}).recursive_clear == MOUNT_ATTR__ATIME);
  CHECK(step_of({"bind", "rnodiratime"}).recursive_clear == 0);
}

TEST_CASE("recursive options of a new file system are its own, and come last", "[config]") {
  const auto flags = [](const std::vector<std::string>& options) {
    const auto step = step_of(options);
    CHECK((step.recursive_set | step.recursive_clear) == 0);
    return step.flags;
  };
  CHECK(flags({"rro", "rnosuid", "rnodev", "rnoexec", "rnodiratime", "rnosymfollow"}) ==
        (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NODIRATIME | MS_NOSYMFOLLOW));
  CHECK(flags({"ro", "nosuid", "nodev", "noexec", "nodiratime", "nosymfollow", "rrw", "rsuid", "rdev", "rexec",
               "rdiratime", "rsymfollow"}) == 0);
  CHECK(flags({"rrw", "ro"}) == 0);
  CHECK(flags({"rw", "rro"}) == MS_RDONLY);
  CHECK(flags({"noatime", "rrelatime"}) == MS_RELATIME);
  CHECK(flags({"strictatime", "rnoatime"}) == MS_NOATIME);
  // What is switched on is not switched off as well.
  CHECK(step_of({"norelatime", "rrelatime"}).cleared == 0);
  CHECK(step_of({"nostrictatime", "rstrictatime"}).cleared == 0);
  CHECK(flags({"rstrictatime"}) == MS_STRICTATIME);
  CHECK(flags({"noatime", "ratime"}) == MS_RELATIME);
  CHECK(step_of({"ro", "rrw"}).cleared == MS_RDONLY);
}

TEST_CASE("a remount changes what is below it, too", "[config]") {
  CHECK(step_of({"remount", "rro"}).recursive_set == MOUNT_ATTR_RDONLY);
  CHECK(step_of({"remount", "rro"}).flags == MS_REMOUNT);
}

TEST_CASE("what is no option of ours is data, in its order", "[config]") {
  const auto step = step_of({"mode=755", "ro", "size=64k", "defaults", "nr_inodes=1", "RO"});
  CHECK(step.data == "mode=755,size=64k,nr_inodes=1,RO");
  CHECK(step.flags == MS_RDONLY);
}

TEST_CASE("a bind is one by its options, and its source is absolute", "[config]") {
  const auto bind = step_of({"rbind", "ro"});
  CHECK(bind.type == "bind");
  CHECK(bind.source == "/bundle/src");
  CHECK(bind.flags == (MS_BIND | MS_REC | MS_RDONLY));
  const auto other = step_of({"ro"});
  CHECK(other.type == "tmpfs");
  CHECK(other.source == "src");
}

TEST_CASE("destinations are cleaned and stand in the container", "[config]") {
  const auto destination = [](const std::string& path) {
    spec::Mount mount;
    mount.destination = path;
    return plan_mount(mount, bundle, "/bundle/rootfs").destination;
  };
  CHECK(destination("/a//b/./../c/") == "/a/c");
  CHECK(destination("/../../etc") == "/etc");
  CHECK(destination("/bundle/rootfs/mnt") == "/mnt");
  CHECK(destination("/bundle/rootfs") == "/");
  CHECK(destination("/bundle/rootfs2") == "/bundle/rootfs2");
}

TEST_CASE("a null byte in a mount is an error", "[config]") {
  spec::Mount mount;
  mount.destination = std::string{"/a\0b", 4};
  CHECK_THROWS_WITH(plan(config_with({mount})), Catch::EndsWith(": mount field contains null byte"));
}

TEST_CASE("a bind takes no data", "[config]") {
  const auto config = config_with({{"/t", "", "src", {"bind", "size=3"}, {}, {}}});
  CHECK_THROWS_WITH(plan(config),
                    "invalid mount {Destination:/t Type: Source:src Options:[bind size=3] UIDMappings:[] "
                    "GIDMappings:[]}: bind mounts cannot have any filesystem-specific options applied");
}

TEST_CASE("id-mapped mounts carry their maps, or those of the user namespace", "[config]") {
  const spec::IdMapping own{0, 1000, 10};
  const spec::IdMapping container{0, 100000, 65536};
  auto config = config_with({{"/a", "", "/a", {"bind"}, {own}, {own}}, {"/b", "", "/b", {"rbind", "ridmap"}, {}, {}}});
  CHECK_THROWS_WITH(plan(config), Catch::EndsWith("id-mapped mounts must have both uid and gid mappings specified"));

  config.platform->namespaces.push_back({"user", ""});
  config.platform->uid_mappings = config.platform->gid_mappings = {container};
  auto planned = plan(config);
  CHECK(planned.user_namespace);
  CHECK(planned.mounts[0].id_map == rootfs::MountIdMap{false, "", {{0, 1000, 10}}, {{0, 1000, 10}}});
  CHECK(planned.mounts[1].id_map == rootfs::MountIdMap{true, "", {{0, 100000, 65536}}, {{0, 100000, 65536}}});

  config.platform->namespaces.back().path = "/proc/7/ns/user";
  CHECK(plan(config).mounts[1].id_map == rootfs::MountIdMap{true, "/proc/7/ns/user", {}, {}});
  CHECK_THROWS_WITH(plan(config, false, true),
                    Catch::EndsWith("id-mapped mounts are not supported for rootless containers"));
}

TEST_CASE("new file systems may be id-mapped, but for those that are made in ways of their own", "[config]") {
  const spec::IdMapping own{0, 1000, 10};
  const auto refusal = Catch::Contains("id-mapped mounts are only supported for bind-mounts");
  auto config = config_with({{"/a", "tmpfs", "tmpfs", {"idmap"}, {own}, {own}}});
  CHECK(plan(config).mounts[0].id_map == rootfs::MountIdMap{false, "", {{0, 1000, 10}}, {{0, 1000, 10}}});
  CHECK_THROWS_WITH(plan(config, false, true), Catch::Contains("not supported for rootless containers"));
  config.mounts[0].options.emplace_back("tmpcopyup");
  CHECK_THROWS_WITH(plan(config), refusal);
  for (const std::string type : {"proc", "sysfs", "cgroup"}) {
    config.mounts = {{"/a", type, type, {"idmap"}, {own}, {own}}};
    CHECK_THROWS_WITH(plan(config), refusal);
  }
}

TEST_CASE("an id map of a mount is checked with its place", "[config]") {
  const spec::IdMapping own{0, 1000, 10};
  auto config = config_with({{"/a", "", "/a", {"bind"}, {own}, {own}}, {"/b", "", "/b", {"bind"}, {own, own}, {own}}});
  CHECK_THROWS_WITH(plan(config), Catch::EndsWith("mounts[1].uidMappings[1] overlaps mounts[1].uidMappings[0]"));
}

TEST_CASE("rootfsPropagation is set before the mounts or after the pivot", "[config]") {
  const auto planned = [](const std::string& name, bool no_pivot = false) {
    auto config = config_with({});
    config.platform->rootfs_propagation = name;
    return plan(config, no_pivot);
  };
  CHECK(planned("").propagation == (MS_SLAVE | MS_REC));
  CHECK_FALSE(planned("").slave_root);
  CHECK(planned("rslave").propagation == (MS_SLAVE | MS_REC));
  CHECK(planned("rslave").slave_root);
  CHECK_FALSE(planned("rslave").final_propagation.has_value());
  CHECK(planned("shared").final_propagation == std::uint64_t{MS_SHARED});
  CHECK(planned("runbindable").final_propagation == std::uint64_t{MS_UNBINDABLE | MS_REC});
  CHECK_FALSE(planned("rprivate").final_propagation.has_value());
  CHECK_THROWS_WITH(planned("bogus"), "linux.rootfsPropagation: rootfsPropagation=bogus is not supported");
  CHECK_THROWS_WITH(planned("rshaerd"),
                    "linux.rootfsPropagation: rootfsPropagation=rshaerd is not supported (did you mean \"rshared\"?)");
  CHECK_THROWS_WITH(planned("private", true), "rootfsPropagation of [r]private is not safe without pivot_root");
}

TEST_CASE("the way into the root depends on the namespace and on --no-pivot", "[config]") {
  auto config = config_with({});
  CHECK(plan(config).root_change == rootfs::RootChange::pivot);
  CHECK(plan(config, true).root_change == rootfs::RootChange::move);
  config.platform->namespaces.clear();
  CHECK(plan(config).root_change == rootfs::RootChange::chroot);
  CHECK(plan(config, true).root_change == rootfs::RootChange::chroot);  // never the host's "/" moved
  config.platform->masked_paths = {"/proc/kcore"};
  CHECK_THROWS_WITH(plan(config), "unable to restrict sys entries without a private MNT namespace");
}

TEST_CASE("the root's path is absolute", "[config]") {
  auto config = config_with({});
  CHECK(plan(config).root == "/bundle/rootfs");
  for (const std::string path : {"/elsewhere", "/elsewhere/", "//elsewhere//", "/elsewhere/.", "/x/../elsewhere"}) {
    config.root->path = path;
    CHECK(plan(config).root == "/elsewhere");
  }
  for (const std::string path : {"rootfs/", "./rootfs", "rootfs/.", ".//rootfs//"}) {
    config.root->path = path;
    CHECK(plan(config).root == "/bundle/rootfs");
  }
  for (const std::string path : {"", ".", "./", "rootfs/.."}) {
    config.root->path = path;
    CHECK(plan(config).root == "/bundle");
  }
  config.root.reset();
  CHECK_THROWS_WITH(plan(config), "root must be specified");
}

TEST_CASE("devices of the document replace default ones", "[config]") {
  CHECK(plan_devices({}).size() == 6);
  spec::Device null;
  null.type = "c";
  null.path = "/dev/null";
  null.major = 9;
  null.minor = 8;
  null.file_mode = 020600;
  null.uid = 3;
  const auto nodes = plan_devices({null});
  REQUIRE(nodes.size() == 6);
  CHECK(nodes.back() == rootfs::DeviceNode{"/dev/null", 'c', 9, 8, 0600, 3, 0});

  null.path = "/dev/./null/";
  CHECK(plan_devices({null}).size() == 6);

  spec::Device fifo;
  fifo.type = "p";
  fifo.path = "/run//fifo";
  fifo.major = -1;
  CHECK(plan_devices({fifo}).back() == rootfs::DeviceNode{"/run/fifo", 'p', 0, 0, 0666, 0, 0});
}

TEST_CASE("devices without a path, and ptmx, have no node; wrong ones are errors", "[config]") {
  spec::Device device;
  device.type = "u";
  CHECK(plan_devices({device}).size() == 6);
  device.path = "/dev/ptmx";
  CHECK(plan_devices({device}).size() == 6);
  device.type = "x";
  CHECK_THROWS_WITH(plan_devices({device}),
                    "invalid device type \"x\" of linux.devices entry \"/dev/ptmx\" (known are c, u, b, p)");
  device.type = "c";
  device.path = "/dev/a";
  device.major = -1;
  CHECK_THROWS_WITH(plan_devices({device}), "device number -1 of /dev/a is out of range");
}

TEST_CASE("a bind on /dev leaves /dev alone", "[config]") {
  CHECK(plan(config_with({{"/dev", "tmpfs", "tmpfs", {}, {}, {}}})).set_up_dev);
  CHECK_FALSE(plan(config_with({{"/dev/", "", "/dev", {"rbind"}, {}, {}}})).set_up_dev);
}

TEST_CASE("a plan survives the way to init", "[config]") {
  auto config = config_with({{"/a", "", "/a", {"rbind", "rro", "rshared"}, {{0, 1, 2}}, {{0, 3, 4}}}});
  config.process.emplace();
  config.process->cwd = "/work dir";
  config.platform->masked_paths = {"/m"};
  const auto before = plan(config);
  const auto after = wire::decode<rootfs::Plan>(wire::encode(before));
  CHECK(after.mounts == before.mounts);
  CHECK(after.devices == before.devices);
  CHECK(after.cwd == "/work dir");
  CHECK(after.masked_paths == before.masked_paths);
  CHECK(after.propagation == before.propagation);
}

}  // namespace corten::config
