// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/path.hpp"
#include "base/text.hpp"
#include "shim/bootstrap/actions.hpp"
#include "shim/bootstrap/input.hpp"
#include "shim/bootstrap/sha256.hpp"
#include "shim/bundle.hpp"
#include "shim/ttrpc/socket.hpp"
#include "sys/descriptors.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::shim {
namespace {

bool answers(const std::string& path) {
  try {
    static_cast<void>(ttrpc::connect_to(path));
    return true;
  } catch (const Error& error) {
    return error.code() == EAGAIN;  // it has more callers than it takes at once
  }
}

/// A listening socket; nothing where a shim answers there.
UniqueFd claim(const std::string& path) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (auto listener = ttrpc::try_listen_at(path); listener.valid()) return listener;
    if (answers(path)) return {};
    ::unlink(path.c_str());  // of a shim that was killed
  }
  throw Error{fmt::format("the socket {} is somebody else's", path), EADDRINUSE};
}

/// In the child, which becomes the shim: calls alone that need no allocator.
[[noreturn]] void become_shim(int listener, char* const* arguments) {
  ::setsid();
  const int null = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, stream);
  if (listener == listener_number) {
    ::fcntl(listener, F_SETFD, 0);
  } else {
    ::dup2(listener, listener_number);
  }
  static_cast<void>(sys::set_cloexec_from(listener_number + 1));
  ::execv("/proc/self/exe", arguments);
  ::_exit(127);
}

pid_t spawn(const CommandLine& line, const UniqueFd& listener) {
  std::vector<std::string> words{
      "containerd-shim-corten-v1", "-namespace", line.name_space, "-id", line.id, "-address", line.address};
  if (line.debug) words.emplace_back("-debug");
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t pid = sys::check("fork", [] { return ::fork(); });
  if (pid == 0) become_shim(listener.get(), arguments.data());
  return pid;
}

/// One more than our caller's: the shim goes before containerd does.
void set_oom_score(pid_t pid) {
  constexpr int most = 1000;
  const auto path_of = [](pid_t process) { return fmt::format("/proc/{}/oom_score_adj", process); };
  const auto parents = parse_number<int>(trim(sys::read_file(path_of(::getppid())))).value_or(0);
  sys::write_file_at(AT_FDCWD, path_of(pid), std::to_string(std::min(parents + 1, most)));
}

/// `group` is a path below the root of each hierarchy.
void join_cgroup(const std::string& group, pid_t pid) {
  const auto path = clean_path(group);
  const auto text = std::to_string(pid);
  const auto directory = sys::open_at(AT_FDCWD, "/sys/fs/cgroup", O_RDONLY | O_DIRECTORY);
  if (sys::try_open_at(directory.get(), "cgroup.controllers", O_PATH)) {
    return sys::write_file_at(directory.get(), "." + path + "/cgroup.procs", text);
  }
  bool joined = false;
  for (const auto& hierarchy : sys::names_in(directory.get(), "/sys/fs/cgroup")) {
    const auto file = hierarchy + path + "/cgroup.procs";
    if (!sys::try_open_at(directory.get(), file, O_PATH)) continue;
    sys::write_file_at(directory.get(), file, text);
    joined = true;
  }
  if (!joined) throw Error{fmt::format("the shim's cgroup {} is not there", quote(group)), ENOENT};
}

/// We offer the newest version of the task service that containerd knows of; one before 1.7 knows of no other than 2.
std::string answer_of(const std::string& path) {
  const char* const newest = std::getenv("MAX_SHIM_VERSION");
  if (newest == nullptr || parse_number<int>(newest).value_or(2) < 3) return "unix://" + path;
  return fmt::format(R"({{"version":3,"address":{},"protocol":"ttrpc"}})", json_quote("unix://" + path));
}

}  // namespace

std::string start(const CommandLine& line, const std::string& input_bytes) {
  const auto input = read_start_input(input_bytes, line.id, line.name_space);
  const auto group = group_of(".", line.id);
  const auto path =
      input.socket_directory + "/" + sha256(clean_path(line.address + "/" + line.name_space + "/" + group));
  sys::make_directories(input.socket_directory, 0700);
  auto listener = claim(path);
  write_address(".", "unix://" + path);
  if (!listener.valid()) return answer_of(path);
  pid_t pid = 0;
  try {
    pid = spawn(line, listener);
    if (!input.options.shim_cgroup.empty()) join_cgroup(input.options.shim_cgroup, pid);
    set_oom_score(pid);
  } catch (...) {
    if (pid > 0) ::kill(pid, SIGKILL);
    ::unlink(path.c_str());
    throw;
  }
  return answer_of(path);
}

}  // namespace corten::shim
