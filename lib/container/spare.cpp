// SPDX-License-Identifier: Apache-2.0
#include "api/spare.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "process/stage.hpp"
#include "process/stage_command.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {

using namespace std::chrono_literals;

/// A stage that may have to wait for long: by its pidfd, since a program that waits for all its children may reap it, and its pid
/// is another's then.
struct Spare::Kept {
  explicit Kept(const std::string& init_file) {
    static_cast<void>(sys::open_pidfd(owner));  // throws where there are none, before anything is started
    const auto null = sys::open_at(AT_FDCWD, "/dev/null", O_RDWR);
    const process::Streams streams{null.get(), null.get(), null.get()};
    stage = std::make_shared<process::Stage>(process::stage_kind::container, init_file, process::PassedFds{}, streams);
    pidfd = sys::open_pidfd(stage->pid());
  }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  Kept(Kept&&) = delete;
  Kept& operator=(Kept&&) = delete;

  ~Kept() {
    if (!stage || !pidfd) return;  // the stage ends itself
    stage->take();
    if (!is_ours()) return;
    try {
      sys::send_signal(*pidfd, SIGKILL);
      static_cast<void>(sys::wait_ended(*pidfd, 2s));
    } catch (const Error& error) {
      log::warn(error.message());
    }
    siginfo_t info{};
    sys::attempt([&] { return ::waitid(P_PIDFD, static_cast<id_t>(pidfd->get()), &info, WEXITED | WNOHANG); });
  }

  /// A child of the program's, which has a copy of the handle, does not own its parent's processes.
  [[nodiscard]] bool is_ours() const { return owner == ::getpid(); }

  [[nodiscard]] bool can_serve() const { return pidfd && is_ours() && !sys::wait_ended(*pidfd, 0ms); }

  std::shared_ptr<process::Stage> stage;
  std::optional<UniqueFd> pidfd;
  pid_t owner = ::getpid();
};

Spare::Spare(std::string init_file) : init_file_{std::move(init_file)} {}

Spare::~Spare() { delete kept_.load(); }

std::shared_ptr<process::Stage> Spare::take(const StdioOptions& options) {
  // Which numbers they have is decided when a stage is started.
  if (options.listen_fds > 0 || options.preserve_fds > 0) return nullptr;
  const std::unique_ptr<Kept> kept{kept_.exchange(nullptr)};
  if (!kept || !kept->can_serve()) return nullptr;
  kept->stage->replace_streams(options.streams);
  return std::move(kept->stage);
}

void Spare::prepare() noexcept {
  if (kept_.load() != nullptr) return;
  try {
    auto made = std::make_unique<Kept>(init_file_);
    if (Kept* none = nullptr; made->can_serve() && kept_.compare_exchange_strong(none, made.get()))
      static_cast<void>(made.release());
  } catch (const std::exception& error) {
    log::debug(error.what());
  }
}

}  // namespace corten::container
