// SPDX-License-Identifier: Apache-2.0
// What the caller of `checkpoint` and `restore` asks for, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace corten::checkpoint {

/// How CRIU treats cgroups and their settings; `standard` is its own choice, which is soft.
enum class CgroupMode { standard, soft, full, strict, ignore };

struct PageServer {
  std::string address;
  int port = 0;
};

struct Options {
  std::string image_path;   // absolute
  std::string work_path;    // absolute; empty: the images' directory
  std::string parent_path;  // relative to image_path; empty: none
  bool leave_running = false, pre_dump = false, auto_dedup = false;
  bool tcp_established = false, tcp_skip_in_flight = false, tcp_close = false;
  bool external_unix_sockets = false, file_locks = false, link_remap = false, shell_job = false;
  bool lazy_pages = false;
  std::optional<PageServer> page_server;
  std::optional<int> status_fd;  // told with a zero byte that the page server is ready
  CgroupMode cgroup_mode = CgroupMode::standard;
  std::string lsm_profile, lsm_mount_context;  // restore only
};

}  // namespace corten::checkpoint
