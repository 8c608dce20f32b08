// SPDX-License-Identifier: Apache-2.0
#include "spec/config.hpp"
#include "spec/json_writer.hpp"

namespace corten::spec {
namespace {

using Texts = std::initializer_list<std::string_view>;

void write_process(JsonWriter& to) {
  to.key("process");
  to.begin_object();
  to.member("terminal", true);
  to.key("user");
  to.begin_object();
  to.member("uid", 0);
  to.member("gid", 0);
  to.end_object();
  to.member("args", {"sh"});
  to.member("env", {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"});
  to.member("cwd", "/");
  to.key("capabilities");
  to.begin_object();
  for (const auto* set : {"bounding", "effective", "permitted"}) {
    to.member(set, {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"});
  }
  to.end_object();
  to.key("rlimits");
  to.begin_array();
  to.begin_object();
  to.member("type", "RLIMIT_NOFILE");
  to.member("hard", 1024);
  to.member("soft", 1024);
  to.end_object();
  to.end_array();
  to.member("noNewPrivileges", true);
  to.end_object();
}

void write_mount(JsonWriter& to, std::string_view destination, std::string_view type, std::string_view source,
                 Texts options) {
  to.begin_object();
  to.member("destination", destination);
  to.member("type", type);
  to.member("source", source);
  if (options.size() > 0) to.member("options", options);
  to.end_object();
}

void write_mounts(JsonWriter& to, bool rootless) {
  to.key("mounts");
  to.begin_array();
  write_mount(to, "/proc", "proc", "proc", {});
  write_mount(to, "/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"});
  if (rootless) {  // no group 5 is mapped
    write_mount(to, "/dev/pts", "devpts", "devpts", {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"});
  } else {
    write_mount(to, "/dev/pts", "devpts", "devpts",
                {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"});
  }
  write_mount(to, "/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"});
  write_mount(to, "/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"});
  if (rootless) {  // a new sysfs needs a network namespace of one's own
    write_mount(to, "/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"});
  } else {
    write_mount(to, "/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"});
  }
  write_mount(to, "/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "relatime", "ro"});
  to.end_array();
}

void write_mapping(JsonWriter& to, std::string_view name, std::uint32_t host_id) {
  to.key(name);
  to.begin_array();
  to.begin_object();
  to.member("containerID", 0);
  to.member("hostID", host_id);
  to.member("size", 1);
  to.end_object();
  to.end_array();
}

void write_no_devices(JsonWriter& to) {
  to.key("resources");
  to.begin_object();
  to.key("devices");
  to.begin_array();
  to.begin_object();
  to.member("allow", false);
  to.member("access", "rwm");
  to.end_object();
  to.end_array();
  to.end_object();
}

void write_namespaces(JsonWriter& to, bool rootless, bool cgroup_namespace) {
  const auto write = [&to](std::string_view type) {
    to.begin_object();
    to.member("type", type);
    to.end_object();
  };
  to.key("namespaces");
  to.begin_array();
  write("pid");
  if (!rootless) write("network");
  write("ipc");
  write("uts");
  write("mount");
  if (cgroup_namespace) write("cgroup");
  if (rootless) write("user");
  to.end_array();
}

}  // namespace

std::string default_config(bool rootless, std::uint32_t uid, std::uint32_t gid, bool cgroup_namespace) {
  JsonWriter json{"\t"};
  json.begin_object();
  json.member("ociVersion", oci_version);
  write_process(json);
  json.key("root");
  json.begin_object();
  json.member("path", "rootfs");
  json.member("readonly", true);
  json.end_object();
  json.member("hostname", "runc");  // what scripts expect of `runc spec`
  write_mounts(json, rootless);
  json.key("linux");
  json.begin_object();
  if (rootless) {
    write_mapping(json, "uidMappings", uid);
    write_mapping(json, "gidMappings", gid);
  } else {
    write_no_devices(json);
  }
  write_namespaces(json, rootless, cgroup_namespace);
  json.member("maskedPaths",
              {"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
               "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"});
  json.member("readonlyPaths", {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"});
  json.end_object();
  json.end_object();
  return json.take();
}

}  // namespace corten::spec
