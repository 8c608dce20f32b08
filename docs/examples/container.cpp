// SPDX-License-Identifier: Apache-2.0
// A container made in code: bash as user daemon, in a user namespace, with limits. Usage: container ROOTFS STATE-DIRECTORY [IMAGES];
// with a directory for CRIU's images the processes are saved and restored.
#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include <corten/corten.hpp>
#include <corten/users.hpp>

namespace {

using namespace corten::spec;

constexpr auto* script =
    "echo \"$BASH is user $(id -u) on $(hostname) with $(ulimit -n) files\"; ls -x /dev; exec </dev/null >/dev/null "
    "2>&1; "
    "trap 'exit 7' TERM; while :; do sleep 0.1; done";

Mount mount(std::string type, std::string source, std::string destination, std::vector<std::string> options) {
  Mount made;
  made.type = std::move(type);
  made.source = std::move(source);
  made.destination = std::move(destination);
  made.options = std::move(options);
  return made;
}

Process process_of(std::vector<std::string> args, const corten::users::Resolved& user) {
  const std::vector<std::string> capabilities{
      "CAP_CHOWN",   "CAP_DAC_OVERRIDE", "CAP_FSETID",           "CAP_FOWNER",
      "CAP_MKNOD",   "CAP_NET_RAW",      "CAP_SETGID",           "CAP_SETUID",
      "CAP_SETFCAP", "CAP_SETPCAP",      "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT",
      "CAP_KILL",    "CAP_AUDIT_WRITE"};
  Process process;
  process.args = std::move(args);
  process.env = {"PATH=/bin"};
  process.cwd = "/";
  process.user = user.ids();
  process.capabilities = Capabilities{
      .bounding = capabilities, .effective = capabilities, .inheritable = {}, .permitted = capabilities, .ambient = {}};
  process.rlimits = {{.type = "RLIMIT_NOFILE", .hard = 1025, .soft = 1025}};
  return process;
}

Config config_of(const std::string& rootfs) {
  Config config;
  config.oci_version = oci_version;
  config.root = Root{.path = rootfs, .readonly = false};
  config.hostname = "testing";
  config.process = process_of({"/bin/bash", "-c", script}, corten::users::Database{rootfs}.resolve("daemon"));
  config.mounts = {
      mount("proc", "proc", "/proc", {"noexec", "nosuid", "nodev"}),
      mount("tmpfs", "tmpfs", "/dev", {"nosuid", "strictatime", "mode=755"}),
      mount("devpts", "devpts", "/dev/pts", {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
      mount("tmpfs", "shm", "/dev/shm", {"noexec", "nosuid", "nodev", "mode=1777", "size=65536k"}),
      mount("mqueue", "mqueue", "/dev/mqueue", {"noexec", "nosuid", "nodev"}),
      mount("sysfs", "sysfs", "/sys", {"noexec", "nosuid", "nodev", "ro"}),
  };

  // The default devices are there without being named, and a new network namespace has its loopback up.
  auto& platform = config.platform.emplace();
  for (const char* type : {"mount", "uts", "ipc", "pid", "user", "network"}) platform.namespaces.push_back({type, ""});
  platform.uid_mappings = platform.gid_mappings = {{.container_id = 0, .host_id = 1000, .size = 65536}};
  platform.masked_paths = {"/proc/kcore", "/sys/firmware"};
  platform.readonly_paths = {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"};
  platform.cgroups_path = "/corten-example/test-container";  // the parent, and the cgroup
  auto& resources = platform.resources.emplace();
  // No device but the default ones, which need no rule, and /dev/fuse.
  resources.devices = {{.allow = false, .access = "rwm"},
                       {.allow = true, .type = "c", .major = 10, .minor = 229, .access = "rwm"}};
  resources.pids_limit = 64;
  return config;
}

void show(const corten::Container& container) {
  const auto state = container.state();
  std::cout << state.id << " is " << state.status << " since " << state.created << ", process " << state.pid << " of "
            << container.processes().size() << " in " << state.rootfs << '\n';
  const auto used = container.statistics();
  std::cout << "CPU " << used.cpu.usage.total << " ns, memory " << used.memory.memory.usage << " bytes, processes "
            << used.pids.current << " of " << used.pids.limit << '\n';
  for (const auto& one : used.interfaces.value_or(std::vector<corten::resources::InterfaceUsage>{})) {
    std::cout << one.name << ": " << one.received_bytes << " bytes in, " << one.sent_bytes << " out\n";
  }
}

/// The processes as files, and from there again.
corten::Started restored(const corten::Runtime& runtime, corten::Started saved, const corten::Plan& plan,
                         const std::string& images) {
  saved.container.checkpoint({.directory = images});  // which ends and destroys it
  std::cout << "saved, status " << saved.process.wait() << '\n';
  return runtime.restore("container-id", plan, {.directory = images});
}

int run(const std::string& rootfs, const std::string& state, const std::string& images) {
  const corten::Runtime runtime{{.root = state}};
  const corten::Plan plan{.bundle = rootfs, .config = config_of(rootfs)};
  corten::check(plan.config, plan.bundle);  // create() does that, too
  auto [container, process] = runtime.create("container-id", plan);
  container.start();

  auto hello =
      container.exec(process_of({"/bin/echo", "hello from inside"}, corten::users::resolve(container, "daemon")));
  if (hello.wait() != 0) return 1;

  container.pause();
  if (container.status() != corten::Status::paused) return 1;
  container.resume();
  Resources limits;
  limits.pids_limit = 32;
  container.update(limits);
  show(container);

  corten::Started last{std::move(container), std::move(process)};
  if (!images.empty()) last = restored(runtime, std::move(last), plan, images);
  auto watch = last.container.watch();
  // The first process of a pid namespace ignores a signal that it has no handler for yet.
  do last.container.signal(SIGTERM);
  while (watch.wait(std::chrono::milliseconds{100}) != corten::Event::stopped);
  std::cout << "ended with status " << last.process.wait() << '\n';
  last.container.destroy();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) return 2;
  try {
    return run(argv[1], argv[2], argc == 4 ? argv[3] : "");
  } catch (const corten::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
