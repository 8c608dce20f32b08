// SPDX-License-Identifier: Apache-2.0
// The task service of containerd, in its versions 2 and 3, which differ in their names alone. Calls that may wait are the worker's;
// all others, and all that is known about tasks, are the loop's.
#pragma once

#include <sys/types.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "shim/events/publisher.hpp"
#include "shim/loop/loop.hpp"
#include "shim/loop/worker.hpp"
#include "shim/task/process.hpp"
#include "shim/ttrpc/server.hpp"

namespace corten::shim {

struct Made;

class Service {
 public:
  /// `shut_down` is called where a client asks for that and no task is left.
  Service(Loop& loop, Worker& worker, Publisher& publisher, std::string name_space, std::function<void()> shut_down);

  /// Answers a call, now or later; throws what is to be answered.
  void handle(const ttrpc::Request& request, const ttrpc::Reply& reply);

  /// Waits for children that have ended and are no processes of tasks: orphans of containers. The worker must be idle.
  void reap_orphans() const;

 private:
  using Method = void (Service::*)(const std::string& payload, const ttrpc::Reply& reply);
  struct Row {
    const char* name;
    Method method;
  };
  static const std::array<Row, 17> methods;

  // create.cpp, start.cpp, remove.cpp
  void create(const std::string& payload, const ttrpc::Reply& reply);
  void start(const std::string& payload, const ttrpc::Reply& reply);
  void exec(const std::string& payload, const ttrpc::Reply& reply);
  void remove(const std::string& payload, const ttrpc::Reply& reply);

  // control.cpp
  void kill(const std::string& payload, const ttrpc::Reply& reply);
  void pause(const std::string& payload, const ttrpc::Reply& reply);
  void resume(const std::string& payload, const ttrpc::Reply& reply);
  void update(const std::string& payload, const ttrpc::Reply& reply);
  void checkpoint(const std::string& payload, const ttrpc::Reply& reply);
  void resize(const std::string& payload, const ttrpc::Reply& reply);
  void close_io(const std::string& payload, const ttrpc::Reply& reply);

  // look.cpp
  void state(const std::string& payload, const ttrpc::Reply& reply);
  void pids(const std::string& payload, const ttrpc::Reply& reply);
  void stats(const std::string& payload, const ttrpc::Reply& reply);
  void wait(const std::string& payload, const ttrpc::Reply& reply);
  void connect(const std::string& payload, const ttrpc::Reply& reply);
  void shut_down(const std::string& payload, const ttrpc::Reply& reply);

  /// Throws "container not created".
  [[nodiscard]] TaskPointer task_of(const char* id) const;
  /// Nobody may know of a shim without a task: containerd may have been killed before it made one, or after it has deleted the last.
  void wait_for_task();

  /// The container's first process where `exec` is empty. Throws "process does not exist".
  [[nodiscard]] static Process& process_of(Task& task, const char* exec);
  /// The target of a request that begins with its names.
  struct Target {
    TaskPointer task;
    Process* process;
    bool exec;
  };
  [[nodiscard]] Target target_of(const std::string& payload) const;

  /// Runs `work` on the worker while `process` is busy, then `done`, then tells of its end. A failure is the answer.
  void submit(const TaskPointer& task, Process& process, const ttrpc::Reply& reply, std::function<void()> work,
              std::function<void()> done, std::function<void()> failed = {});

  void on_made(const TaskPointer& task, Made& made);
  void start_restored(const TaskPointer& task, const ttrpc::Reply& reply);
  void on_started(const TaskPointer& task, Process& process, const ttrpc::Reply& reply);
  void start_exec(const TaskPointer& task, Process& process, const ttrpc::Reply& reply);
  void remove_exec(const TaskPointer& task, Process& process, const ttrpc::Reply& reply);
  void remove_task(const TaskPointer& task, const ttrpc::Reply& reply);
  void destroy(const TaskPointer& task, const ttrpc::Reply& reply);
  void forget(const TaskPointer& task, const ttrpc::Reply& reply);

  // exits.cpp
  [[nodiscard]] bool knows(pid_t pid) const;
  void watch(const TaskPointer& task, Process& process);
  void on_end(const TaskPointer& task, Process& process);
  void tell_end(const TaskPointer& task, Process& process);

  Loop& loop_;
  Worker& worker_;
  Publisher& publisher_;
  std::string namespace_;
  std::function<void()> shut_down_;
  std::map<std::string, TaskPointer> tasks_;
  Timer unused_;  // armed while there is no task
};

}  // namespace corten::shim
