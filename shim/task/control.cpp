// SPDX-License-Identifier: Apache-2.0
// Calls that change what runs.
#include <fmt/core.h>

#include <utility>

#include "options.pb-c.h"
#include "shim/message.hpp"
#include "shim/task/service.hpp"
#include "shim/task/work_folder.hpp"
#include "task.pb-c.h"

namespace corten::shim {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw Failure{Code::failed_precondition, why}; }

const char* name_of(const Task& task) {
  if (task.paused) return "paused";
  switch (task.init.state) {
    case State::created: return "created";
    case State::running: return "running";
    case State::stopped: return "stopped";
  }
  return "unknown";
}

void check_runs(const Task& task, const char* step) {
  if (task.init.state != State::running) refuse(fmt::format("cannot {} a {} container", step, name_of(task)));
}

struct Wanted {
  std::string path, work, parent;
  corten_checkpoint_options options{};
};

Wanted wanted_of(const Task__CheckpointRequest& message) {
  Wanted wanted;
  wanted.path = message.path;
  auto& options = wanted.options;
  options.size = sizeof options;
  options.leave_running = 1;
  const auto given = unpack_any<Options__Checkpoint>(message.options, "containerd.runc.v1.CheckpointOptions",
                                                     options__checkpoint__descriptor);
  if (!given) return wanted;
  wanted.work = given->work_path;
  wanted.parent = given->parent_path;
  options.leave_running = given->exit != 0 ? 0 : 1;
  options.tcp_established = given->open_tcp;
  options.external_unix_sockets = given->external_unix_sockets;
  options.shell_job = given->terminal;
  options.file_locks = given->file_locks;
  return wanted;
}

/// On the worker.
void save(const Task& task, Wanted& wanted) {
  const WorkFolder work{task, wanted.work};
  wanted.options.images = wanted.path.c_str();
  wanted.options.work = work.path();
  wanted.options.parent = wanted.parent.empty() ? nullptr : wanted.parent.c_str();
  library::call(&corten_container_checkpoint, task.container.get(), &wanted.options);
}

}  // namespace

void Service::kill(const std::string& payload, const ttrpc::Reply& reply) {
  const auto message = unpack<Task__KillRequest>(task__kill_request__descriptor, payload);
  const auto task = task_of(message->id);
  auto& process = process_of(*task, message->exec_id);
  const int number = static_cast<int>(message->signal);
  if (process.state == State::stopped || process.ended) {
    throw Failure{Code::not_found, "process already finished"};
  }
  if (process.pid == 0) refuse("process not created");
  if (&process == &task->init) {
    library::call(&corten_container_signal, task->look.get(), number, message->all);
  } else {
    library::call(&corten_process_signal, process.handle.get(), number);
  }
  reply.ok();
}

void Service::pause(const std::string& payload, const ttrpc::Reply& reply) {
  const auto task = target_of(payload).task;
  check_runs(*task, "pause");
  if (task->paused) refuse("cannot pause a paused container");
  task->pausing = true;
  submit(
      task, task->init, reply, [task] { library::call(&corten_container_pause, task->container.get()); },
      [this, task, reply] {
        task->pausing = false;
        task->paused = true;
        publisher_.publish(task_paused(task->id));
        reply.ok();
      },
      [task] { task->pausing = false; });
}

void Service::resume(const std::string& payload, const ttrpc::Reply& reply) {
  const auto task = target_of(payload).task;
  if (!task->paused) refuse(fmt::format("cannot resume a {} container", name_of(*task)));
  submit(
      task, task->init, reply, [task] { library::call(&corten_container_resume, task->container.get()); },
      [this, task, reply] {
        task->paused = false;
        publisher_.publish(task_resumed(task->id));
        reply.ok();
      });
}

void Service::update(const std::string& payload, const ttrpc::Reply& reply) {
  const auto message = unpack<Task__UpdateRequest>(task__update_request__descriptor, payload);
  const auto task = task_of(message->id);
  if (task->init.state == State::stopped) refuse("cannot update a stopped container");
  if (message->resources == nullptr) throw Failure{Code::invalid_argument, "an update without resources"};
  submit(
      task, task->init, reply,
      [task, resources = std::string{bytes_of(message->resources->value)}] {
        library::call(&corten_container_update, task->container.get(), resources.c_str());
      },
      [reply] { reply.ok(); });
}

void Service::checkpoint(const std::string& payload, const ttrpc::Reply& reply) {
  const auto message = unpack<Task__CheckpointRequest>(task__checkpoint_request__descriptor, payload);
  const auto task = task_of(message->id);
  check_runs(*task, "checkpoint");
  const auto wanted = std::make_shared<Wanted>(wanted_of(*message));
  submit(
      task, task->init, reply, [task, wanted] { save(*task, *wanted); },
      [this, task, wanted, reply] {
        publisher_.publish(task_checkpointed(task->id, wanted->path));
        reply.ok();
      });
}

void Service::resize(const std::string& payload, const ttrpc::Reply& reply) {
  const auto message = unpack<Task__ResizeRequest>(task__resize_request__descriptor, payload);
  const auto task = task_of(message->id);
  auto& process = process_of(*task, message->exec_id);
  if (process.state == State::stopped) refuse("cannot resize a stopped container");
  if (process.streams) {
    process.streams->resize(static_cast<unsigned short>(message->width), static_cast<unsigned short>(message->height));
  }
  reply.ok();
}

void Service::close_io(const std::string& payload, const ttrpc::Reply& reply) {
  const auto message = unpack<Task__CloseIORequest>(task__close_iorequest__descriptor, payload);
  const auto task = task_of(message->id);
  auto& process = process_of(*task, message->exec_id);
  if (message->stdin != 0 && process.streams) process.streams->close_input();
  reply.ok();
}

}  // namespace corten::shim
