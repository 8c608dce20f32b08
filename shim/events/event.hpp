// SPDX-License-Identifier: Apache-2.0
// Events of tasks as containerd knows them: a topic, a type and a message.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "shim/message.hpp"
#include "shim/task/names.hpp"

namespace corten::shim {

struct Event {
  const char* topic;
  const char* type;
  std::string message;
};

/// How a process has ended.
struct Exit {
  pid_t pid = 0;
  unsigned status = 0;  // 128 + the signal
  Time at = {};
};

/// `rootfs` are the mounts of the request.
[[nodiscard]] Event task_create(const std::string& container, const std::string& bundle, std::size_t mount_count,
                                Common__Mount** mounts, const StreamNames& streams, const std::string& checkpoint,
                                pid_t pid);
[[nodiscard]] Event task_start(const std::string& container, pid_t pid);
[[nodiscard]] Event task_exit(const std::string& container, const std::string& process, const Exit& exit);
[[nodiscard]] Event task_delete(const std::string& container, const Exit& exit);
[[nodiscard]] Event task_exec_added(const std::string& container, const std::string& process);
[[nodiscard]] Event task_exec_started(const std::string& container, const std::string& process, pid_t pid);
[[nodiscard]] Event task_paused(const std::string& container);
[[nodiscard]] Event task_resumed(const std::string& container);
[[nodiscard]] Event task_oom(const std::string& container);
[[nodiscard]] Event task_checkpointed(const std::string& container, const std::string& path);

/// The request of Events.Forward.
[[nodiscard]] std::string forward_request(const Event& event, const std::string& name_space, Time now);

}  // namespace corten::shim
