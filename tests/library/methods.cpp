// SPDX-License-Identifier: Apache-2.0
// Each method of a process and a container that no other program here calls. Usage: methods BUNDLE STATE-DIRECTORY; the bundle's process
// ends with status 3 on SIGTERM.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

#include <corten/corten.hpp>

namespace {

using namespace corten;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error{"not so: " + what};
}

spec::Process shell(const std::string& text) {
  spec::Process process;
  process.args = {"/bin/sh", "-c", text};
  process.env = {"PATH=/bin"};
  process.cwd = "/";
  return process;
}

/// What can be read until the end.
std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> piece{};
  for (ssize_t size = 0; (size = ::read(fd, piece.data(), piece.size())) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
  return text;
}

void streams(Container& container) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  require(
      ::pipe2(in.data(), O_CLOEXEC) == 0 && ::pipe2(out.data(), O_CLOEXEC) == 0 && ::pipe2(err.data(), O_CLOEXEC) == 0,
      "there are pipes");
  auto process =
      container.exec(shell("cat; echo fault >&2; exit 4"), {.input = in[0], .output = out[1], .errors = err[1]});
  for (const int fd : {in[0], out[1], err[1]}) ::close(fd);
  require(process.terminal() == -1, "pipes are no terminal");
  require(::write(in[1], "word", 4) == 4, "input is written");
  ::close(in[1]);
  require(read_all(out[0]) == "word" && read_all(err[0]) == "fault\n", "streams are the process's");
  require(process.wait() == 4, "its status is told");
  ::close(out[0]);
  ::close(err[0]);
}

void terminals(Container& container) {
  auto document = shell("test -t 0 && echo seen; read line; exit 6");
  document.terminal = true;
  auto process = container.exec(document);
  require(process.terminal() >= 0, "the terminal's master is here");
  std::array<char, 64> text{};
  const auto size = ::read(process.terminal(), text.data(), text.size());
  require(size > 0 && std::string_view{text.data(), static_cast<std::size_t>(size)}.starts_with("seen"), "it is one");
  require(::write(process.terminal(), "\n", 1) == 1, "it can be written to");
  require(process.wait() == 6, "what is typed arrives");
}

void console_socket(Container& container, const std::string& path) {
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  require(::bind(listener, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 && ::listen(listener, 1) == 0,
          "a console socket listens");
  auto document = shell("exit 0");
  document.terminal = true;
  auto process = container.exec(document, {.console_socket = path});
  require(process.terminal() == -1, "the terminal went to the socket");
  const int connection = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = space.size();
  require(::recvmsg(connection, &message, MSG_CMSG_CLOEXEC) > 0, "a message comes");
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  require(header != nullptr && header->cmsg_type == SCM_RIGHTS, "with a descriptor");
  int master = -1;
  std::memcpy(&master, CMSG_DATA(header), sizeof master);
  require(::isatty(master) == 1, "of a terminal");
  static_cast<void>(process.wait());
  for (const int fd : {master, connection, listener}) ::close(fd);
  ::unlink(path.c_str());
}

void preserved(Container& container) {
  const int kept = ::fcntl(STDIN_FILENO, F_DUPFD, 20);  // not close-on-exec
  const auto look = shell("test -e /proc/self/fd/" + std::to_string(kept));
  auto process = container.exec(look, {.preserve_fds = static_cast<unsigned>(kept) - 2});
  require(process.wait() == 0, "a descriptor is passed");
  auto other = container.exec(look);
  require(other.wait() == 1, "and only where that is asked for");
  ::close(kept);
}

void signals(Container& container) {
  auto process = container.exec(shell("sleep 1000"));
  const auto pids = container.processes();
  require(std::ranges::find(pids, process.pid()) != pids.end(), "a process is listed");
  pollfd what{process.pidfd(), POLLIN, 0};
  require(::poll(&what, 1, 0) == 0, "it runs");
  process.signal(SIGKILL);
  require(::poll(&what, 1, 10000) == 1, "its pidfd tells the end");
  require(process.wait() == 128 + SIGKILL, "its signal is told");
}

void refused(Container& container) {
  auto process = container.exec(shell("exit 0"));
  try {
    process.signal(4711);
    throw std::logic_error{"there is a signal 4711"};
  } catch (const Error& error) {
    require(error.code() == CORTEN_SYSTEM && error.number() == EINVAL, "the kernel's reason is told");
  }
  static_cast<void>(process.wait());
}

void many(Container& container) {
  auto process =
      container.exec(shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do sleep 1000 & done; wait"));
  while (container.processes().size() < 20) ::usleep(1000);
  container.signal(SIGKILL, true);
  require(process.wait() == 128 + SIGKILL, "a signal for all reaches each");
}

int run(const std::string& bundle, const std::string& root) {
  require(version() == corten_version(), "the version is told");
  const Runtime runtime{{.root = root}};
  auto started = runtime.create("methods", {.bundle = bundle});
  auto& made = started.container;
  auto& process = started.process;
  require(made.id() == "methods" && made.status() == Status::created, "it is created");
  auto container = runtime.load("methods");
  container.start();
  require(made.status() == Status::running, "each handle sees that it runs");
  streams(container);
  terminals(container);
  console_socket(container, root + ".socket");
  preserved(container);
  signals(container);
  refused(container);
  container.pause();
  require(container.status() == Status::paused, "it is paused");
  // What is started meanwhile stands still, and so does the call.
  std::thread other{[&] {
    ::usleep(100000);
    made.resume();
  }};
  auto waiting = container.exec(shell("exit 8"), {}, true);
  other.join();
  require(waiting.wait() == 8, "what was started meanwhile goes on");
  spec::Resources limits;
  limits.pids_limit = 99;
  container.update(limits);
  require(container.statistics().pids.limit == 99, "a limit is set");
  container.signal(SIGTERM);
  require(process.wait() == 3, "its first process ends as it likes");
  require(container.status() == Status::stopped, "it is stopped");
  container.destroy();
  auto again = runtime.run("methods", {.bundle = bundle});
  many(again.container);
  static_cast<void>(again.process.wait());
  again.container.destroy(true);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    return run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cout << error.what() << '\n';
    return 1;
  }
}
