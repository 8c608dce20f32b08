// SPDX-License-Identifier: Apache-2.0
// Containers whose first process the library keeps ready. Usage: keep_ready BUNDLE STATE-DIRECTORY; the bundle's process copies its
// standard input, says on standard error which descriptors it has, and ends.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "expect.hpp"

namespace {

std::string bundle;

/// The only child of this process; 0 where there is none.
pid_t only_child() {
  const auto own = std::to_string(::getpid());
  std::ifstream list{"/proc/" + own + "/task/" + own + "/children"};
  pid_t first = 0;
  pid_t second = 0;
  list >> first >> second;
  expect(second == 0, "one child at most");
  return first;
}

/// What the process's descriptors lead to, by their numbers.
std::map<int, std::string> descriptors_of(pid_t pid) {
  std::map<int, std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/" + std::to_string(pid) + "/fd"})
    found[std::stoi(entry.path().filename())] = std::filesystem::read_symlink(entry.path());
  return found;
}

std::string all_of(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::read(fd, buffer.data(), buffer.size())) > 0;) text.append(buffer.data(), size);
  ::close(fd);
  return text;
}

std::array<int, 2> new_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  return ends;
}

/// Runs a container of three pipes, by create and start or in one call.
void use_container(const corten::Runtime& runtime, const std::string& id, bool create, unsigned passed = 0) {
  const auto input = new_pipe();
  const auto output = new_pipe();
  const auto errors = new_pipe();
  const corten::Plan plan{
      .bundle = bundle, .stdio = {.input = input[0], .output = output[1], .errors = errors[1], .preserve_fds = passed}};
  auto [container, process] = create ? runtime.create(id, plan) : runtime.run(id, plan);
  for (const int end : {input[0], output[1], errors[1]}) ::close(end);
  if (create) container.start();
  expect(::write(input[1], id.data(), id.size()) == static_cast<ssize_t>(id.size()), id + ": has an input");
  ::close(input[1]);
  expect(all_of(output[0]) == id, id + ": says what it is told");
  // ls has the directory that it reads.
  expect(all_of(errors[0]) == (passed == 0 ? "0\n1\n2\n3\n" : "0\n1\n2\n3\n4\n"), id + ": has its own descriptors");
  expect(process.wait() == 0, id + ": ends well");
  container.destroy();
}

void look_at(pid_t spare) {
  auto held = descriptors_of(spare);
  for (int number = 0; number < 3; ++number) expect(held[number] == "/dev/null", "no stream of the program's");
  expect(held.size() == 4 && held.rbegin()->second.starts_with("socket:"), "and one socket");
  expect(::access(("/proc/" + std::to_string(spare) + "/exe").c_str(), F_OK) == 0, "it is executed");
}

void wait_executed(pid_t spare) {
  for (int tries = 0; tries < 1000; ++tries) {
    std::ifstream file{"/proc/" + std::to_string(spare) + "/cmdline"};
    std::string name;
    if (std::getline(file, name, '\0') && name == "corten:init") return;
    ::usleep(10000);
  }
  failed("the process that is kept", "is not executed");
}

void lose_it(const corten::Runtime& runtime, bool reaped) {
  const pid_t spare = only_child();
  ::kill(spare, SIGKILL);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(spare), &info, reaped ? WEXITED : WEXITED | WNOWAIT);
  use_container(runtime, reaped ? "reaped" : "killed", false);
  expect(only_child() != spare, "a new one is kept");
}

/// A child of the program's has a copy of the handle, and leaves the process to its parent.
void free_in_child(std::unique_ptr<corten::Runtime>& runtime) {
  const pid_t spare = only_child();
  const pid_t child = ::fork();
  if (child == 0) {
    runtime.reset();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  expect(status == 0 && only_child() == spare, "it is there after a child has freed the handle");
  use_container(*runtime, "after-fork", false);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  bundle = argv[1];
  auto runtime = std::make_unique<corten::Runtime>(corten::Runtime::Options{.root = argv[2], .keep_ready = true});
  EXPECT(only_child() == 0);
  use_container(*runtime, "first", true);
  for (const bool create : {true, false}) {
    const pid_t spare = only_child();
    wait_executed(spare);
    look_at(spare);
    use_container(*runtime, create ? "created" : "run", create);
    expect(only_child() != spare, "it has been used");
  }
  const int passed = ::open("/dev/null", O_RDONLY);
  const pid_t spare = only_child();
  expect(passed == 3 || ::dup2(passed, 3) == 3, "a descriptor to pass on");
  use_container(*runtime, "passes", false, 1);
  EXPECT(only_child() == spare);
  lose_it(*runtime, true);
  lose_it(*runtime, false);
  free_in_child(runtime);
  runtime.reset();
  EXPECT(only_child() == 0);
  return failures == 0 ? 0 : 1;
}
