// SPDX-License-Identifier: Apache-2.0
#include "process/stage.hpp"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/log.hpp"
#include "base/wire.hpp"
#include "process/sealed_exe.hpp"
#include "process/stage_command.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::process {
namespace {

void reap(pid_t pid) {
  sys::attempt([&] { return ::waitpid(pid, nullptr, 0); });
}

/// A handler of the caller's must not run in a child that shares its memory.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  SignalsBlocked(SignalsBlocked&&) = delete;
  SignalsBlocked& operator=(SignalsBlocked&&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

/// What the child uses until it is executed: it shares our memory (CLONE_VM), which spares the copy of all page tables, and
/// each page's fault in both afterwards. We go on at once, unlike after vfork(2), so that nothing of this may move.
struct Stage::Launch {
  Launch(StageCommand stage, int file) : command{std::move(stage)}, exe{file} {}  // the stack is left as it is

  StageCommand command;
  int exe;
  int error = 0;                              // of a failed execve
  alignas(16) std::array<char, 16384> stack;  // NOLINT(cppcoreguidelines-pro-type-member-init)

  static int run(void* self) {
    auto& launch = *static_cast<Launch*>(self);
    launch.error = launch.command.execute(launch.exe);
    ::_exit(1);
  }
};

Stage::Stage(const char* kind, unsigned preserve_fds) {
  log::debug("starting the init stage");
  auto ends = make_channel();
  executable_ = open_sealed_exe();
  launch_ = std::make_unique<Launch>(StageCommand{kind, ends.child.fd(), preserve_fds}, executable_.get());
  channel_ = std::move(ends.parent);
  const SignalsBlocked blocked;
  char* const top = launch_->stack.data() + launch_->stack.size();
  pid_ = sys::check("clone", [&] { return ::clone(&Launch::run, top, CLONE_VM | SIGCHLD, launch_.get()); });
}

Stage::~Stage() {
  channel_.close();  // whoever waits at its other end leaves
  if (pid_ > 0 && !taken_) {
    ::kill(pid_, SIGKILL);
    reap(pid_);
  }
  reap_left();
}

void Stage::heard_executed() {
  launch_.reset();
  // Whoever closes this last waits for RCU, as its mount goes: we can, while the stage works.
  executable_.reset();
}

std::optional<Packet> Stage::receive() {
  if (!early_.empty()) {
    auto packet = std::move(early_.front());
    early_.pop_front();
    return packet;
  }
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  for (;;) {
    auto packet = channel_.receive();
    if (!packet && launch_ && launch_->error != 0) throw_errno("executing corten's init stage", launch_->error);
    if (!packet || packet->type != Message::executed) return packet;
    heard_executed();
  }
}

/// One that is killed once it has cloned itself says nothing, and is not missed at this end of the stream either, which the
/// clone holds open, and waits.
void Stage::await_word() const {
  const auto pidfd = sys::open_pidfd(pid_);
  if (!pidfd) return;
  std::array<pollfd, 2> what{{{channel_.fd(), POLLIN, 0}, {pidfd->get(), POLLIN, 0}}};
  const auto poll = [&](int limit) {
    sys::check("poll", [&] { return ::poll(what.data(), what.size(), limit); });
    return what[0].revents != 0;
  };
  // The last word may have come between the looks at the two.
  if (!poll(-1) && !poll(0)) throw Error{"corten's init stage was ended before it had put init in its place"};
}

std::optional<Packet> Stage::receive_before_failure() {
  await_word();
  while (!failure_) {
    try {
      return channel_.receive();
    } catch (const Error&) {
      failure_ = std::current_exception();
    }
  }
  return channel_.receive();
}

Born Stage::follow() {
  settled_ = false;
  while (auto packet = receive_before_failure()) {
    if (packet->type == Message::executed) {
      heard_executed();
    } else if (packet->type != Message::spawned) {
      early_.push_back(std::move(*packet));
    } else {
      const auto born = wire::decode<Born>(packet->payload);
      settled_ = born.last || born.maps_follow;
      if (born.pid != pid_) left_.push_back(std::exchange(pid_, born.pid));
      return born;
    }
  }
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  return {};
}

pid_t Stage::take() {
  taken_ = true;
  return pid_;
}

pid_t Stage::take_unsettled() noexcept {
  try {
    while (!settled_ && follow().pid != 0) {
    }
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): it has failed by itself
  }
  return take();
}

void Stage::reap_left() {
  for (const pid_t pid : std::exchange(left_, {})) reap(pid);
}

}  // namespace corten::process
