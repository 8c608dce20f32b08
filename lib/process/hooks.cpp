// SPDX-License-Identifier: Apache-2.0
#include "process/hooks.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <memory>

#include "base/argv.hpp"
#include "base/deadline.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::process {
namespace {

struct Pipe {
  UniqueFd read, write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  sys::check("pipe", [&] { return ::pipe2(ends.data(), O_CLOEXEC); });
  return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

/// The spawn attributes of a hook: no signal blocked or ignored, its descriptors on 0, 1 and 2.
class SpawnSetup {
 public:
  SpawnSetup(const UniqueFd& input, const UniqueFd& output, const UniqueFd& errors) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawn_file_actions_adddup2(&actions_, input.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, errors.get(), STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  SpawnSetup(SpawnSetup&&) = delete;
  SpawnSetup& operator=(SpawnSetup&&) = delete;
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  pid_t spawn(const Hook& hook) const {
    const std::vector<std::string> own_name{hook.path};  // args without even a name: as Go's exec.Cmd does
    auto args = argv_of(hook.args.empty() ? own_name : hook.args);
    auto env = argv_of(hook.env);
    pid_t pid = 0;
    const int code = ::posix_spawn(&pid, hook.path.c_str(), &actions_, &attributes_, args.data(),
                                   hook.inherit_env ? environ : env.data());
    if (code != 0) throw_errno(fmt::format("fork/exec {}", hook.path), code);
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// Takes what is there to read, a pipe's content at most: a writer that is faster than we are must not keep us here. False
/// at the end of the stream.
bool drain(const UniqueFd& fd, Excerpt& into) {
  constexpr int pieces = 16;     // of a pipe, which holds 64 KiB
  std::array<char, 4096> piece;  // NOLINT: filled by read
  for (int i = 0; i < pieces; ++i) {
    const auto size = sys::attempt([&] { return ::read(fd.get(), piece.data(), piece.size()); });
    if (size == -EAGAIN) return true;
    if (size <= 0) return false;
    into.append({piece.data(), static_cast<std::size_t>(size)});
  }
  return true;
}

void set_nonblocking(const UniqueFd& fd) {
  sys::check("fcntl", [&] { return ::fcntl(fd.get(), F_SETFL, O_NONBLOCK); });
}

/// Feeds the state to a hook and takes what it prints, of which an excerpt is kept, until it ends or its time is up.
class HookPipes {
 public:
  HookPipes(UniqueFd input, UniqueFd output, UniqueFd errors, std::string_view state)
      : input_{std::move(input)}, output_{std::move(output)}, errors_{std::move(errors)}, rest_{state} {
    set_nonblocking(input_);
    set_nonblocking(output_);
    set_nonblocking(errors_);
  }

  /// False when `end` came first.
  bool run_until_end(const UniqueFd& pidfd, const Deadline& end) {
    for (;;) {
      const int left = end.poll_time();
      if (left == 0) return false;
      // A negative descriptor is skipped by poll(2).
      std::array<pollfd, 4> what{{{pidfd.get(), POLLIN, 0},
                                  {output_.get(), POLLIN, 0},
                                  {errors_.get(), POLLIN, 0},
                                  {input_.get(), POLLOUT, 0}}};
      sys::check("poll", [&] { return ::poll(what.data(), what.size(), left); });
      if (what[1].revents != 0 && !drain(output_, out)) output_.reset();
      if (what[2].revents != 0 && !drain(errors_, err)) errors_.reset();
      if (what[3].revents != 0) feed();
      if (what[0].revents != 0) break;
    }
    // A daemon that the hook left behind may hold the pipes open: only what is there already is taken.
    if (output_.valid()) drain(output_, out);
    if (errors_.valid()) drain(errors_, err);
    return true;
  }

  Excerpt out, err;

 private:
  void feed() {
    const auto size = sys::attempt([&] { return ::write(input_.get(), rest_.data(), rest_.size()); });
    if (size == -EAGAIN) return;
    if (size > 0) rest_.remove_prefix(static_cast<std::size_t>(size));
    if (size < 0 || rest_.empty()) input_.reset();
  }

  UniqueFd input_, output_, errors_;
  std::string_view rest_;
};

std::string describe(int status) {
  if (WIFSIGNALED(status)) return fmt::format("signal: {}", to_lower(::strsignal(WTERMSIG(status))));
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace

HookOutput open_hook_files(const HookFiles& files) {
  const auto open = [](const std::string& path) {
    if (path.empty()) return UniqueFd{};
    return UniqueFd{sys::check([&] { return fmt::format("opening {} for what hooks print", path); },
                               [&] { return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600); })};
  };
  return {open(files.output), open(files.errors)};
}

void run_hook(const Hook& hook, const std::string& state_json, const HookOutput& kept) {
  auto input = make_pipe();
  auto output = make_pipe();
  auto errors = make_pipe();
  const pid_t pid = SpawnSetup{input.read, kept.output.valid() ? kept.output : output.write,
                               kept.errors.valid() ? kept.errors : errors.write}
                        .spawn(hook);
  output.write.reset();
  errors.write.reset();
  const auto pidfd = sys::open_pidfd(pid);  // our own child: it cannot be gone before we wait for it
  if (!pidfd) throw Error{fmt::format("hook {} disappeared", hook.path)};

  // Our own reading end stays open: a hook that closes its input early causes no SIGPIPE.
  HookPipes talk{std::move(input.write), std::move(output.read), std::move(errors.read), state_json};
  const auto end = hook.timeout ? Deadline::in(std::chrono::seconds{*hook.timeout}) : Deadline::never();
  const bool in_time = talk.run_until_end(*pidfd, end);
  if (!in_time) ::kill(pid, SIGKILL);
  int status = 0;
  sys::check("waitpid", [&] { return ::waitpid(pid, &status, 0); });
  if (!in_time)
    throw Error{fmt::format("hook ran past specified timeout of {:.1f}s", static_cast<double>(*hook.timeout))};
  if (status != 0)
    throw Error{fmt::format("{}, stdout: {}, stderr: {}", describe(status), talk.out.text(), talk.err.text())};
}

void run_hooks(std::string_view kind, const std::vector<Hook>& hooks, const std::string& state_json,
               const HookOutput& kept) {
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    try {
      run_hook(hooks[i], state_json, kept);
    } catch (Error& error) {
      error.add_context(fmt::format("error running {} hook #{}", kind, i));
      throw;
    }
  }
}

}  // namespace corten::process
