// SPDX-License-Identifier: Apache-2.0
// `start`: the word that a created container's init waits for.
#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "config/process.hpp"
#include "container/data.hpp"
#include "corten/container.hpp"
#include "notify/ready_proxy.hpp"
#include "process/hold.hpp"
#include "process/hooks.hpp"
#include "sys/pidfd.hpp"

namespace corten::container {
namespace {

constexpr int lock_wait = 10000;  // milliseconds; another command on the same container ends by then, or hangs

void run_poststart(const spec::SavedState& saved) {
  if (saved.poststart.empty()) return;
  try {
    process::run_hooks("poststart", config::plan_hooks(saved.poststart),
                       spec::hook_state_json(make_state(saved, Status::running)));
  } catch (...) {
    ::kill(saved.init_pid, SIGKILL);  // runtime-spec 1.3: the container is stopped where a poststart hook fails
    throw;
  }
}

/// The end of the stream says that the process has been executed. A failure is thrown, once init, which says it last, has
/// ended: nobody is to find the container running after start has failed.
void hear_execution(const process::Channel& connection, pid_t init) {
  try {
    with_context("unable to start container process", [&] {
      if (connection.receive()) throw Error{"a message out of turn came from the container's init"};
    });
  } catch (...) {
    constexpr std::chrono::seconds limit{2};
    if (const auto pidfd = sys::open_pidfd(init)) static_cast<void>(sys::wait_ended(*pidfd, limit));
    throw;
  }
}

}  // namespace

void Container::start() {
  if (!data_->directory.lock(lock_wait)) throw Error{"another command is busy with this container"};
  // What was read before the lock may be old.
  if (auto saved = data_->directory.read()) data_->saved = std::move(*saved);
  const auto now = status();
  if (now == Status::stopped) throw Error{"cannot start a container that has stopped"};
  if (now == Status::paused) throw Error{"cannot start a container in the paused state"};
  auto connection = process::connect_to_start(data_->directory.fd(), process::start_socket_name);
  if (!connection.open()) throw Error{"cannot start an already running container"};
  auto ready = notify::ReadyProxy::from_environment();
  if (ready) ready->bind(data_->directory.fd());
  connection.send(process::Message::start);
  hear_execution(connection, data_->saved.init_pid);
  ::unlinkat(data_->directory.fd(), process::start_socket_name, 0);
  run_poststart(data_->saved);
  data_->directory.unlock();
  if (!ready) return;
  if (const auto pidfd = sys::open_pidfd(data_->saved.init_pid)) ready->wait_ready(data_->saved.init_pid, *pidfd);
}

}  // namespace corten::container
