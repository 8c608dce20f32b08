// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/criu.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "process/forked.hpp"
#include "sys/descriptors.hpp"
#include "sys/fd_passing.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::checkpoint {
namespace {

constexpr std::size_t largest_message = 64 * 1024;
constexpr int socket_number = 3;

struct SocketPair {
  UniqueFd ours, theirs;
};

SocketPair make_sockets() {
  std::array<int, 2> ends{};
  sys::check("socketpair", [&] { return ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()); });
  return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

void place_descriptors(const Start& start, int socket) {
  if (const int code = sys::set_cloexec_from(socket_number); code != 0)
    throw_errno("marking descriptors as close-on-exec", code);
  std::vector<int> wanted{socket};
  wanted.insert(wanted.end(), start.descriptors.begin(), start.descriptors.end());
  // Out of the way first: one may have a number that another is to get.
  const int above = socket_number + static_cast<int>(wanted.size());
  for (auto& fd : wanted) fd = sys::check("fcntl", [&] { return ::fcntl(fd, F_DUPFD_CLOEXEC, above); });
  int number = socket_number;
  for (const int fd : wanted) {
    sys::check("dup2", [&] { return ::dup2(fd, number); });
    ++number;
  }
  if (start.keeps_stdio) return;
  const auto null = sys::open_at(AT_FDCWD, "/dev/null", O_RDWR);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    sys::check("dup2", [&] { return ::dup2(null.get(), fd); });
  }
}

std::string reason_of(const Response& response) {
  return response.message.empty() ? "it says neither yes nor no" : response.message;
}

[[noreturn]] void execute(const std::string& executable) {
  const auto socket = std::to_string(socket_number);
  ::execl(executable.c_str(), "criu", "swrk", socket.c_str(), nullptr);
  throw_errno(fmt::format("executing {}", executable), errno);
}

}  // namespace

std::string find_criu() {
  const char* path = std::getenv("PATH");
  for (const auto directory : split(path == nullptr ? "" : path, ':')) {
    const auto candidate = fmt::format("{}/criu", directory.empty() ? "." : directory);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw Error{
      fmt::format("exec: \"criu\": executable file not found in $PATH: containers are checkpointed and restored "
                  "with CRIU {} or later; install it (package criu, https://criu.org)",
                  to_text(minimum_version)),
      ENOENT};
}

Criu::Criu(const Start& start) {
  const auto executable = find_criu();
  auto sockets = make_sockets();
  auto copy = process::fork_to([&](const process::Channel& channel) {
    sockets.ours.reset();
    if (start.in_child) start.in_child(channel);
    static_cast<void>(channel.expect(process::Message::start));
    if (start.last_in_child) start.last_in_child();
    place_descriptors(start, sockets.theirs.get());
    execute(executable);
  });
  pid_ = copy.pid;
  socket_ = std::move(sockets.ours);
  sockets.theirs.reset();
  try {
    pidfd_ = sys::open_pidfd(pid_);
    if (start.in_parent) start.in_parent(pid_, copy.channel);
    copy.channel.send(process::Message::start);
    static_cast<void>(copy.channel.receive());  // throws what went wrong; the end of the stream is CRIU's start
  } catch (...) {
    copy.channel.close();
    ::kill(pid_, SIGKILL);
    wait();
    throw;
  }
}

Criu::~Criu() {
  socket_.reset();
  if (pid_ > 0) wait();
}

/// Waits for something to read, or for CRIU's end: its children, the processes of a restore, have the socket as well, and
/// would keep it open when it is killed.
bool Criu::has_answered() const {
  std::array<pollfd, 2> what{{{socket_.get(), POLLIN, 0}, {pidfd_ ? pidfd_->get() : -1, POLLIN, 0}}};
  sys::check("poll", [&] { return ::poll(what.data(), what.size(), -1); });
  if (what[0].revents != 0) return true;
  // What it said before its end is there now.
  return sys::check("poll", [&] { return ::poll(what.data(), 1, 0); }) > 0;
}

/// Empty at the end of the stream.
std::string Criu::receive(std::vector<UniqueFd>& fds) const {
  std::string buffer(largest_message, '\0');
  std::size_t size = 0;
  try {
    size = sys::receive_with_fds(socket_.get(), buffer.data(), buffer.size(), fds);
  } catch (const Error& error) {
    if (error.code() != ECONNRESET) throw;  // it ended before it had read what we sent
  }
  buffer.resize(size);
  return buffer;
}

Response Criu::exit_reason() {
  const int status = wait();
  Response response;
  response.message = WIFSIGNALED(status) ? fmt::format("it was ended by signal {}", WTERMSIG(status))
                                         : fmt::format("it ended without an answer, status {}", WEXITSTATUS(status));
  return response;
}

Response Criu::talk(const std::string& request, const Notify& notify) {
  sys::send_with_fds(socket_.get(), request, {});
  for (;;) {
    std::vector<UniqueFd> fds;
    const auto bytes = has_answered() ? receive(fds) : std::string{};
    if (bytes.empty()) return exit_reason();
    auto response = decode_response(bytes);
    if (response.kind != Kind::notify || !response.success) return response;
    log::debug(fmt::format("CRIU says {}", quote(response.script)));
    notify(response, std::move(fds));
    sys::send_with_fds(socket_.get(), encode_notify_answer(), {});
  }
}

int Criu::wait() {
  int status = 0;
  socket_.reset();
  sys::attempt([&] { return ::waitpid(pid_, &status, 0); });
  pid_ = 0;
  return status;
}

Version check_version() {
  Criu criu{{}};
  const auto response = criu.talk(encode_version_request(), {});
  if (!response.success || response.kind != Kind::version)
    throw Error{fmt::format("CRIU version check failed: {}", reason_of(response))};
  if (response.version < minimum_version) {
    throw Error{fmt::format("CRIU {} is too old: version {} or later is needed", to_text(response.version),
                            to_text(minimum_version))};
  }
  log::debug(fmt::format("using CRIU {}", to_text(response.version)));
  return response.version;
}

void check_features(const Features& wanted) {
  Criu criu{{}};
  const auto response = criu.talk(encode_feature_request(wanted), {});
  if (!response.success || response.kind != Kind::feature_check)
    throw Error{fmt::format("CRIU feature check failed: {}", reason_of(response))};
  std::string missing;
  if (wanted.memory_tracking && !response.features.memory_tracking) missing = "MemTrack";
  if (wanted.lazy_pages && !response.features.lazy_pages) missing += missing.empty() ? "LazyPages" : " LazyPages";
  if (!missing.empty()) {
    throw Error{fmt::format("criu is missing features: [{}]; perhaps this kernel lacks what they need (see criu check)",
                            missing)};
  }
}

}  // namespace corten::checkpoint
