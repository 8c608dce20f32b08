// SPDX-License-Identifier: Apache-2.0
#include "sys/kept_poll.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "sys/syscall.hpp"

namespace corten::sys {

KeptPoll::KeptPoll(UniqueFd polled, short events)
    : polled_{std::move(polled)},
      told_{check("eventfd", [] { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); })},
      events_{events} {
  check("io_setup", [&] { return ::syscall(SYS_io_setup, 1, &context_); });
  try {
    ask();
  } catch (...) {
    ::syscall(SYS_io_destroy, context_);
    throw;
  }
}

KeptPoll::~KeptPoll() { ::syscall(SYS_io_destroy, context_); }

void KeptPoll::ask() {
  iocb request{};
  request.aio_lio_opcode = IOCB_CMD_POLL;
  request.aio_fildes = static_cast<std::uint32_t>(polled_.get());
  request.aio_buf = static_cast<std::uint64_t>(events_);
  request.aio_flags = IOCB_FLAG_RESFD;
  request.aio_resfd = static_cast<std::uint32_t>(told_.get());
  iocb* requests = &request;
  check("io_submit of a poll", [&] { return ::syscall(SYS_io_submit, context_, 1, &requests); });
}

short KeptPoll::take() {
  eventfd_t count = 0;
  attempt([&] { return ::eventfd_read(told_.get(), &count); });
  io_event result{};
  timespec now{};
  const auto found = check("io_getevents", [&] { return ::syscall(SYS_io_getevents, context_, 0, 1, &result, &now); });
  if (found == 0) return 0;
  const auto events = static_cast<short>(result.res);
  if ((events & (POLLERR | POLLHUP)) == 0) ask();
  return events;
}

}  // namespace corten::sys
