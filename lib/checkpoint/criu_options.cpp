// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/criu_options.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::checkpoint {
namespace {

constexpr std::string_view standard_config_file = "/etc/criu/runc.conf";

/// Kinds whose namespace CRIU is to find as it is, instead of making its own and joining later.
bool is_passed(const NamespaceToJoin& ns) { return ns.kind == "net" || ns.kind == "pid"; }

/// The name that a passed namespace has in the image: runc's, "extRootNetNS".
std::string image_key(const NamespaceToJoin& ns) { return ns.kind == "net" ? "extRootNetNS" : "extRootPidNS"; }

/// What both directions have in common.
CriuOptions plan_common(const Options& options) {
  CriuOptions criu;
  criu.ext_unix_sk = options.external_unix_sockets;
  criu.tcp_established = options.tcp_established;
  criu.shell_job = options.shell_job;
  criu.file_locks = options.file_locks;
  criu.auto_dedup = options.auto_dedup;
  criu.lazy_pages = options.lazy_pages;
  criu.cgroup_mode = options.cgroup_mode;
  return criu;
}

}  // namespace

CriuOptions plan_dump(const Options& options, const DumpFacts& facts) {
  auto criu = plan_common(options);
  criu.log_file = dump_log;
  criu.pid = facts.pid;
  criu.root = facts.root;
  criu.freeze_cgroup = facts.freeze_cgroup;
  criu.config_file = facts.config_file;
  criu.leave_running = options.leave_running;
  criu.tcp_skip_in_flight = options.tcp_skip_in_flight;
  criu.link_remap = options.link_remap;
  criu.parent_image = options.parent_path;
  criu.track_memory = !options.parent_path.empty();
  criu.page_server = options.page_server;
  for (const auto& ns : passed_namespaces(facts.joined)) {
    criu.external.push_back(fmt::format("{}[{}]:{}", ns.kind, ns.inode, image_key(ns)));
  }
  criu.external.insert(criu.external.end(), facts.external_mounts.begin(), facts.external_mounts.end());
  return criu;
}

CriuOptions plan_restore(const Options& options, const RestoreFacts& facts) {
  auto criu = plan_common(options);
  criu.log_file = restore_log;
  criu.root = facts.root;
  criu.config_file = facts.config_file;
  criu.evasive_devices = true;
  criu.restore_sibling = true;
  criu.tcp_close = options.tcp_close;
  criu.lsm_profile = options.lsm_profile;
  criu.lsm_mount_context = options.lsm_mount_context;
  int number = 0;
  for (const auto& descriptor : facts.descriptors) {
    if (is_pipe(descriptor)) criu.inherit_fds.push_back({descriptor, number});
    ++number;
  }
  int fd = facts.first_namespace_fd;
  for (const auto& ns : passed_namespaces(facts.joined)) criu.inherit_fds.push_back({image_key(ns), fd++});
  for (const auto& ns : facts.joined) {
    if (is_passed(ns)) continue;
    if (ns.kind == "cgroup") throw Error{"CRIU cannot restore into a cgroup namespace that is joined"};
    criu.join_namespaces.emplace_back(ns.kind, ns.path);
  }
  criu.external = facts.external_mounts;
  return criu;
}

std::vector<NamespaceToJoin> passed_namespaces(const std::vector<NamespaceToJoin>& joined) {
  std::vector<NamespaceToJoin> passed;
  for (const auto& ns : joined) {
    if (is_passed(ns)) passed.push_back(ns);
  }
  return passed;
}

std::string config_file_of(const std::vector<std::pair<std::string, std::string>>& annotations) {
  for (const auto& [name, value] : annotations) {
    if (name == config_annotation) return value;
  }
  return std::string{standard_config_file};
}

bool is_pipe(std::string_view descriptor) {
  constexpr std::string_view start = "pipe:[";
  if (!descriptor.starts_with(start) || !descriptor.ends_with(']')) return false;
  descriptor.remove_prefix(start.size());
  descriptor.remove_suffix(1);
  return parse_number<std::uint64_t>(descriptor).has_value();
}

}  // namespace corten::checkpoint
