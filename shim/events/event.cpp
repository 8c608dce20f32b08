// SPDX-License-Identifier: Apache-2.0
#include "shim/events/event.hpp"

#include "event.pb-c.h"

namespace corten::shim {
namespace {

Event task_only(const char* topic, const char* type, const std::string& container) {
  Event__TaskOnly message = EVENT__TASK_ONLY__INIT;
  message.container_id = lent(container);
  return {topic, type, pack(message.base)};
}

std::uint32_t number_of(pid_t pid) { return static_cast<std::uint32_t>(pid); }

}  // namespace

Event task_create(const std::string& container, const std::string& bundle, std::size_t mount_count,
                  Common__Mount** mounts, const StreamNames& streams, const std::string& checkpoint, pid_t pid) {
  Event__TaskIO io = EVENT__TASK_IO__INIT;
  io.stdin = lent(streams.input);
  io.stdout = lent(streams.output);
  io.stderr = lent(streams.errors);
  io.terminal = streams.terminal ? 1 : 0;
  Event__TaskCreate message = EVENT__TASK_CREATE__INIT;
  message.container_id = lent(container);
  message.bundle = lent(bundle);
  message.n_rootfs = mount_count;
  message.rootfs = mounts;
  message.io = &io;
  message.checkpoint = lent(checkpoint);
  message.pid = number_of(pid);
  return {"/tasks/create", "containerd.events.TaskCreate", pack(message.base)};
}

Event task_start(const std::string& container, pid_t pid) {
  Event__TaskStart message = EVENT__TASK_START__INIT;
  message.container_id = lent(container);
  message.pid = number_of(pid);
  return {"/tasks/start", "containerd.events.TaskStart", pack(message.base)};
}

Event task_exit(const std::string& container, const std::string& process, const Exit& exit) {
  auto at = timestamp_of(exit.at);
  Event__TaskExit message = EVENT__TASK_EXIT__INIT;
  message.container_id = lent(container);
  message.id = lent(process);
  message.pid = number_of(exit.pid);
  message.exit_status = exit.status;
  message.exited_at = &at;
  return {"/tasks/exit", "containerd.events.TaskExit", pack(message.base)};
}

Event task_delete(const std::string& container, const Exit& exit) {
  auto at = timestamp_of(exit.at);
  Event__TaskDelete message = EVENT__TASK_DELETE__INIT;
  message.container_id = lent(container);
  message.pid = number_of(exit.pid);
  message.exit_status = exit.status;
  message.exited_at = &at;
  return {"/tasks/delete", "containerd.events.TaskDelete", pack(message.base)};
}

Event task_exec_added(const std::string& container, const std::string& process) {
  Event__TaskExecAdded message = EVENT__TASK_EXEC_ADDED__INIT;
  message.container_id = lent(container);
  message.exec_id = lent(process);
  return {"/tasks/exec-added", "containerd.events.TaskExecAdded", pack(message.base)};
}

Event task_exec_started(const std::string& container, const std::string& process, pid_t pid) {
  Event__TaskExecStarted message = EVENT__TASK_EXEC_STARTED__INIT;
  message.container_id = lent(container);
  message.exec_id = lent(process);
  message.pid = number_of(pid);
  return {"/tasks/exec-started", "containerd.events.TaskExecStarted", pack(message.base)};
}

Event task_paused(const std::string& container) {
  return task_only("/tasks/paused", "containerd.events.TaskPaused", container);
}

Event task_resumed(const std::string& container) {
  return task_only("/tasks/resumed", "containerd.events.TaskResumed", container);
}

Event task_oom(const std::string& container) { return task_only("/tasks/oom", "containerd.events.TaskOOM", container); }

Event task_checkpointed(const std::string& container, const std::string& path) {
  Event__TaskCheckpointed message = EVENT__TASK_CHECKPOINTED__INIT;
  message.container_id = lent(container);
  message.checkpoint = lent(path);
  return {"/tasks/checkpointed", "containerd.events.TaskCheckpointed", pack(message.base)};
}

std::string forward_request(const Event& event, const std::string& name_space, Time now) {
  const std::string type = event.type, topic = event.topic;
  Common__Any any = COMMON__ANY__INIT;
  any.type_url = lent(type);
  any.value = lent_bytes(event.message);
  auto stamp = timestamp_of(now);
  Event__Envelope envelope = EVENT__ENVELOPE__INIT;
  envelope.timestamp = &stamp;
  envelope.namespace_ = lent(name_space);
  envelope.topic = lent(topic);
  envelope.event = &any;
  Event__ForwardRequest request = EVENT__FORWARD_REQUEST__INIT;
  request.envelope = &envelope;
  return pack(request.base);
}

}  // namespace corten::shim
