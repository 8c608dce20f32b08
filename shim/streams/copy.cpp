// SPDX-License-Identifier: Apache-2.0
#include "shim/streams/copy.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <string_view>
#include <utility>

#include "sys/syscall.hpp"

namespace corten::shim {
namespace {

constexpr std::size_t spliced_at_once = 65536;  // a pipe's usual size

bool readable(int fd) {
  pollfd what{fd, POLLIN, 0};
  return ::poll(&what, 1, 0) == 1;
}

}  // namespace

Copy::Copy(Loop& loop, UniqueFd from, UniqueFd to, std::function<void()> on_end)
    : from_{std::move(from)},
      to_{std::move(to)},
      on_end_{std::move(on_end)},
      input_{loop, from_.get(), 0, [this](std::uint32_t) { on_ready(); }},
      output_{loop, to_.get(), 0, [this](std::uint32_t) { on_ready(); }} {
  wait_for(Step::no_input);
}

void Copy::on_ready() {
  // A few pieces at a time, so that others have their turn.
  for (int pieces = 0; pieces < 4; ++pieces) {
    const auto done = step();
    if (done == Step::moved) continue;
    return done == Step::ended ? finish() : wait_for(done);
  }
}

Copy::Step Copy::step() {
  if (!pending_.empty()) return write_pending();
  return spliced_ ? splice_piece() : copy_piece();
}

Copy::Step Copy::splice_piece() {
  const auto size = sys::attempt([&] {
    return ::splice(from_.get(), nullptr, to_.get(), nullptr, spliced_at_once, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
  });
  if (size > 0) {
    count_ += static_cast<std::uint64_t>(size);
    return Step::moved;
  }
  if (size == 0) return Step::ended;
  if (size == -EAGAIN) return readable(from_.get()) ? Step::no_output : Step::no_input;
  if (size == -EPIPE) return lose_output();
  spliced_ = false;
  return Step::moved;
}

Copy::Step Copy::copy_piece() {
  // A pipe that can be written to takes so much at once.
  std::array<char, PIPE_BUF> piece;  // NOLINT: filled by read
  const auto size = sys::attempt([&] { return ::read(from_.get(), piece.data(), piece.size()); });
  if (size == -EAGAIN) return Step::no_input;
  if (size <= 0) return Step::ended;  // EIO: nobody has the terminal's other side open
  count_ += static_cast<std::uint64_t>(size);
  pending_.assign(piece.data(), static_cast<std::size_t>(size));
  return write_pending();
}

Copy::Step Copy::write_pending() {
  const auto size = sys::attempt([&] { return ::write(to_.get(), pending_.data(), pending_.size()); });
  if (size == -EAGAIN) return Step::no_output;
  if (size < 0) {
    pending_.clear();
    return lose_output();
  }
  pending_.erase(0, static_cast<std::size_t>(size));
  return Step::moved;
}

/// Nobody reads any more, or the disk is full.
Copy::Step Copy::lose_output() {
  output_.end();
  to_ = UniqueFd{sys::check("open /dev/null", [] { return ::open("/dev/null", O_WRONLY | O_CLOEXEC); })};
  spliced_ = true;
  return Step::moved;
}

void Copy::wait_for(Step step) {
  if (step == Step::no_output) {
    input_.set(0);
    output_.set(EPOLLOUT);
  } else {
    output_.set(0);
    input_.set(EPOLLIN);
  }
}

void Copy::finish() {
  input_.end();
  output_.end();
  from_.reset();
  to_.reset();
  pending_ = {};
  if (const auto call = std::exchange(on_end_, nullptr)) call();
}

}  // namespace corten::shim
