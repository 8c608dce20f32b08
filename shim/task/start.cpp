// SPDX-License-Identifier: Apache-2.0
// Exec and Start: processes are added, and begin to run.
#include <fmt/core.h>

#include <utility>

#include "corten/json_text.hpp"
#include "shim/message.hpp"
#include "shim/task/answers.hpp"
#include "shim/task/make.hpp"
#include "shim/task/service.hpp"
#include "spec/config.hpp"
#include "task.pb-c.h"

namespace corten::shim {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw Failure{Code::failed_precondition, why}; }

void check_running(const Task& task, const char* step) {
  if (task.init.state == State::stopped || task.init.ended) refuse(fmt::format("cannot {} in a stopped state", step));
  if (task.paused) refuse(fmt::format("cannot {} in a paused state", step));
}

/// The terminal is as the request says, whatever the document does.
std::string document_of(const Common__Any* spec, bool terminal) {
  if (spec == nullptr) throw Failure{Code::invalid_argument, "an exec without a process"};
  auto process = spec::parse_process(bytes_of(spec->value));
  process.terminal = terminal;
  return spec::to_json(process);
}

/// What the worker makes, and the loop takes.
struct Started {
  std::unique_ptr<Streams> streams;
  library::Process handle;
};

/// On the worker.
Started run_exec(const Task& task, const Process& process, const std::string& name_space) {
  auto streams = std::make_unique<Streams>(
      process.names, StreamOwner{process.id, name_space, task.options.io_uid, task.options.io_gid});
  const auto child = streams->child();
  corten_stdio stdio{};
  stdio.size = sizeof stdio;
  if (!process.names.terminal) {
    stdio.input = child[0];
    stdio.output = child[1];
    stdio.errors = child[2];
  }
  corten_exec_options options{};
  options.size = sizeof options;
  options.process = process.document.c_str();
  options.stdio = &stdio;
  library::Process handle{library::call(&corten_container_exec, task.container.get(), &options)};
  return {std::move(streams), std::move(handle)};
}

}  // namespace

void Service::exec(const std::string& payload, const ttrpc::Reply& reply) {
  const auto message = unpack<Task__ExecRequest>(task__exec_request__descriptor, payload);
  const auto task = task_of(message->id);
  if (*message->exec_id == '\0') throw Failure{Code::invalid_argument, "an exec without an id"};
  check_running(*task, "exec");
  if (task->execs.contains(message->exec_id)) {
    throw Failure{Code::already_exists, fmt::format("id {}", message->exec_id)};
  }
  const bool terminal = message->terminal != 0;
  auto process = std::make_unique<Process>(Process{
      .id = message->exec_id,
      .names = {message->stdin, message->stdout, message->stderr, terminal},
      .document = document_of(message->spec, terminal),
  });
  task->execs.emplace(message->exec_id, std::move(process));
  publisher_.publish(task_exec_added(task->id, message->exec_id));
  reply.ok();
}

void Service::start(const std::string& payload, const ttrpc::Reply& reply) {
  const auto [task, process, added] = target_of(payload);
  if (process->deleting) refuse("the process is being deleted");
  if (process->state == State::running) refuse("cannot start a running process");
  if (process->state == State::stopped || process->ended) refuse("cannot start a stopped process");
  if (added) return start_exec(task, *process, reply);
  if (!task->container) return start_restored(task, reply);
  submit(
      task, *process, reply, [task = task] { library::call(&corten_container_start, task->container.get()); },
      [this, task = task, reply] { on_started(task, task->init, reply); });
}

void Service::start_restored(const TaskPointer& task, const ttrpc::Reply& reply) {
  const auto made = std::make_shared<Made>();
  submit(
      task, task->init, reply, [task, made] { restore(*task, *made); },
      [this, task, made, reply] {
        on_made(task, *made);
        on_started(task, task->init, reply);
      });
}

void Service::start_exec(const TaskPointer& task, Process& process, const ttrpc::Reply& reply) {
  check_running(*task, "exec");
  const auto started = std::make_shared<Started>();
  submit(
      task, process, reply,
      [task, &process, started, name_space = namespace_] { *started = run_exec(*task, process, name_space); },
      [this, task, &process, started, reply] {
        process.document = {};
        process.streams = std::move(started->streams);
        process.handle = std::move(started->handle);
        process.pid = corten_process_pid(process.handle.get());
        process.streams->begin(loop_, corten_process_terminal(process.handle.get()));
        watch(task, process);
        on_started(task, process, reply);
      },
      [&process] {
        process.state = State::stopped;
        for (const auto& waiter : std::exchange(process.waiters, {})) {
          waiter.fail({Code::failed_precondition, "the process could not be started"});
        }
      });
}

void Service::on_started(const TaskPointer& task, Process& process, const ttrpc::Reply& reply) {
  process.state = State::running;
  publisher_.publish(&process == &task->init ? task_start(task->id, process.pid)
                                             : task_exec_started(task->id, process.id, process.pid));
  reply.ok(pid_response(process.pid));
}

}  // namespace corten::shim
