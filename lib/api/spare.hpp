// SPDX-License-Identifier: Apache-2.0
// The init stage of a next container, started while nobody waits for it.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "api/container.hpp"

namespace corten::container {

/// Keeps one stage at most, which waits with /dev/null as its streams. It has what the caller had when it was started:
/// namespaces, user, limits, cgroup. Any thread may call.
class Spare {
 public:
  /// `init_file` as in Settings.
  explicit Spare(std::string init_file);
  Spare(const Spare&) = delete;
  Spare& operator=(const Spare&) = delete;
  Spare(Spare&&) = delete;
  Spare& operator=(Spare&&) = delete;
  ~Spare();

  /// For CreateOptions::stage; nothing where none is kept that could serve.
  [[nodiscard]] std::shared_ptr<process::Stage> take(const StdioOptions& options);

  /// Starts one, unless one is kept. Where that fails none is, and the next container starts its own.
  void prepare() noexcept;

 private:
  struct Kept;

  std::string init_file_;
  std::atomic<Kept*> kept_ = nullptr;  // no lock, which a fork(2) of the program's could find taken
};

}  // namespace corten::container
