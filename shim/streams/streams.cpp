// SPDX-License-Identifier: Apache-2.0
#include "shim/streams/streams.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "base/text.hpp"
#include "shim/failure.hpp"
#include "shim/streams/uri.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::shim {
namespace {

using namespace std::chrono_literals;

constexpr auto drain_limit = 2s;
constexpr auto logger_limit = 12s;  // as the shim of runc gives it

UniqueFd duplicate(int fd) {
  return UniqueFd{sys::check("fcntl", [&] { return ::fcntl(fd, F_DUPFD_CLOEXEC, 0); })};
}

}  // namespace

Streams::Streams(const StreamNames& names, const StreamOwner& owner) : terminal_{names.terminal} {
  if (!names.input.empty()) {
    has_input_ = true;
    input_ = open_input(names.input);
  }
  const auto uri = parse_uri(names.output);
  if (uri.scheme == "binary" || uri.scheme == "binary-v2") {
    logger_ = start_logger(uri, owner.id, owner.name_space);
    output_ = std::move(logger_->output);
    errors_ = std::move(logger_->errors);
  } else if (uri.scheme == "file") {
    output_ = open_log_file(uri.path);
    if (!terminal_) errors_ = duplicate(output_.get());
  } else if (uri.scheme == "fifo") {
    open_outputs(names);
  } else {
    throw Failure{Code::unknown, fmt::format("unknown STDIO scheme {}", uri.scheme)};
  }
  if (!terminal_) make_pipes(owner);
}

void Streams::open_outputs(const StreamNames& names) {
  const auto path_of = [](const std::string& name) { return parse_uri(name).path; };
  if (!names.output.empty()) output_ = open_output(path_of(names.output));
  if (!names.errors.empty() && !terminal_) errors_ = open_output(path_of(names.errors));
}

void Streams::make_pipes(const StreamOwner& owner) {
  if (logger_) {  // it reads what the process writes, without a copy
    child_ = {open_null(), std::move(output_), std::move(errors_)};
  } else {
    const auto output_pipe = [&](std::size_t number, const UniqueFd& far) {
      if (!far.valid()) return;
      auto pipe = make_pipe(owner.uid, owner.gid);
      child_[number] = std::move(pipe.writing);
      ours_[number] = std::move(pipe.reading);
    };
    output_pipe(STDOUT_FILENO, output_);
    output_pipe(STDERR_FILENO, errors_);
  }
  if (has_input_) {
    auto pipe = make_pipe(owner.uid, owner.gid);
    child_[STDIN_FILENO] = std::move(pipe.reading);
    ours_[STDIN_FILENO] = std::move(pipe.writing);
  }
  for (auto& fd : child_) {
    if (!fd.valid()) fd = open_null();
  }
  for (const auto& fd : ours_) {
    if (fd.valid()) set_nonblocking(fd.get());
  }
}

std::array<int, 3> Streams::child() const { return {child_[0].get(), child_[1].get(), child_[2].get()}; }

void Streams::begin(Loop& loop, int terminal) {
  for (auto& fd : child_) fd.reset();
  if (terminal >= 0) return begin_terminal(loop, terminal);
  if (has_input_) from_input_.emplace(loop, std::move(input_.fifo), std::move(ours_[STDIN_FILENO]), nullptr);
  const auto copy = [&](std::optional<Copy>& which, std::size_t number, UniqueFd& far) {
    if (!ours_[number].valid()) return;
    ++outputs_;
    which.emplace(loop, std::move(ours_[number]), std::move(far), [this] { on_output_end(); });
  };
  copy(to_output_, STDOUT_FILENO, output_);
  copy(to_errors_, STDERR_FILENO, errors_);
}

void Streams::begin_terminal(Loop& loop, int terminal) {
  master_ = duplicate(terminal);
  set_nonblocking(terminal);
  if (!output_.valid()) output_ = open_null();
  errors_.reset();  // all comes from the terminal
  if (logger_) set_nonblocking(output_.get());
  if (has_input_) from_input_.emplace(loop, std::move(input_.fifo), duplicate(terminal), nullptr);
  ++outputs_;
  to_output_.emplace(loop, duplicate(terminal), std::move(output_), [this] { on_output_end(); });
}

void Streams::resize(unsigned short width, unsigned short height) {
  if (!master_.valid()) return;
  const winsize size{height, width, 0, 0};
  sys::check("ioctl(TIOCSWINSZ)", [&] { return ::ioctl(master_.get(), TIOCSWINSZ, &size); });
}

std::uint64_t Streams::count() const {
  return (to_output_ ? to_output_->count() : 0) + (to_errors_ ? to_errors_->count() : 0);
}

void Streams::when_drained(Loop& loop, std::function<void()> call) {
  drained_ = std::move(call);
  if (outputs_ == 0) return tell_drained();
  wait_for_progress(loop);
}

void Streams::on_output_end() {
  if (--outputs_ == 0) tell_drained();
}

void Streams::wait_for_progress(Loop& loop) {
  last_count_ = count();
  timer_ =
      Timer{loop, drain_limit, [this, &loop] { count() == last_count_ ? tell_drained() : wait_for_progress(loop); }};
}

void Streams::tell_drained() {
  timer_.end();
  if (const auto call = std::exchange(drained_, nullptr)) call();
}

void Streams::close(Loop& loop, std::function<void()> done) {
  from_input_.reset();
  to_output_.reset();
  to_errors_.reset();
  output_.reset();
  errors_.reset();
  for (auto& fd : child_) fd.reset();
  for (auto& fd : ours_) fd.reset();
  input_ = {};
  master_.reset();
  closed_ = std::move(done);
  end_logger(loop);
}

void Streams::end_logger(Loop& loop) {
  if (!logger_ || !logger_->pidfd.valid()) return std::exchange(closed_, nullptr)();
  sys::send_signal(logger_->pidfd, SIGTERM);
  logger_watch_ = Watch{loop, logger_->pidfd.get(), EPOLLIN, [this](std::uint32_t) {
                          timer_.end();
                          logger_watch_.end();
                          sys::attempt([&] { return ::waitpid(logger_->pid, nullptr, 0); });
                          logger_.reset();
                          std::exchange(closed_, nullptr)();
                        }};
  timer_ = Timer{loop, logger_limit, [this] { sys::send_signal(logger_->pidfd, SIGKILL); }};
}

}  // namespace corten::shim
