// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <corten/log.hpp>

#include "shim/bootstrap/actions.hpp"
#include "shim/events/publisher.hpp"
#include "shim/loop/loop.hpp"
#include "shim/loop/worker.hpp"
#include "shim/task/service.hpp"
#include "shim/ttrpc/server.hpp"
#include "shim/ttrpc/socket.hpp"
#include "sys/syscall.hpp"

extern "C" const char __executable_start, etext;  // NOLINT: where the linker has put the program's code

namespace corten::shim {
namespace {

using namespace std::chrono_literals;

int log_fifo = -1;  // NOLINT: the process has one log

/// Containerd's log is a fifo in the bundle. It stays open for reading, too, so that nothing fails or waits while nobody reads it.
void open_log(bool debug) {
  log_fifo = ::open("log", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  const auto write = [](void* /*data*/, corten_level level, const char* message) {
    const auto line = log_record(level, message, LogFormat::text, ::time(nullptr));
    static_cast<void>(::write(log_fifo, line.data(), line.size()));
  };
  corten_set_log(write, nullptr, debug ? CORTEN_DEBUG : CORTEN_INFO);
}

/// They are read from the descriptor; SIGPIPE is an error of write(2). Threads that are made later inherit the mask.
UniqueFd block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT}) sigaddset(&set, signal);
  UniqueFd signals{sys::check("signalfd", [&] { return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK); })};
  sigaddset(&set, SIGPIPE);
  sys::check("sigprocmask", [&] { return ::sigprocmask(SIG_BLOCK, &set, nullptr); });
  return signals;
}

UniqueFd listener_of(const CommandLine& line) {
  if (line.socket.empty()) {
    ::fcntl(listener_number, F_SETFD, FD_CLOEXEC);
    return UniqueFd{listener_number};
  }
  auto listener = ttrpc::try_listen_at(ttrpc::socket_path(line.socket));
  if (!listener.valid()) throw Error{fmt::format("the socket {} is there already", line.socket), EADDRINUSE};
  return listener;
}

std::string events_address(const CommandLine& line) {
  const char* const address = std::getenv("TTRPC_ADDRESS");
  if (address != nullptr) return address;
  return line.address.empty() ? "" : line.address + ".ttrpc";
}

/// A start takes more than is needed afterwards: of the heap, and of this program's code, which the kernel keeps in its cache of files
/// and maps again where it is wanted.
void give_back_memory() {
  ::malloc_trim(0);
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(&__executable_start) + page - 1) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(&etext) / page * page;
  if (end > begin)
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);  // NOLINT: the linker's addresses
}

class Shim {
 public:
  explicit Shim(const CommandLine& line)
      : signals_{block_signals()},
        worker_{loop_},
        publisher_{loop_, events_address(line), line.name_space},
        service_{loop_, worker_, publisher_, line.name_space, [this] { end(); }},
        server_{loop_, listener_of(line),
                [this](const ttrpc::Request& request, const ttrpc::Reply& reply) { service_.handle(request, reply); }},
        signal_watch_{loop_, signals_.get(), EPOLLIN, [this](std::uint32_t) { on_signals(); }} {
    worker_.when_idle([this] { on_idle(); });
  }

  void run() {
    loop_.run();
    ::unlink(ttrpc::path_of(server_.fd()).c_str());
    if (!worker_.idle()) ::_exit(0);  // a hook that hangs keeps nobody
  }

 private:
  void on_signals() {
    signalfd_siginfo info{};
    while (sys::attempt([&] { return ::read(signals_.get(), &info, sizeof info); }) ==
           static_cast<ssize_t>(sizeof info)) {
      if (info.ssi_signo != SIGCHLD) return loop_.stop();
    }
    reap();
  }

  /// While the worker makes calls of the library, a child may be one that it waits for.
  void reap() {
    if (worker_.idle()) service_.reap_orphans();
  }

  void on_idle() {
    reap();
    give_back_memory();
  }

  /// Stops once the last events and answers are on their way, or after five seconds.
  void end() {
    if (!deadline_.armed()) deadline_ = Timer{loop_, 5s, [this] { loop_.stop(); }};
    if (publisher_.idle() && server_.flushed()) return loop_.stop();
    again_ = Timer{loop_, 5ms, [this] { end(); }};
  }

  Loop loop_;
  UniqueFd signals_;
  Worker worker_;
  Publisher publisher_;
  Service service_;
  ttrpc::Server server_;
  Watch signal_watch_;
  Timer deadline_, again_;
};

}  // namespace

void serve(const CommandLine& line) {
  open_log(line.debug);
  ::mallopt(M_ARENA_MAX, 1);  // two threads that take turns need no heap each
  sys::check("prctl(SET_CHILD_SUBREAPER)", [] { return ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); });
  Shim{line}.run();
}

}  // namespace corten::shim
