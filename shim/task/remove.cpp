// SPDX-License-Identifier: Apache-2.0
// Delete: the output of a process that has ended is copied to its end, then nothing of it is kept.
#include <utility>

#include "shim/task/answers.hpp"
#include "shim/task/service.hpp"

namespace corten::shim {
namespace {

/// On the worker. One that a checkpoint has ended is gone already; one that was to be restored may never have been there.
void destroy_container(const Task& task) {
  try {
    if (task.container) library::call(&corten_container_destroy, task.container.get(), 0);
  } catch (const Failure& failure) {
    if (failure.code() != Code::not_found) throw;
  }
  if (!task.mounts.empty()) unmount_all(task.root());
}

}  // namespace

void Service::remove(const std::string& payload, const ttrpc::Reply& reply) {
  const auto [task, process, added] = target_of(payload);
  if (process->deleting) throw Failure{Code::failed_precondition, "another call deletes the process"};
  if (process->state == State::running) throw Failure{Code::failed_precondition, "cannot delete a running process"};
  if (added && process->jobs != 0) throw Failure{Code::failed_precondition, "cannot delete a process that starts"};
  process->deleting = true;
  if (added) return remove_exec(task, *process, reply);
  remove_task(task, reply);
}

void Service::remove_exec(const TaskPointer& task, Process& process, const ttrpc::Reply& reply) {
  const auto forget_it = [task, &process, reply] {
    // Of one that was never started.
    for (const auto& waiter : process.waiters) waiter.ok(wait_response(process.exit));
    const auto answer = delete_response(process.exit);
    task->execs.erase(std::string{process.id});
    reply.ok(answer);
  };
  if (!process.streams) return forget_it();
  process.streams->when_drained(loop_, [this, &process, forget_it] { process.streams->close(loop_, forget_it); });
}

void Service::remove_task(const TaskPointer& task, const ttrpc::Reply& reply) {
  if (task->init.state == State::created) return destroy(task, reply);
  task->init.streams->when_drained(loop_, [this, task, reply] { destroy(task, reply); });
}

void Service::destroy(const TaskPointer& task, const ttrpc::Reply& reply) {
  submit(
      task, task->init, reply, [task] { destroy_container(*task); },
      [this, task, reply] {
        // One that was never started has ended just now, and is told of first.
        if (task->init.state == State::stopped || task->init.pid == 0) return forget(task, reply);
        task->init.on_exit = [this, task, reply] { forget(task, reply); };
      },
      [task] { task->init.deleting = false; });
}

void Service::forget(const TaskPointer& task, const ttrpc::Reply& reply) {
  task->init.streams->close(loop_, [this, task, reply] {
    tasks_.erase(task->id);
    wait_for_task();
    publisher_.publish(task_delete(task->id, task->init.exit));
    reply.ok(delete_response(task->init.exit));
  });
}

}  // namespace corten::shim
