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

constexpr int most_failures = 4;  // as many as there are processes to send one

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
  if (!taken_) {
    take_after_failure();
    channel_.close();  // a process that waits at its other end leaves
    if (pid_ > 0) static_cast<void>(sys::end_child(pid_, 2s));
  }
  channel_.close();
  failure_ = nullptr;
  reap_exited_stages();
}

void Stage::replace_streams(const Streams& streams) {
  streams_ = streams;
  replaces_streams_ = true;
}

std::vector<UniqueFd> Stage::replaced_streams() const {
  std::vector<UniqueFd> copies;
  for (int number = 0; replaces_streams_ && number < static_cast<int>(streams_.size()); ++number) {
    const int given = streams_[static_cast<std::size_t>(number)];
    const int copy =
        sys::attempt([&] { return ::fcntl(given < 0 ? number : given, F_DUPFD_CLOEXEC, PassedFds::first); });
    if (copy < 0 && (given >= 0 || copy != -EBADF)) throw_errno("copying a standard stream", -copy);
    copies.emplace_back(copy);
  }
  return copies;
}

void Stage::send(Message type, std::string_view payload, const std::vector<int>& fds) {
  asked_ = true;
  try {
    channel_.post(type, payload, fds);
  } catch (const Error& error) {
    if (error.code() != EPIPE && error.code() != ECONNRESET) throw;
    hear_out();
    if (failure_) std::rethrow_exception(failure_);
    check_executed();
    throw;
  }
}

/// All that processes have said who have gone: of a clone, too, that nobody has waited for.
void Stage::hear_out() noexcept {
  for (int failures = 0; failures < most_failures;) {
    try {
      if (!read_next()) return;
    } catch (const std::exception&) {
      ++failures;
    }
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
  auto packet = read();
  while (packet && (is_record(packet->type) || packet->type == Message::executed)) packet = read();
  if (!packet) check_executed();
  return packet;
}

/// Of a stream that has ended. What could not be executed says so by its exit status.
void Stage::check_executed() const {
  if (!child_) return;
  if (const int code = exit_status(pid_); code != 0) throw_errno("executing corten's init stage", code);
}

/// As read_next(). A process that is to clone itself again may be killed once it has: its clone waits then, and holds the
/// stream open.
std::optional<Packet> Stage::read() {
  if (clones_again_ && !await_message())
    throw Error{"corten's init was ended before it had put its clone in its place"};
  return read_next();
}

/// Whatever is read is accounted for, whoever reads it: clones, and the first failure, which is thrown.
std::optional<Packet> Stage::read_next() {
  auto packet = next_of(channel_);
  if (packet && packet->type == Message::executed) on_executed();
  if (packet && packet->type == Message::spawned) on_spawned(*packet);
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
    if (packet->type == Message::spawned) return report_;
    if (packet->type != Message::executed) queued_.push_back(std::move(*packet));
  }
  if (failure_) std::rethrow_exception(failure_);
  check_executed();
  return {};
}

pid_t Stage::take() {
  taken_ = true;
  return pid_;
}

void Stage::on_spawned(const Packet& packet) {
  report_ = wire::decode<CloneReport>(packet.payload);
  settled_ = report_.maps_follow || clones_again_ || (report_.last && !report_.clones_again);
  clones_again_ = report_.clones_again;
  if (report_.between != 0) exited_stages_.push_back(report_.between);
  if (report_.pid != pid_) {
    exited_stages_.push_back(std::exchange(pid_, report_.pid));
    pidfd_.reset();
  }
}

pid_t Stage::take_after_failure() noexcept {
  constexpr auto patience = 2s;
  // A process that waits for a message finds the end of the stream, and leaves.
  channel_.end_sending();
  for (int failures = 0; channel_.open() && asked_ && !settled_ && failures < most_failures;) {
    try {
      if (!channel_.readable(patience) || !read_next()) break;
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
