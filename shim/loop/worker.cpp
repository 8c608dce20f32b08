// SPDX-License-Identifier: Apache-2.0
#include "shim/loop/worker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "sys/syscall.hpp"

namespace corten::shim {

Worker::Worker(Loop& loop)
    : wake_{sys::check("eventfd", [] { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); })},
      watch_{loop, wake_.get(), EPOLLIN, [this](std::uint32_t) { take_finished(); }} {}

Worker::~Worker() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  some_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Worker::submit(std::function<void()> job, std::function<void(std::exception_ptr)> done) {
  if (!thread_.joinable()) thread_ = std::thread{[this] { work(); }};
  ++under_way_;
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back({std::move(job), std::move(done)});
  }
  some_.notify_one();
}

void Worker::work() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock{mutex_};
      some_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
      if (ending_) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
    }
    try {
      job.work();
    } catch (...) {
      job.problem = std::current_exception();
    }
    job.work = nullptr;
    {
      const std::lock_guard lock{mutex_};
      finished_.push_back(std::move(job));
    }
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_.get(), &one, sizeof one));
  }
}

void Worker::take_finished() {
  std::uint64_t count = 0;
  static_cast<void>(::read(wake_.get(), &count, sizeof count));
  std::deque<Job> finished;
  {
    const std::lock_guard lock{mutex_};
    finished.swap(finished_);
  }
  for (auto& job : finished) {
    job.done(job.problem);
    --under_way_;
  }
  if (idle() && when_idle_) when_idle_();
}

}  // namespace corten::shim
