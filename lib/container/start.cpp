// SPDX-License-Identifier: Apache-2.0
// `start`: the word that a created container's init waits for.
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "api/container.hpp"
#include "base/log.hpp"
#include "config/annotations.hpp"
#include "config/process.hpp"
#include "container/container_data.hpp"
#include "container/hooks.hpp"
#include "container/state/status.hpp"
#include "container/state/turn.hpp"
#include "notify/ready_proxy.hpp"
#include "process/start_socket.hpp"
#include "sys/pidfd.hpp"
#include "sys/process_stat.hpp"

namespace corten::container {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;  // with an init that has not heard the word; it needs microseconds
constexpr auto look_again = 1s;

Error no_answer(const spec::SavedState& saved) {
  return Error{
      fmt::format("the container's init (process {}) does not answer: it is stopped or frozen; let it go on (kill "
                  "-CONT {}, or resume {}) and start it again",
                  saved.init_pid, saved.init_pid, saved.id),
      ETIMEDOUT};
}

bool is_stopped(const spec::SavedState& saved) {
  const auto stat = sys::read_process_stat(saved.init_pid);
  return stat && (stat->state == 'T' || stat->state == 't');
}

/// Init works, on startContainer hooks for one, as long as it likes; but it must have heard the word, and not be stopped.
void await_answer(const process::Channel& connection, const Container::Data& data) {
  for (auto waited = 0s; !connection.readable(look_again); waited += look_again) {
    const bool frozen = data.cgroup()->freezer_state() == cgroup::FreezerState::frozen;
    if (is_stopped(data.saved) || frozen) throw no_answer(data.saved);
    if (waited + look_again >= patience && !process::has_read(connection)) throw no_answer(data.saved);
  }
}

/// Of a word that init has not read, and will not.
Error came_too_late(const spec::SavedState& saved) {
  if (init_alive(saved)) return Error{"cannot start an already running container", ErrorKind::running};
  return Error{"cannot start a container that has stopped", ErrorKind::stopped};
}

bool means_unread(const Error& error) { return error.code() == ECONNRESET || error.code() == EPIPE; }

void say_start(const process::Channel& connection, const spec::SavedState& saved) {
  try {
    connection.send(process::Message::start);
  } catch (const Error& error) {
    if (means_unread(error)) throw came_too_late(saved);
    throw;
  }
}

/// The end of the stream says that the process has been executed. A failure is thrown, once init, which says it last, has
/// ended: nobody is to find the container running after start has failed.
void await_exec(const process::Channel& connection, const Container::Data& data) {
  await_answer(connection, data);
  try {
    with_context("unable to start container process", [&] {
      if (connection.receive()) throw Error{"a message out of turn came from the container's init"};
    });
  } catch (const Error& error) {
    if (means_unread(error)) throw came_too_late(data.saved);
    if (const auto pidfd = sys::open_pidfd(data.saved.init_pid)) static_cast<void>(sys::wait_ended(*pidfd, 2s));
    throw;
  }
}

/// runtime-spec 1.3: where a poststart hook fails the container is stopped and deleted, and start fails.
void run_poststart(Container& container, const spec::SavedState& saved, const HookFunctions* functions) {
  if (saved.poststart.empty() && functions == nullptr) return;
  try {
    run_hooks("poststart", config::plan_hooks(saved.poststart), functions,
              spec::hook_state_json(make_state(saved, Status::running)),
              config::read_annotations(saved.annotations).hook_files);
  } catch (...) {
    try {
      container.remove(true);
    } catch (const Error& error) {
      log::warn(fmt::format("deleting the container: {}", error.what()));
    }
    throw;
  }
}

}  // namespace

void Container::start() {
  auto& directory = data_->directory;
  take_turn(*data_);
  const auto now = status();
  if (now == Status::creating) throw Error{"cannot start a container that is still being created", ErrorKind::busy};
  if (now == Status::stopped) throw Error{"cannot start a container that has stopped", ErrorKind::stopped};
  if (now == Status::paused) throw Error{"cannot start a container in the paused state", ErrorKind::paused};
  if (data_->saved.no_process)
    throw Error{"process property must not be empty: config.json had none when the container was created",
                ErrorKind::invalid_config};
  auto ready = notify::ReadyProxy::to(data_->settings.notify_socket);
  const auto connection = process::connect_to_start(directory.fd(), process::start_socket_name, patience);
  if (!connection) throw no_answer(data_->saved);
  if (!connection->open()) throw Error{"cannot start an already running container", ErrorKind::running};
  if (ready) ready->bind(directory.fd());
  say_start(*connection, data_->saved);
  // Hooks may run from here on, for as long as they like, and may want something of this container themselves.
  directory.unlock();
  await_exec(*connection, *data_);
  ::unlinkat(directory.fd(), process::start_socket_name, 0);
  run_poststart(*this, data_->saved, data_->functions.get());
  if (!ready) return;
  if (const auto pidfd = sys::open_pidfd(data_->saved.init_pid)) ready->wait_ready(data_->saved.init_pid, *pidfd);
}

}  // namespace corten::container
