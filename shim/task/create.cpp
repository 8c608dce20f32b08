// SPDX-License-Identifier: Apache-2.0
// Create: the root is mounted, streams are opened, and the container's first process waits.
#include <utility>

#include "base/log.hpp"
#include "shim/message.hpp"
#include "shim/task/answers.hpp"
#include "shim/task/make.hpp"
#include "shim/task/service.hpp"
#include "task.pb-c.h"

namespace corten::shim {
namespace {

TaskPointer task_in(const Task__CreateRequest& message) {
  auto task = std::make_shared<Task>(Task{
      .id = message.id,
      .bundle = message.bundle,
      .options = options_of(message.options),
      .checkpoint = message.checkpoint,
      .init = {.id = message.id, .names = {message.stdin, message.stdout, message.stderr, message.terminal != 0}},
  });
  for (std::size_t at = 0; at < message.n_rootfs; ++at) {
    const auto& given = *message.rootfs[at];
    auto& mount = task->mounts.emplace_back(Mount{given.type, given.source, given.target, {}});
    for (std::size_t option = 0; option < given.n_options; ++option) mount.options.emplace_back(given.options[option]);
  }
  return task;
}

}  // namespace

void Service::create(const std::string& payload, const ttrpc::Reply& reply) {
  const auto message =
      std::shared_ptr<Task__CreateRequest>{unpack<Task__CreateRequest>(task__create_request__descriptor, payload)};
  const auto task = task_in(*message);
  if (!task->bundle.starts_with('/')) throw Failure{Code::invalid_argument, "the bundle is no absolute path"};
  if (!tasks_.emplace(task->id, task).second) {
    throw Failure{Code::already_exists, "a container with this id exists already"};
  }
  unused_.end();
  const auto made = std::make_shared<Made>();
  submit(
      task, task->init, reply, [task, made, name_space = namespace_] { prepare(*task, *made, name_space); },
      [this, task, made, message, reply] {
        task->made = true;
        if (made->container) on_made(task, *made);
        publisher_.publish(task_create(task->id, task->bundle, message->n_rootfs, message->rootfs, task->init.names,
                                       task->checkpoint, task->init.pid));
        reply.ok(pid_response(task->init.pid));
      },
      [this, task] {
        tasks_.erase(task->id);
        wait_for_task();
      });
}

void Service::on_made(const TaskPointer& task, Made& made) {
  take(*task, made);
  task->init.streams->begin(loop_, corten_process_terminal(task->init.handle.get()));
  watch(task, task->init);
  try {
    task->memory = std::make_unique<MemoryWatch>(loop_, task->look.get(),
                                                 [this, id = task->id] { publisher_.publish(task_oom(id)); });
  } catch (const std::exception& error) {  // it may have ended already, or have no memory cgroup
    log::info(error.what());
  }
}

}  // namespace corten::shim
