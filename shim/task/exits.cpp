// SPDX-License-Identifier: Apache-2.0
// The ends of processes: each is told of once, after its start, and a container's first process after all others.
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <utility>

#include "shim/message.hpp"
#include "shim/task/answers.hpp"
#include "shim/task/service.hpp"
#include "sys/syscall.hpp"

namespace corten::shim {
namespace {

bool has_running_exec(const Task& task) {
  return std::any_of(task.execs.begin(), task.execs.end(), [](const auto& entry) {
    const auto& process = *entry.second;
    return process.state != State::stopped && (process.pid != 0 || process.jobs != 0);
  });
}

/// What shares a pid namespace with others outlives its first process.
void kill_rest(const Task& task) {
  try {
    library::call(&corten_container_signal, task.look.get(), SIGKILL, 1);
  } catch (const Failure&) {  // nothing is left
  }
}

bool is_unreaped(const Process& process, pid_t pid) { return process.pid == pid && process.state != State::stopped; }

}  // namespace

bool Service::knows(pid_t pid) const {
  return std::any_of(tasks_.begin(), tasks_.end(), [&](const auto& entry) {
    const auto& task = *entry.second;
    return is_unreaped(task.init, pid) || std::any_of(task.execs.begin(), task.execs.end(),
                                                      [&](const auto& exec) { return is_unreaped(*exec.second, pid); });
  });
}

void Service::reap_orphans() const {
  for (;;) {
    siginfo_t info{};
    const int code = sys::attempt([&] { return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT); });
    // The next ones are looked for once this one has been waited for.
    if (code < 0 || info.si_pid == 0 || knows(info.si_pid)) return;
    sys::attempt([&] { return ::waitpid(info.si_pid, nullptr, WNOHANG); });
  }
}

void Service::watch(const TaskPointer& task, Process& process) {
  const int fd = library::call(&corten_process_pidfd, process.handle.get());
  process.watch = Watch{loop_, fd, EPOLLIN, [this, task, &process](std::uint32_t) {
                          process.watch.end();
                          process.ended = true;
                          process.exit = {process.pid, 0, std::chrono::system_clock::now()};
                          if (&process == &task->init) kill_rest(*task);
                          on_end(task, process);
                          on_end(task, task->init);
                        }};
}

void Service::on_end(const TaskPointer& task, Process& process) {
  if (!process.ended || process.jobs != 0 || process.state == State::stopped) return;
  if (&process == &task->init && has_running_exec(*task)) return;  // their ends come here again
  int status = 0;
  library::call(&corten_process_wait, process.handle.get(), &status);
  process.exit.status = static_cast<unsigned>(status);
  tell_end(task, process);
}

void Service::tell_end(const TaskPointer& task, Process& process) {
  process.state = State::stopped;
  if (&process == &task->init && task->memory) {
    task->memory->look();  // what has ended it is told of first
    task->memory.reset();
  }
  publisher_.publish(task_exit(task->id, process.id, process.exit));
  const auto answer = wait_response(process.exit);
  for (const auto& waiter : std::exchange(process.waiters, {})) waiter.ok(answer);
  if (const auto call = std::exchange(process.on_exit, nullptr)) call();
  if (worker_.idle()) reap_orphans();
}

}  // namespace corten::shim
