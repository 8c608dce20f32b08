// SPDX-License-Identifier: Apache-2.0
// The second thread: it makes the calls that may wait (hooks, mounts, CRIU), one after another, so that the loop goes on answering.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "base/unique_fd.hpp"
#include "shim/loop/loop.hpp"

namespace corten::shim {

class Worker {
 public:
  explicit Worker(Loop& loop);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  Worker(Worker&&) = delete;
  Worker& operator=(Worker&&) = delete;
  /// Waits for the job at hand; those behind it are dropped.
  ~Worker();

  /// Runs `job` on the worker, then `done` on the loop, with what `job` has thrown or nullptr.
  void submit(std::function<void()> job, std::function<void(std::exception_ptr)> done);

  /// Whether no job is at hand or waiting, and all that are done have been told of.
  [[nodiscard]] bool idle() const { return under_way_ == 0; }

  /// Is called on the loop whenever it becomes idle.
  void when_idle(std::function<void()> call) { when_idle_ = std::move(call); }

 private:
  struct Job {
    std::function<void()> work;
    std::function<void(std::exception_ptr)> done;
    std::exception_ptr problem = {};
  };

  void work();
  void take_finished();

  UniqueFd wake_;
  Watch watch_;
  std::size_t under_way_ = 0;  // the loop's own
  std::function<void()> when_idle_;
  std::mutex mutex_;
  std::condition_variable some_;
  std::deque<Job> waiting_, finished_;  // under the mutex
  bool ending_ = false;                 // the same
  std::thread thread_;
};

}  // namespace corten::shim
