// SPDX-License-Identifier: Apache-2.0
// containerd-shim-corten-v1: containerd's runtime io.containerd.corten.v1. One process stands between containerd and the containers
// of a group; it is their parent, and makes and ends them by the library, without executing a runtime.
#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <span>
#include <string>

#include "init/program.hpp"
#include "shim/bootstrap/actions.hpp"
#include "shim/library.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::shim {
namespace {

void print(std::string_view text) { sys::write_all(STDOUT_FILENO, text, "standard output"); }

/// So that no other file gets the number of a standard stream that the caller has closed.
void open_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    // The lowest free number is `fd`. Not close-on-exec: it stands for what is inherited.
    sys::check("open /dev/null", [] { return ::open("/dev/null", O_RDWR); });
  }
}

void run(const CommandLine& line, std::string_view program) {
  if (line.version) {
    return print(fmt::format("{}:\n  Version:  {}\n", program.substr(program.rfind('/') + 1), corten_version()));
  }
  if (line.info) return print(info(sys::read_all(STDIN_FILENO, "standard input")));
  if (line.name_space.empty()) throw Failure{Code::invalid_argument, "shim namespace cannot be empty"};
  if (line.action == "start") return print(start(line, sys::read_all(STDIN_FILENO, "standard input")));
  if (line.action == "delete") return print(clear(line));
  if (!line.action.empty()) throw Failure{Code::invalid_argument, fmt::format("unknown action {}", line.action)};
  serve(line);
}

}  // namespace
}  // namespace corten::shim

int main(int argc, char** argv) {
  corten::init::run_if_asked(argc, argv);
  corten::shim::open_standard_streams();
  ::signal(SIGCHLD, SIG_DFL);
  if (argc < 1) return 1;
  try {
    const std::span<const char* const> words{argv, static_cast<std::size_t>(argc)};
    corten::shim::run(corten::shim::parse_command_line(words.subspan(1)), words[0]);
    return 0;
  } catch (const std::exception& error) {
    const auto text = fmt::format("{}: {}\n", argv[0], error.what());
    static_cast<void>(::write(STDERR_FILENO, text.data(), text.size()));
    return 1;
  }
}
