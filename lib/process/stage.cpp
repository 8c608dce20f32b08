// SPDX-License-Identifier: Apache-2.0
#include "process/stage.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "base/wire.hpp"
#include "process/sealed_exe.hpp"
#include "process/stage_command.hpp"
#include "sys/descriptors.hpp"
#include "sys/pidfd.hpp"
#include "sys/raw_call.hpp"
#include "sys/syscall.hpp"

namespace corten::process {
namespace {

using namespace std::chrono_literals;

void reap(pid_t pid) {
  sys::attempt([&] { return ::waitpid(pid, nullptr, 0); });
}

/// The exit status of a child that has ended, or is ending. It can still be waited for.
int exit_status(pid_t pid) {
  siginfo_t info{};
  sys::attempt([&] { return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT); });
  return info.si_code == CLD_EXITED ? info.si_status : 0;
}

/// The next packet. A process that ends with unread messages ends the stream by ECONNRESET, after its own messages.
std::optional<Packet> next_of(const Channel& channel) {
  try {
    return channel.receive_next();
  } catch (const Error& error) {
    if (error.code() == ECONNRESET) return std::nullopt;
    throw;
  }
}

/// Its number is `lowest` or above.
UniqueFd duplicate_from(int fd, int lowest) {
  return UniqueFd{sys::check("fcntl", [&] { return ::fcntl(fd, F_DUPFD_CLOEXEC, lowest); })};
}

/// A descriptor that leads nowhere, to occupy numbers that must not be used.
UniqueFd make_filler(int lowest) {
  const UniqueFd event{sys::check("eventfd", [] { return ::eventfd(0, EFD_CLOEXEC); })};
  return duplicate_from(event.get(), lowest);
}

/// A handler of the caller's must not run in a child that shares its memory.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    if (const int code = ::pthread_sigmask(SIG_SETMASK, &all, &before_); code != 0) throw_errno("sigprocmask", code);
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

/// What the child uses until it is executed. It shares our memory (CLONE_VM): no page table is copied, and no page faults in
/// both processes afterwards. Unlike after vfork(2) we go on at once, so none of this may move, and the child may write to its
/// stack alone, not even to errno; where that cannot be avoided, it has a copy of the memory.
struct Stage::Child {
  Child(StageCommand stage, int file) : command{std::move(stage)}, exe{file} {}  // the stack is left as it is

  StageCommand command;
  int exe;
  alignas(16) std::array<char, 16384> stack;  // NOLINT(cppcoreguidelines-pro-type-member-init)

  static constexpr int flags = (sys::raw_calls ? CLONE_VM : 0) | SIGCHLD;

  /// Its exit status is the errno of a failed execve.
  static int run(void* self) {
    const auto& child = *static_cast<const Child*>(self);
    // The table of descriptors is the child's own: the caller's flags stay as they are.
    int code = sys::set_cloexec_from(PassedFds::first);
    if (code == 0) code = child.command.execute(child.exe);
    for (;;) sys::raw_call(SYS_exit_group, code);
  }
};

Stage::Stage(const char* kind, const std::string& file, PassedFds passed, Streams streams)
    : passed_{std::move(passed)}, streams_{streams} {
  log::debug("starting the init stage");
  auto ends = make_channel();
  executable_ = open_sealed(file);
  UniqueFd filler;
  if (!passed_.absent.empty()) {
    filler = make_filler(passed_.end());
    ends.child = Channel{duplicate_from(ends.child.fd(), passed_.end())};
    executable_ = duplicate_from(executable_.get(), passed_.end());
  }
  child_ =
      std::make_unique<Child>(StageCommand{kind, ends.child.fd(), passed_, streams_, filler.get()}, executable_.get());
  channel_ = std::move(ends.parent);
  const SignalsBlocked blocked;
  char* const top = child_->stack.data() + child_->stack.size();
  pid_ = sys::check("clone", [&] { return ::clone(&Child::run, top, Child::flags, child_.get()); });
}

Stage::~Stage() { end(); }

void Stage::end() {
  channel_.close();  // a process that waits at its other end leaves
  if (pid_ > 0 && !taken_) static_cast<void>(sys::end_child(pid_, 2s));
  taken_ = true;
  failure_ = nullptr;
  reap_exited_stages();
}

void Stage::send(Message type, std::string_view payload, const std::vector<int>& fds) {
  try {
    channel_.send(type, payload, fds);
  } catch (const Error& error) {
    // The failure of a clone that had not been reported yet, or one that was to be read just now.
    if (!failure_ && error.code() != EPIPE && error.code() != ECONNRESET) failure_ = std::current_exception();
    if (failure_) std::rethrow_exception(failure_);
    throw;
  }
}

void Stage::on_executed() {
  child_.reset();
  // The last close waits for RCU, as the mount goes: here it costs nothing, while the stage works.
  executable_.reset();
}

std::optional<Packet> Stage::receive() {
  if (!queued_.empty()) {
    auto packet = std::move(queued_.front());
    queued_.pop_front();
    return packet;
  }
  if (failure_) std::rethrow_exception(failure_);
  for (;;) {
    auto packet = read();
    if (!packet && child_) check_executed();
    if (!packet || packet->type != Message::executed) return packet;
    on_executed();
  }
}

void Stage::check_executed() const {
  if (const int code = exit_status(pid_); code != 0) throw_errno("executing corten's init stage", code);
}

/// As Channel::receive().
std::optional<Packet> Stage::read() {
  auto packet = read_next();
  while (packet && is_record(packet->type)) packet = read_next();
  return packet;
}

/// As read(), but lines of the log and the trace are returned, too: the process may end before it sends anything else.
std::optional<Packet> Stage::read_next() {
  auto packet = next_of(channel_);
  if (!packet || packet->type != Message::failure) return packet;
  const auto said = std::make_exception_ptr(failure_of(*packet));
  if (!failure_) failure_ = said;
  std::rethrow_exception(said);
}

/// A stage that is killed once it has cloned itself sends nothing, and the stream does not end: the clone holds it open, and
/// waits. Its pidfd tells.
bool Stage::await_message() {
  if (!pidfd_) pidfd_ = sys::open_pidfd(pid_);
  if (!pidfd_) return true;
  std::array<pollfd, 2> what{{{channel_.fd(), POLLIN, 0}, {pidfd_->get(), POLLIN, 0}}};
  sys::check("poll", [&] { return ::poll(what.data(), what.size(), -1); });
  // The last message may have come after the look at the socket.
  return what[0].revents != 0 || channel_.readable(0ms);
}

/// A clone may send its failure before the stage has reported it.
std::optional<Packet> Stage::receive_before_failure() {
  for (;;) {
    if (!await_message()) {
      if (failure_) std::rethrow_exception(failure_);
      throw Error{"corten's init stage was ended before it had put init in its place"};
    }
    const bool failed = failure_ != nullptr;
    try {
      auto packet = read_next();
      if (packet && is_record(packet->type)) continue;
      return packet;
    } catch (const Error&) {
      if (failed) std::rethrow_exception(failure_);
      if (!failure_) failure_ = std::current_exception();
    }
  }
}

CloneReport Stage::await_clone() {
  settled_ = false;
  while (auto packet = receive_before_failure()) {
    if (packet->type == Message::executed) {
      on_executed();
    } else if (packet->type != Message::spawned) {
      queued_.push_back(std::move(*packet));
    } else {
      return on_spawned(*packet);
    }
  }
  if (failure_) std::rethrow_exception(failure_);
  return {};
}

pid_t Stage::take() {
  taken_ = true;
  return pid_;
}

CloneReport Stage::on_spawned(const Packet& packet) {
  const auto report = wire::decode<CloneReport>(packet.payload);
  settled_ = report.last || report.maps_follow;
  if (report.between != 0) exited_stages_.push_back(report.between);
  if (report.pid != pid_) {
    exited_stages_.push_back(std::exchange(pid_, report.pid));
    pidfd_.reset();
  }
  return report;
}

pid_t Stage::take_after_failure() noexcept {
  constexpr auto patience = 2s;
  // A process that waits for a message finds the end of the stream, and leaves.
  channel_.end_sending();
  for (int failures = 0; !settled_ && failures < 4;) {
    try {
      if (!channel_.readable(patience)) break;
      const auto packet = read_next();
      if (!packet) break;
      if (packet->type == Message::spawned) on_spawned(*packet);
    } catch (const std::exception&) {
      ++failures;
    }
  }
  return take();
}

std::exception_ptr Stage::sent_failure() noexcept {
  try {
    while (!failure_ && channel_.open() && channel_.readable(0ms)) {
      if (!read_next()) break;
    }
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): failure_ has it, or nothing can be heard of it
  }
  return failure_;
}

void Stage::reap_exited_stages() {
  for (const pid_t pid : std::exchange(exited_stages_, {})) reap(pid);
}

}  // namespace corten::process
