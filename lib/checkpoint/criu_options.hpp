// SPDX-License-Identifier: Apache-2.0
// From what the caller asks for and what is known of the container to the options that CRIU is given. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checkpoint/plan.hpp"

namespace corten::checkpoint {

/// A descriptor of the CRIU process that stands for what an image calls `key`.
struct InheritedFd {
  std::string key;
  int fd = -1;
  bool operator==(const InheritedFd&) const = default;
};

/// Options as CRIU's RPC has them, with its names.
struct CriuOptions {
  int images_dir_fd = -1;
  std::optional<int> work_dir_fd, pid;
  bool leave_running = false, ext_unix_sk = false, tcp_established = false, evasive_devices = false, shell_job = false;
  bool file_locks = false, track_memory = false, auto_dedup = false, link_remap = false, restore_sibling = false;
  bool tcp_skip_in_flight = false, lazy_pages = false, tcp_close = false;
  std::string log_file, root, parent_image, freeze_cgroup, config_file, lsm_profile, lsm_mount_context;
  std::optional<PageServer> page_server;
  CgroupMode cgroup_mode = CgroupMode::standard;
  std::vector<std::pair<std::string, std::string>> cgroup_roots;     // controller and path
  std::vector<std::pair<std::string, std::string>> join_namespaces;  // kind and path
  std::vector<InheritedFd> inherit_fds;
  std::vector<std::string> external;
};

/// A namespace that the container joined instead of having its own.
struct NamespaceToJoin {
  std::string kind;  // as in /proc/PID/ns: "net"
  std::string path;
  std::uint64_t inode = 0;  // asked for at a dump only
};

/// CRIU is told to take no note of what is in network namespaces: the interfaces are those of whoever made them.
inline constexpr std::uint32_t empty_namespaces = 0x40000000;  // CLONE_NEWNET

struct DumpFacts {
  int pid = 0;
  std::string root;
  std::string freeze_cgroup;
  std::string config_file;
  std::vector<NamespaceToJoin> joined;
  std::vector<std::string> external_mounts;  // see mounts.hpp
};
[[nodiscard]] CriuOptions plan_dump(const Options& options, const DumpFacts& facts);

struct RestoreFacts {
  std::string root;
  std::string config_file;
  std::vector<NamespaceToJoin> joined;
  std::vector<std::string> external_mounts;
  std::vector<std::string> descriptors;  // what 0, 1 and 2 of the container's init were
  int first_namespace_fd = 0;            // the number that the first opened namespace has in CRIU
};
/// Throws for a joined cgroup namespace, which CRIU cannot do.
[[nodiscard]] CriuOptions plan_restore(const Options& options, const RestoreFacts& facts);

/// Of `joined` those that are opened for CRIU, in the order of their descriptors; the others it joins by path.
[[nodiscard]] std::vector<NamespaceToJoin> passed_namespaces(const std::vector<NamespaceToJoin>& joined);

/// The file with more options that the container names by annotation; an empty one means none, and no annotation means
/// runc's.
inline constexpr std::string_view config_annotation = "org.criu.config";
[[nodiscard]] std::string config_file_of(const std::vector<std::pair<std::string, std::string>>& annotations);

/// Is it the name of a pipe as /proc/PID/fd has it, and not that of a file which is called so?
[[nodiscard]] bool is_pipe(std::string_view descriptor);

inline constexpr std::string_view dump_log = "dump.log";
inline constexpr std::string_view restore_log = "restore.log";

}  // namespace corten::checkpoint
