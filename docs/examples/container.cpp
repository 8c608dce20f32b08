// SPDX-License-Identifier: Apache-2.0
// A container made in code: a shell as user daemon, in a user namespace, with limits. Usage: container ROOTFS STATE-DIRECTORY
#include <signal.h>
#include <sys/types.h>

#include <iostream>
#include <string>
#include <vector>

#include <corten/corten.hpp>
#include <corten/users.hpp>

namespace {

using namespace corten::spec;

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
  config.process = process_of({"/bin/sh", "-c", "id -u; hostname; trap 'exit 7' TERM; while :; do sleep 0.1; done"},
                              corten::users::Database{rootfs}.resolve("daemon"));
  config.mounts = {
      mount("proc", "proc", "/proc", {"noexec", "nosuid", "nodev"}),
      mount("tmpfs", "tmpfs", "/dev", {"nosuid", "strictatime", "mode=755"}),
      mount("devpts", "devpts", "/dev/pts", {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
      mount("tmpfs", "shm", "/dev/shm", {"noexec", "nosuid", "nodev", "mode=1777", "size=65536k"}),
      mount("mqueue", "mqueue", "/dev/mqueue", {"noexec", "nosuid", "nodev"}),
      mount("sysfs", "sysfs", "/sys", {"noexec", "nosuid", "nodev", "ro"}),
  };

  auto& platform = config.platform.emplace();
  for (const char* type : {"mount", "uts", "ipc", "pid", "user", "network"}) platform.namespaces.push_back({type, ""});
  platform.uid_mappings = platform.gid_mappings = {{.container_id = 0, .host_id = 1000, .size = 65536}};
  platform.masked_paths = {"/proc/kcore", "/sys/firmware"};
  platform.readonly_paths = {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"};
  platform.cgroups_path = "/corten-example/test-container";
  auto& resources = platform.resources.emplace();
  DeviceRule none;
  none.access = "rwm";
  resources.devices = {none};
  resources.pids_limit = 64;
  return config;
}

void show(const corten::Container& container) {
  std::cout << container.id() << " has " << container.processes().size() << " processes\n" << container.state() << '\n';
}

int run(const std::string& rootfs, const std::string& state) {
  const corten::Runtime runtime{{.root = state}};
  auto [container, process] = runtime.create("container-id", {.bundle = rootfs, .config = config_of(rootfs)});
  container.start();
  show(container);

  auto hello =
      container.exec(process_of({"/bin/echo", "hello from inside"}, corten::users::resolve(container, "daemon")));
  if (hello.wait() != 0) return 1;

  container.pause();
  container.resume();
  Resources limits;
  limits.pids_limit = 32;
  container.update(limits);
  std::cout << container.statistics() << '\n';

  container.signal(SIGTERM);
  const int status = process.wait();
  std::cout << "ended with status " << status << '\n';
  container.destroy();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    return run(argv[1], argv[2]);
  } catch (const corten::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
