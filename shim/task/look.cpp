// SPDX-License-Identifier: Apache-2.0
// Calls that change nothing.
#include <fmt/core.h>
#include <unistd.h>

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "options.pb-c.h"
#include "shim/message.hpp"
#include "shim/metrics/metrics.hpp"
#include "shim/metrics/statistics.hpp"
#include "shim/task/answers.hpp"
#include "shim/task/service.hpp"
#include "task.pb-c.h"

namespace corten::shim {
namespace {

Task__Status status_of(const Task& task, const Process& process) {
  if (process.state == State::stopped) return TASK__STATUS__STOPPED;
  if (task.pausing) return TASK__STATUS__PAUSING;
  if (task.paused) return TASK__STATUS__PAUSED;
  return process.state == State::created ? TASK__STATUS__CREATED : TASK__STATUS__RUNNING;
}

std::vector<pid_t> pids_of(const corten_container* container) {
  if (container == nullptr) return {};
  std::vector<pid_t> pids(16);
  for (std::size_t count = 0;; pids.resize(count)) {
    library::call(&corten_container_processes, container, pids.data(), pids.size(), &count);
    if (count > pids.size()) continue;  // there are more by now
    pids.resize(count);
    return pids;
  }
}

/// The exec that has this pid, or nullptr.
const Process* exec_with(const Task& task, pid_t pid) {
  for (const auto& [id, process] : task.execs) {
    if (process->pid == pid) return process.get();
  }
  return nullptr;
}

/// Says of a process which exec it is.
struct Info {
  std::string details;
  Common__Any any = COMMON__ANY__INIT;
  Task__ProcessInfo message = TASK__PROCESS_INFO__INIT;

  Info(pid_t pid, const Process* exec) {
    static const std::string type = "containerd.runc.v1.ProcessDetails";
    message.pid = static_cast<std::uint32_t>(pid);
    if (exec == nullptr) return;
    Options__ProcessDetails named = OPTIONS__PROCESS_DETAILS__INIT;
    named.exec_id = lent(exec->id);
    details = pack(named.base);
    any.type_url = lent(type);
    any.value = lent_bytes(details);
    message.info = &any;
  }
};

}  // namespace

void Service::state(const std::string& payload, const ttrpc::Reply& reply) {
  const auto [task, process, added] = target_of(payload);
  auto at = timestamp_of(process->exit.at);
  Task__StateResponse message = TASK__STATE_RESPONSE__INIT;
  message.id = lent(process->id);
  message.bundle = lent(task->bundle);
  message.pid = static_cast<std::uint32_t>(process->pid);
  message.status = status_of(*task, *process);
  message.stdin = lent(process->names.input);
  message.stdout = lent(process->names.output);
  message.stderr = lent(process->names.errors);
  message.terminal = process->names.terminal ? 1 : 0;
  if (process->state == State::stopped) {
    message.exit_status = process->exit.status;
    message.exited_at = &at;
  }
  if (added) message.exec_id = lent(process->id);
  reply.ok(pack(message.base));
}

void Service::pids(const std::string& payload, const ttrpc::Reply& reply) {
  const auto task = target_of(payload).task;
  std::deque<Info> infos;
  std::vector<Task__ProcessInfo*> pointers;
  for (const pid_t pid : pids_of(task->look.get())) {
    pointers.push_back(&infos.emplace_back(pid, exec_with(*task, pid)).message);
  }
  Task__PidsResponse message = TASK__PIDS_RESPONSE__INIT;
  message.n_processes = pointers.size();
  message.processes = pointers.data();
  reply.ok(pack(message.base));
}

void Service::stats(const std::string& payload, const ttrpc::Reply& reply) {
  const auto task = target_of(payload).task;
  const std::unique_ptr<char, void (*)(char*)> text{library::call(&corten_container_statistics, task->look.get()),
                                                    &corten_text_free};
  const auto statistics = read_statistics(text.get());
  const bool unified = ::access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
  const auto metrics = unified ? unified_metrics(statistics) : legacy_metrics(statistics);
  Common__Any any = COMMON__ANY__INIT;
  any.type_url = lent(metrics.type);
  any.value = lent_bytes(metrics.message);
  Task__StatsResponse message = TASK__STATS_RESPONSE__INIT;
  message.stats = &any;
  reply.ok(pack(message.base));
}

void Service::wait(const std::string& payload, const ttrpc::Reply& reply) {
  const auto [task, process, added] = target_of(payload);
  if (process->state == State::stopped) return reply.ok(wait_response(process->exit));
  process->waiters.push_back(reply);
}

void Service::connect(const std::string& payload, const ttrpc::Reply& reply) {
  const auto target = unpack<Task__Target>(task__target__descriptor, payload);
  const auto found = tasks_.find(target->id);
  const std::string version = corten_version();
  Task__ConnectResponse message = TASK__CONNECT_RESPONSE__INIT;
  message.shim_pid = static_cast<std::uint32_t>(::getpid());
  if (found != tasks_.end() && found->second->made)
    message.task_pid = static_cast<std::uint32_t>(found->second->init.pid);
  message.version = lent(version);
  reply.ok(pack(message.base));
}

void Service::shut_down(const std::string&, const ttrpc::Reply& reply) {
  reply.ok();
  if (tasks_.empty()) shut_down_();
}

}  // namespace corten::shim
