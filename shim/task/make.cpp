// SPDX-License-Identifier: Apache-2.0
#include "shim/task/make.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/scope_exit.hpp"
#include "shim/bundle.hpp"
#include "shim/task/work_folder.hpp"
#include "sys/syscall.hpp"

namespace corten::shim {
namespace {

corten_create_options options_of(const Task& task) {
  corten_create_options options{};
  options.size = sizeof options;
  options.bundle = task.bundle.c_str();
  options.no_pivot = task.options.no_pivot_root ? 1 : 0;
  options.no_new_keyring = task.options.no_new_keyring ? 1 : 0;
  return options;
}

/// Whether a terminal was made must be what the client was told; else its end of the streams waits for ever.
void check_terminal(const Task& task, const Made& made) {
  if ((corten_process_terminal(made.process.get()) >= 0) == task.init.names.terminal) return;
  throw Failure{Code::invalid_argument, task.init.names.terminal
                                            ? "a terminal was asked for, and config.json has none"
                                            : "config.json has a terminal, and none was asked for"};
}

/// What both ways of making have in common.
void finish(const Task& task, Made& made) {
  ScopeExit undo{[&] { corten_container_destroy(made.container.get(), 1, nullptr); }};
  check_terminal(task, made);
  made.look.reset(library::call(&corten_container_load, task.runtime.get(), task.id.c_str()));
  write_init_pid(task.bundle, corten_process_pid(made.process.get()));
  undo.dismiss();
}

void create(const Task& task, Made& made) {
  const auto streams = task.init.streams->child();
  corten_stdio stdio{};
  stdio.size = sizeof stdio;
  if (!task.init.names.terminal) {
    stdio.input = streams[0];
    stdio.output = streams[1];
    stdio.errors = streams[2];
  }
  auto options = options_of(task);
  options.stdio = &stdio;
  corten_process* process = nullptr;
  made.container.reset(
      library::call(&corten_container_create, task.runtime.get(), task.id.c_str(), &options, &process));
  made.process.reset(process);
  finish(task, made);
}

/// Lends our own standard streams, which nothing here uses, to what is restored: CRIU's children inherit them.
class Lent {
 public:
  explicit Lent(const std::array<int, 3>& streams) {
    for (int number = 0; const int fd : streams) ::dup2(fd, number++);
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  Lent(Lent&&) = delete;
  Lent& operator=(Lent&&) = delete;
  ~Lent() {
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null_.get(), number);
  }

 private:
  UniqueFd null_ = open_null();
};

}  // namespace

void prepare(Task& task, Made& made, const std::string& name_space) {
  if (!task.mounts.empty()) {
    sys::attempt([&] { return ::mkdir(task.root().c_str(), 0711); });
    mount_all(task.mounts, task.root());
  }
  ScopeExit undo{[&] {
    task.init.streams.reset();
    if (task.mounts.empty()) return;
    try {
      unmount_all(task.root());
    } catch (const std::exception&) {  // what has failed before is what is told of
    }
  }};
  const auto root = state_root(task.options.root, name_space);
  write_state_root(task.bundle, root);
  task.runtime = library::open_runtime(root, task.options.systemd_cgroup);
  task.init.streams = std::make_unique<Streams>(
      task.init.names, StreamOwner{task.id, name_space, task.options.io_uid, task.options.io_gid});
  if (task.checkpoint.empty()) create(task, made);
  undo.dismiss();
}

void restore(const Task& task, Made& made) {
  const WorkFolder work{task};
  corten_checkpoint_options images{};
  images.size = sizeof images;
  images.images = task.checkpoint.c_str();
  images.work = work.path();
  const auto options = options_of(task);
  corten_process* process = nullptr;
  {
    std::optional<Lent> lent;
    if (!task.init.names.terminal) lent.emplace(task.init.streams->child());
    made.container.reset(
        library::call(&corten_container_restore, task.runtime.get(), task.id.c_str(), &options, &images, &process));
  }
  made.process.reset(process);
  finish(task, made);
}

void take(Task& task, Made& made) {
  task.container = std::move(made.container);
  task.look = std::move(made.look);
  task.init.handle = std::move(made.process);
  task.init.pid = corten_process_pid(task.init.handle.get());
}

}  // namespace corten::shim
