// SPDX-License-Identifier: Apache-2.0
// The drivers by files, on directories that only look like cgroups.
#include "cgroup/manager.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "base/error.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/files_manager.hpp"
#include "cgroup/layout.hpp"
#include "cgroup/v1/limits.hpp"
#include "cgroup/v1/manager.hpp"
#include "cgroup/v2/limits.hpp"
#include "cgroup/v2/manager.hpp"
#include "fake_tree.hpp"

using namespace corten;
using namespace corten::cgroup;
namespace fs = std::filesystem;

namespace {

/// A v1 tree with a co-mounted hierarchy, a named one, and a v2 one beside: hybrid.
struct LegacyBox {
  test::FakeTree tree;
  Paths paths = {{"devices", at("devices")}, {"cpu", at("cpu,cpuacct")},      {"cpuacct", at("cpu,cpuacct")},
                 {"freezer", at("freezer")}, {"name=systemd", at("systemd")}, {"", at("unified")}};

  [[nodiscard]] std::string at(const std::string& hierarchy) const { return tree.path(hierarchy + "/box"); }

  /// As the kernel would fill the directories.
  void fill() const {
    for (const auto* hierarchy : {"devices", "cpu,cpuacct", "freezer", "systemd"})
      tree.file(std::string{hierarchy} + "/box/tasks");
    for (const auto* hierarchy : {"devices", "unified"}) tree.file(std::string{hierarchy} + "/box/cgroup.procs");
    tree.file("freezer/box/freezer.self_freezing", "0\n");
    tree.file("freezer/box/freezer.state", "THAWED");
  }

  [[nodiscard]] std::unique_ptr<Manager> manager(bool rootless = false, bool explicit_path = true) const {
    FilesOptions options;
    options.paths = paths;
    options.rootless = rootless;
    options.explicit_path = explicit_path;
    return make_legacy_manager(std::move(options));
  }
};

/// A v2 cgroup "box" of a tree that only looks like one.
std::unique_ptr<Manager> unified_box(const test::FakeTree& tree) {
  FilesOptions options;
  options.paths = {{"", tree.path("box")}};
  return make_unified_manager(std::move(options), tree.root());
}

std::string file_behind(const UniqueFd& fd) {
  return fs::read_symlink("/proc/self/fd/" + std::to_string(fd.get())).string();
}

/// A child that waits for a signal.
class Sleeper {
 public:
  Sleeper() {
    const auto handler = std::signal(SIGTERM, SIG_DFL);  // the test framework's would report the child's end as its own
    pid_ = ::fork();
    if (pid_ == 0) {
      ::pause();
      ::_exit(0);
    }
    static_cast<void>(std::signal(SIGTERM, handler));
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  ~Sleeper() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int ending_signal() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

 private:
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("the driver is told by the paths", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cgroup.freeze", "1\n");
  CHECK(open_manager(Driver::files, {{"", tree.path("box")}}, false, "")->freezer_state() == FreezerState::frozen);
  tree.file("box/freezer.self_freezing", "0\n");
  CHECK(open_manager(Driver::files, {{"freezer", tree.path("box")}}, false, "")->freezer_state() ==
        FreezerState::thawed);
  CHECK(open_manager(Driver::files, {}, true, "")->freezer_state() == FreezerState::undefined);
}

TEST_CASE("the disabled driver touches nothing and has no freezer", "[cgroup]") {
  Plan plan;
  plan.driver = Driver::disabled;
  const auto manager = make_manager(plan);
  manager->create();
  CHECK(manager->paths().empty());
  CHECK_FALSE(manager->entry().directory.valid());
  CHECK(manager->entry().tasks_files.empty());
  CHECK_THROWS_WITH(manager->freeze(), "cannot toggle freezer: cgroups not configured for container");
}

TEST_CASE("where state.json names what is no cgroup, nothing is changed", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cgroup.procs", "");
  tree.file("box/cgroup.freeze", "0\n");
  tree.file("box/cgroup.kill", "");
  const auto path = tree.path("box");
  const auto manager = open_manager(Driver::files, {{"", path}}, false, "");
  const auto refused = Catch::Contains("cgroup \"" + path + "\" of state.json is not on a cgroup file system");
  for (int round = 0; round < 2; ++round) {
    CHECK_THROWS_WITH(manager->remove(), refused);
    CHECK_THROWS_WITH(manager->kill_all(SIGKILL), refused);
    CHECK_THROWS_WITH(manager->freeze(), refused);
    CHECK_THROWS_WITH(manager->thaw(), refused);
    CHECK_THROWS_WITH(manager->add(::getpid()), refused);
    CHECK_THROWS_WITH(manager->change({}), refused);
    CHECK_THROWS_WITH(manager->entry(), refused);
  }
  CHECK(fs::exists(path));
  CHECK(tree.read("box/cgroup.freeze") == "0\n");
  CHECK(tree.read("box/cgroup.kill").empty());
  CHECK(manager->freezer_state() == FreezerState::thawed);
  CHECK_NOTHROW(open_manager(Driver::files, {{"", tree.path("gone")}}, false, "")->remove());
}

TEST_CASE("a path is no cgroup for one of four reasons", "[cgroup]") {
  const test::FakeTree tree;
  tree.directory("box");
  fs::create_symlink(tree.path("box"), tree.path("link"));
  CHECK(why_no_cgroup(tree.path("box")) == "is not on a cgroup file system");
  CHECK(why_no_cgroup(tree.path("link")) == "is reached through a symlink");
  CHECK(why_no_cgroup(tree.path("link/below")) == "is reached through a symlink");
  CHECK(why_no_cgroup("sys/fs/cgroup") == "is not absolute");
  CHECK(why_no_cgroup(tree.path("gone")) == std::nullopt);
  if (host_layout() == Layout::unified) CHECK(why_no_cgroup("/sys/fs/cgroup") == "is the root of a cgroup hierarchy");
  for (const auto& hierarchy : find_hierarchies())
    CHECK(why_no_cgroup(hierarchy.directory) == "is the root of a cgroup hierarchy");
}

TEST_CASE("a unit that is there is looked at through its files, without systemd", "[cgroup][systemd]") {
  const test::FakeTree tree;
  const Paths paths{{"", tree.directory("a.scope")}};
  tree.file("a.scope/cgroup.procs", "7\n8\n");
  const auto manager = open_manager(Driver::systemd, paths, false, "a.scope");
  CHECK(manager->exists());
  CHECK_THROWS_WITH(manager->processes(), Catch::Contains("is not on a cgroup file system"));
  CHECK(open_manager(Driver::systemd, paths, true, "a.scope")->entry().attach);
  CHECK_THROWS_WITH(open_manager(Driver::systemd, paths, false, "sshd.service"),
                    Catch::Contains("\"sshd.service\" is not the unit of cgroup"));
}

TEST_CASE("v1: creating makes one directory a hierarchy", "[cgroup]") {
  const LegacyBox box;
  box.tree.directory("devices");
  const auto manager = box.manager();
  CHECK_FALSE(manager->exists());
  manager->create();
  CHECK(manager->exists());
  for (const auto& [controller, directory] : box.paths) CHECK(fs::is_directory(directory));
  manager->remove();
  for (const auto& [controller, directory] : box.paths) CHECK_FALSE(fs::exists(directory));
  CHECK_NOTHROW(manager->remove());
}

TEST_CASE("v1: a hierarchy without limits may be missing, others may not", "[cgroup]") {
  const LegacyBox box;
  box.tree.file("systemd");  // in the way of a directory
  const auto manager = box.manager();
  manager->create();
  CHECK(manager->paths().size() == box.paths.size() - 1);
  manager->remove();

  fs::remove(box.tree.path("freezer"));
  box.tree.file("freezer");
  CHECK_THROWS_WITH(box.manager()->create(), Catch::StartsWith("unable to apply cgroup configuration: mkdir "));
  CHECK_FALSE(fs::exists(box.at("devices")));  // what was made before is gone again
}

TEST_CASE("v1: a cgroup with processes or a frozen one is refused", "[cgroup]") {
  const LegacyBox box;
  box.fill();
  CHECK_NOTHROW(box.manager()->create());
  box.tree.file("devices/box/sub/cgroup.procs", "4\n5\n");
  CHECK_THROWS_WITH(box.manager()->create(), "container's cgroup is not empty: 2 process(es) found");
  box.tree.file("devices/box/sub/cgroup.procs", "");
  box.tree.file("freezer/box/freezer.self_freezing", "1\n");
  CHECK_THROWS_WITH(box.manager()->create(), "container's cgroup unexpectedly frozen");
}

TEST_CASE("v1: a new cpuset takes what it lacks from the nearest ancestor that has it", "[cgroup]") {
  const test::FakeTree tree;
  for (const auto* name : {"cpuset", "cpuset/pod", "cpuset/pod/box"}) {
    const bool top = std::string{name} == "cpuset";
    tree.file(std::string{name} + "/cpuset.cpus", top ? "0-3\n" : "\n");
    tree.file(std::string{name} + "/cpuset.mems", top ? "0\n" : "\n");
  }
  FilesOptions options;
  options.paths = {{"cpuset", tree.path("cpuset/pod/box")}};
  Resources resources;
  resources.cpu.cpus = "1";
  options.limits = plan_legacy(resources);
  make_legacy_manager(std::move(options))->create();
  CHECK(tree.read("cpuset/pod/cpuset.cpus") == "0-3");
  CHECK(tree.read("cpuset/pod/box/cpuset.cpus").starts_with("1"));
  CHECK(tree.read("cpuset/pod/cpuset.mems").starts_with("0"));
  CHECK(tree.read("cpuset/pod/box/cpuset.mems").starts_with("0"));
}

TEST_CASE("v1: a process enters by one file a directory, and may fail where there are no limits", "[cgroup]") {
  const LegacyBox box;
  box.fill();
  const auto entry = box.manager()->entry();
  REQUIRE(entry.tasks_files.size() == 3);
  CHECK(file_behind(entry.tasks_files[1]) == box.at("cpu,cpuacct") + "/tasks");
  CHECK((::fcntl(entry.tasks_files[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
  REQUIRE(entry.optional_tasks_files.size() == 1);
  // On a hybrid host it is born in the v2 hierarchy, or stays outside.
  CHECK(file_behind(entry.directory) == box.at("unified"));
  CHECK(entry.directory_optional);
}

TEST_CASE("v1: exec into cgroups below, by controller or all", "[cgroup]") {
  const LegacyBox box;
  box.fill();
  box.tree.file("cpu,cpuacct/box/sub/tasks");
  const auto manager = box.manager();
  const auto entry = manager->entry({{"cpu", "sub"}, {"cpuacct", "sub"}});
  CHECK(file_behind(entry.tasks_files.at(0)) == box.at("devices") + "/tasks");
  CHECK(file_behind(entry.tasks_files.at(1)) == box.at("cpu,cpuacct") + "/sub/tasks");
  CHECK(manager->entry({{"", "/"}}).tasks_files.size() == 3);
  CHECK_THROWS_WITH(manager->entry({{"", ".."}}), "bad sub cgroup path: ..");
  CHECK_THROWS_WITH(manager->entry({{"cpu", "a/../../b"}}), "bad sub cgroup path: a/../../b");
  CHECK_THROWS_WITH(manager->entry({{"whaaat", "/"}}), "unknown controller whaaat");
  CHECK_THROWS_WITH(manager->entry({{"", "none"}}),
                    Catch::Contains(" adding pid ") && Catch::EndsWith("no such file or directory"));
}

TEST_CASE("v1: rootless goes without the cgroups it cannot have", "[cgroup]") {
  const LegacyBox box;
  const auto manager = box.manager(true, false);
  CHECK(manager->entry().tasks_files.empty());
  Resources resources;
  CHECK_NOTHROW(manager->change(resources));
  resources.pids_limit = 5;
  CHECK_THROWS_WITH(manager->change(resources), "cannot set pids limit: container could not join or create cgroup");
}

TEST_CASE("v1: a refused update leaves every limit as it was", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("cpuset/box/cpuset.cpus", "0-1\n");
  tree.file("pids/box/pids.max", "20\n");
  FilesOptions options;
  options.paths = {{"cpuset", tree.path("cpuset/box")}, {"pids", tree.path("pids/box")}};
  const auto manager = make_legacy_manager(std::move(options));
  Resources resources;
  resources.cpu.cpus = "1-2";
  resources.pids_limit = 77;
  resources.hugepages = {{"2MB", 4096}};
  CHECK_THROWS_WITH(manager->change(resources), "cannot set hugetlb limit: container could not join or create cgroup");
  CHECK(tree.read("cpuset/box/cpuset.cpus").starts_with("0-1"));
  CHECK(tree.read("pids/box/pids.max").starts_with("20"));
}

TEST_CASE("v1: a signal reaches every process, and the freezer ends as it began", "[cgroup]") {
  const LegacyBox box;
  box.fill();
  Sleeper first, second;
  box.tree.file("devices/box/cgroup.procs", std::to_string(first.pid()) + "\n");
  box.tree.file("devices/box/sub/cgroup.procs", std::to_string(second.pid()) + "\n");
  const auto manager = box.manager();
  CHECK(manager->processes() == std::vector<pid_t>{first.pid(), second.pid()});
  manager->kill_all(SIGTERM);
  CHECK(first.ending_signal() == SIGTERM);
  CHECK(second.ending_signal() == SIGTERM);
  CHECK(box.tree.read("freezer/box/freezer.state") == "THAWED");
}

TEST_CASE("v1: SIGKILL in a hybrid tree is one write where all processes are in the v2 hierarchy", "[cgroup]") {
  const LegacyBox box;
  box.fill();
  Sleeper sleeper;
  const auto pid = std::to_string(sleeper.pid()) + "\n";
  box.tree.file("devices/box/cgroup.procs", pid);
  box.tree.file("unified/box/cgroup.procs", pid);
  box.tree.file("unified/box/cgroup.kill");
  box.manager()->kill_all(SIGKILL);
  CHECK(box.tree.read("unified/box/cgroup.kill") == "1");
  CHECK(::kill(sleeper.pid(), 0) == 0);  // left to the kernel, which this is not

  box.tree.file("unified/box/cgroup.procs", "");
  box.manager()->kill_all(SIGKILL);
  CHECK(sleeper.ending_signal() == SIGKILL);
}

TEST_CASE("v1: out-of-memory kills are counted", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
  CHECK(open_manager(Driver::files, {{"memory", tree.path("box")}}, false, "")->oom_kills() == 2);
  CHECK(open_manager(Driver::files, {{"cpu", tree.path("box")}}, false, "")->oom_kills() == 0);
}

TEST_CASE("v2: a process enters by the directory", "[cgroup]") {
  const test::FakeTree tree;
  tree.directory("box/sub");
  const auto manager = unified_box(tree);
  CHECK(file_behind(manager->entry().directory) == tree.path("box"));
  CHECK(file_behind(manager->entry({{"", "sub"}}).directory) == tree.path("box/sub"));
  CHECK(manager->entry().tasks_files.empty());
  CHECK_THROWS_WITH(manager->entry({{"", "../x"}}), "bad sub cgroup path: ../x");
  CHECK_THROWS_WITH(manager->entry({{"", "none"}}),
                    Catch::Contains(" cgroup") && Catch::EndsWith("no such file or directory"));
}

TEST_CASE("v2: limits too low for what is in use are refused when asked to check", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/memory.current", "4096\n");
  tree.file("box/memory.max");
  const auto manager = unified_box(tree);
  Resources resources;
  resources.memory.limit = 1024;
  CHECK_NOTHROW(manager->change(resources));
  resources.memory.check_before_update = true;
  CHECK_THROWS_WITH(manager->change(resources), "rejecting memory limit 1024 <= usage 4096");
  resources.memory.swap = 2048;
  CHECK_THROWS_WITH(manager->change(resources), "rejecting memory+swap limit 2048 <= usage 4096");
}

TEST_CASE("v2: freezing asks and waits, thawing asks", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cgroup.freeze", "0");
  tree.file("box/cgroup.events", "populated 1\nfrozen 1\n");
  const auto manager = unified_box(tree);
  manager->freeze();
  CHECK(tree.read("box/cgroup.freeze") == "1");
  CHECK(manager->freezer_state() == FreezerState::frozen);
  manager->thaw();
  CHECK(tree.read("box/cgroup.freeze") == "0");
}

TEST_CASE("v2: SIGKILL is one write, other signals go to each process of a frozen cgroup", "[cgroup]") {
  const test::FakeTree tree;
  Sleeper sleeper;
  tree.file("box/cgroup.kill");
  tree.file("box/cgroup.freeze", "0");
  tree.file("box/cgroup.events", "populated 1\nfrozen 1\n");
  tree.file("box/cgroup.procs", std::to_string(sleeper.pid()) + "\n");
  const auto manager = unified_box(tree);
  manager->kill_all(SIGKILL);
  CHECK(tree.read("box/cgroup.kill") == "1");
  manager->kill_all(SIGUSR1);
  CHECK(sleeper.ending_signal() == SIGUSR1);
  CHECK(tree.read("box/cgroup.freeze") == "0");
}

TEST_CASE("v2: rootless without permission: fine without limits, else said", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("plain");
  tree.file("cgroup.controllers", "cpu pids\n");
  FilesOptions options;
  options.paths = {{"", tree.path("plain/box")}};
  options.rootless = true;
  options.explicit_path = false;
  const auto manager = make_unified_manager(options, tree.root());
  manager->create();
  CHECK(manager->paths().empty());
  CHECK_FALSE(manager->entry().directory.valid());
  CHECK_FALSE(manager->exists());
  Resources resources;
  resources.pids_limit = 5;
  options.limits = plan_unified(resources);
  CHECK_THROWS_WITH(
      make_unified_manager(options, tree.root())->create(),
      Catch::StartsWith("rootless needs no limits + no cgrouppath when no permission is granted for cgroups: "));
  options.limits = {};
  options.explicit_path = true;
  CHECK_THROWS_WITH(make_unified_manager(options, tree.root())->create(),
                    Catch::StartsWith("unable to apply cgroup configuration: mkdir "));
}
