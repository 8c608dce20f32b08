// SPDX-License-Identifier: Apache-2.0
// Cgroups without a container. Usage: cgroup NAME; cgroups are made as NAME and NAME-..., at the top of the hierarchies.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <corten/cgroup.hpp>

#include "children.hpp"
#include "expect.hpp"

namespace {

namespace fs = std::filesystem;
using corten::Cgroup;
using corten::CgroupLayout;

std::string name;
CgroupLayout layout;

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

bool has(const std::string& controller) {
  if (layout != CgroupLayout::unified) return fs::exists("/sys/fs/cgroup/" + controller);
  return text_of("/sys/fs/cgroup/cgroup.controllers").find(controller) != std::string::npos;
}

/// Of a controller that each process is in.
std::string cgroup_of(pid_t pid) { return corten::cgroup_of(pid, layout == CgroupLayout::unified ? "" : "freezer"); }

bool contains(const std::vector<pid_t>& pids, pid_t pid) { return std::ranges::find(pids, pid) != pids.end(); }

/// Directories of this test's that are somewhere below /sys/fs/cgroup.
bool nothing_left(const std::string& part) {
  const auto options = fs::directory_options::skip_permission_denied;
  for (const auto& top : fs::directory_iterator{"/sys/fs/cgroup"}) {
    if (top.path().filename().string().starts_with(part)) return false;
    if (layout == CgroupLayout::unified || !top.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator{top.path(), options}) {
      if (entry.path().filename().string().starts_with(part)) return false;
    }
  }
  return true;
}

void layouts() {
  const bool v2 = fs::exists("/sys/fs/cgroup/cgroup.controllers");
  const bool beside = fs::exists("/sys/fs/cgroup/unified/cgroup.controllers");
  EXPECT(layout == (v2 ? CgroupLayout::unified : beside ? CgroupLayout::hybrid : CgroupLayout::legacy));
}

void life() {
  corten::spec::Resources limits;
  if (has("pids")) limits.pids_limit = 50;
  auto group = Cgroup::create({.path = "/" + name + "/inner", .limits = limits});
  EXPECT(group.exists());
  EXPECT(group.path().ends_with("/" + name + "/inner"));
  Sleeper first;
  Sleeper second;
  group.add(first.pid());
  auto below = Cgroup::create({.path = "/" + name + "/inner/below"});
  below.add(second.pid());
  EXPECT(cgroup_of(first.pid()) == "/" + name + "/inner");
  EXPECT(cgroup_of(second.pid()) == "/" + name + "/inner/below");
  EXPECT(group.processes() == std::vector{first.pid()});
  EXPECT(group.all_processes().size() == 2 && contains(group.all_processes(), second.pid()));
  if (has("pids")) {
    EXPECT(text_of(group.path("pids") + "/pids.max") == "50\n");
    EXPECT(group.statistics().pids.current == 2 && group.statistics().pids.limit == 50);
    group.update({.pids_limit = 60});
    EXPECT(text_of(group.path("pids") + "/pids.max") == "60\n");
  }
  EXPECT(!group.is_frozen());
  group.freeze();
  EXPECT(group.is_frozen());
  group.thaw();
  EXPECT(!group.is_frozen());
  EXPECT_ERROR(CORTEN_RUNNING, "holds 2 process(es)", group.remove());
  group.kill(SIGTERM);
  EXPECT(WTERMSIG(first.wait()) == SIGTERM);
  EXPECT(WTERMSIG(second.wait()) == SIGTERM);
  group.remove();
  EXPECT(!group.exists() && !below.exists());
  group.remove();
  EXPECT_ERROR(CORTEN_NOT_FOUND, "there is no cgroup", group.statistics());
  EXPECT_ERROR(CORTEN_NOT_FOUND, "there is no cgroup", group.add(0));
  Cgroup::open({.path = "/" + name}).remove();
}

void many_processes() {
  auto group = Cgroup::create({.path = "/" + name});
  std::vector<std::unique_ptr<Sleeper>> sleepers;
  for (int i = 0; i < 40; ++i) {
    sleepers.push_back(std::make_unique<Sleeper>());
    group.add(sleepers.back()->pid());
  }
  EXPECT(group.processes().size() == 40);
  group.remove(true);
  EXPECT(!group.exists());
  EXPECT(WTERMSIG(sleepers.front()->wait()) == SIGKILL);
}

/// A cgroup below or beside the caller's own, which the caller enters.
void own_process() {
  in_child(false, [] {
    auto group = Cgroup::create({.path = name + "-own"});
    EXPECT(group.path().ends_with("/" + name + "-own"));
    group.add(0);
    EXPECT(cgroup_of(0).ends_with("/" + name + "-own") && cgroup_of(0) == cgroup_of(::getpid()));
    EXPECT(contains(group.processes(), ::getpid()));
    EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "the calling process", group.remove(true));
  });
  Cgroup::open({.path = name + "-own"}).remove();
}

void device_rules() {
  if (layout != CgroupLayout::unified && !has("devices")) return;
  corten::spec::Resources limits;
  limits.devices = {{.allow = false, .access = "rwm"},
                    {.allow = true, .type = "c", .major = 1, .minor = 3, .access = "rw"}};
  auto group = Cgroup::create({.path = "/" + name, .limits = limits});
  in_child(false, [&] {
    group.add(0);
    EXPECT(::open("/dev/null", O_RDWR) >= 0);
    EXPECT(::open("/dev/zero", O_RDONLY) < 0 && errno == EPERM);
  });
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "devices", group.update(limits));
  group.remove();
  // Without rules all are allowed.
  auto open = Cgroup::create({.path = "/" + name});
  in_child(false, [&] {
    open.add(0);
    EXPECT(::open("/dev/zero", O_RDONLY) >= 0);
  });
  open.remove();
}

/// What the kernel refuses: nothing of the cgroup stays, nor of those above it.
void refused_limits() {
  corten::spec::Resources no_processor;
  no_processor.cpu = corten::resources::Cpu{.cpus = "4000"};
  corten::spec::Resources no_page;
  no_page.hugepage_limits = {{.page_size = "3MB", .limit = 0}};
  for (const auto& limits : {no_processor, no_page}) {
    EXPECT_ERROR(CORTEN_SYSTEM, "cannot set", Cgroup::create({.path = "/" + name + "/a/b", .limits = limits}));
    EXPECT(nothing_left(name));
  }
}

/// A hierarchy that has not got the cgroup any more: the process is where it was.
void refused_process() {
  if (layout == CgroupLayout::unified) return;
  auto group = Cgroup::create({.path = "/" + name});
  Sleeper one;
  const auto before = text_of("/proc/" + std::to_string(one.pid()) + "/cgroup");
  fs::remove(group.path("freezer"));
  EXPECT_ERROR(CORTEN_SYSTEM, "freezer", group.add(one.pid()));
  EXPECT(text_of("/proc/" + std::to_string(one.pid()) + "/cgroup") == before);
  // What only some hierarchies have is used with these.
  auto rest = Cgroup::open({.path = "/" + name});
  rest.add(one.pid());
  EXPECT(contains(rest.processes(), one.pid()));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "no hierarchy has controller \"freezer\"", rest.path("freezer"));
  EXPECT_ERROR(CORTEN_FAILED, "freezer", rest.freeze());
  rest.remove(true);
}

void errors() {
  auto group = Cgroup::create({.path = "/" + name});
  EXPECT_ERROR(CORTEN_EXISTS, "there is a cgroup", Cgroup::create({.path = "/" + name}));
  EXPECT(group.exists());
  EXPECT_ERROR(CORTEN_NOT_FOUND, "there is no cgroup", Cgroup::open({.path = "/" + name + "-none"}));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "path is not set", Cgroup::create({}));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is the root of a cgroup hierarchy", Cgroup::open({.path = "/"}));
  EXPECT_ERROR(CORTEN_EXISTS, "there is a cgroup", Cgroup::create({.path = "/../.."}));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "-2 is no id", group.add(-2));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "/proc/4194304/cgroup", group.add(4194304));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "no such file", corten::cgroup_of(4194304));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "nonsense", corten::cgroup_of(0, "nonsense"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "no number of a signal", group.kill(0));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "no number of a signal", group.kill(65));
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "must be a file name", group.update({.unified = {{"../x", "1"}}}));
  group.remove();
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "slice:prefix:name", Cgroup::create({.path = "/" + name, .systemd = true}));
  if (!fs::exists("/run/systemd/system")) {
    EXPECT_ERROR(CORTEN_FAILED, "systemd not running",
                 Cgroup::create({.path = "system.slice:corten:" + name, .systemd = true}));
  }
}

/// What the C++ interface cannot say.
void c_errors() {
  const auto make = [](const char* resources, corten_cgroups driver) {
    const auto path = "/" + name;
    const corten_cgroup_options options{sizeof options, path.c_str(), driver, 0, resources};
    corten::detail::call(&corten_cgroup_create, &options);
  };
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "pids", make("{\"pids\":7}", CORTEN_CGROUPS_FILES));
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "line 1", make("{", CORTEN_CGROUPS_FILES));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "corten_cgroups", make(nullptr, static_cast<corten_cgroups>(7)));
  corten_cgroup* const none = nullptr;
  const corten_cgroup_options* const no_options = nullptr;
  const corten_cgroup_options no_size{0, "/x", CORTEN_CGROUPS_FILES, 0, nullptr};
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "options is NULL", corten::detail::call(&corten_cgroup_open, no_options));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "size", corten::detail::call(&corten_cgroup_open, &no_size));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "cgroup is NULL", corten::detail::call(&corten_cgroup_freeze, none));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "cgroup is NULL", corten::detail::call(&corten_cgroup_is_frozen, none));
  EXPECT(corten_cgroup_exists(none) == 0);
  corten_cgroup_free(none);
  EXPECT(nothing_left(name));
}

void without_privileges() {
  auto group = Cgroup::create({.path = "/" + name});
  Sleeper one;
  in_child(true, [&] {
    EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "permission denied", Cgroup::create({.path = "/" + name + "-user"})) == EACCES);
    auto same = Cgroup::open({.path = "/" + name});
    EXPECT_ERROR(CORTEN_SYSTEM, "permission denied", same.add(one.pid()));
    EXPECT(same.processes().empty());
    EXPECT_ERROR(CORTEN_SYSTEM, "", same.remove());
  });
  EXPECT(group.exists());
  group.remove();
  EXPECT(nothing_left(name));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  name = argv[1];
  layout = corten::cgroup_layout();
  for (const auto part : {layouts, life, many_processes, own_process, device_rules, refused_limits, refused_process,
                          errors, c_errors, without_privileges}) {
    try {
      part();
    } catch (const std::exception& error) {
      failed("threw", error.what());
    }
  }
  EXPECT(nothing_left(name));
  return failures == 0 ? 0 : 1;
}
