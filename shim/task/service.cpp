// SPDX-License-Identifier: Apache-2.0
#include "shim/task/service.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "shim/message.hpp"
#include "task.pb-c.h"

namespace corten::shim {
namespace {

/// Far more than lies between containerd's start of a shim and its Create.
constexpr std::chrono::seconds unused_limit{30};

}  // namespace

constinit const std::array<Service::Row, 17> Service::methods{{
    {"Checkpoint", &Service::checkpoint},
    {"CloseIO", &Service::close_io},
    {"Connect", &Service::connect},
    {"Create", &Service::create},
    {"Delete", &Service::remove},
    {"Exec", &Service::exec},
    {"Kill", &Service::kill},
    {"Pause", &Service::pause},
    {"Pids", &Service::pids},
    {"ResizePty", &Service::resize},
    {"Resume", &Service::resume},
    {"Shutdown", &Service::shut_down},
    {"Start", &Service::start},
    {"State", &Service::state},
    {"Stats", &Service::stats},
    {"Update", &Service::update},
    {"Wait", &Service::wait},
}};

Service::Service(Loop& loop, Worker& worker, Publisher& publisher, std::string name_space,
                 std::function<void()> shut_down)
    : loop_{loop},
      worker_{worker},
      publisher_{publisher},
      namespace_{std::move(name_space)},
      shut_down_{std::move(shut_down)} {
  wait_for_task();
}

void Service::wait_for_task() {
  if (!tasks_.empty()) return;
  unused_ = Timer{loop_, unused_limit, [this] {
                    log::warn("the shim ends: no task was created");
                    shut_down_();
                  }};
}

void Service::handle(const ttrpc::Request& request, const ttrpc::Reply& reply) {
  if (request.service != "containerd.task.v2.Task" && request.service != "containerd.task.v3.Task") {
    throw Failure{Code::unimplemented, fmt::format("service {}", request.service)};
  }
  const auto row =
      std::find_if(methods.begin(), methods.end(), [&](const Row& one) { return one.name == request.method; });
  if (row == methods.end()) throw Failure{Code::unimplemented, fmt::format("method {}", request.method)};
  (this->*row->method)(request.payload, reply);
}

TaskPointer Service::task_of(const char* id) const {
  const auto found = tasks_.find(id);
  if (found == tasks_.end() || !found->second->made) throw Failure{Code::not_found, "container not created"};
  return found->second;
}

Process& Service::process_of(Task& task, const char* exec) {
  if (*exec == '\0') return task.init;
  const auto found = task.execs.find(exec);
  if (found == task.execs.end()) {
    throw Failure{Code::not_found, fmt::format("process does not exist {}", exec)};
  }
  return *found->second;
}

Service::Target Service::target_of(const std::string& payload) const {
  const auto message = unpack<Task__Target>(task__target__descriptor, payload);
  auto task = task_of(message->id);
  auto& process = process_of(*task, message->exec_id);
  return {std::move(task), &process, *message->exec_id != '\0'};
}

void Service::submit(const TaskPointer& task, Process& process, const ttrpc::Reply& reply, std::function<void()> work,
                     std::function<void()> done, std::function<void()> failed) {
  ++process.jobs;
  worker_.submit(std::move(work), [=, this, &process, done = std::move(done),
                                   failed = std::move(failed)](const std::exception_ptr& problem) {
    --process.jobs;
    try {
      if (problem) std::rethrow_exception(problem);
      done();
    } catch (...) {
      if (failed) failed();
      reply.fail(failure_of(std::current_exception()));
    }
    // What is deleted has been told of: nothing happens then.
    on_end(task, process);
    on_end(task, task->init);
  });
}

}  // namespace corten::shim
