// SPDX-License-Identifier: Apache-2.0
// A poll(2) whose result stays until it is taken. Polling a PSI trigger takes its event away, also when a caller's event loop does
// it through an epoll descriptor; the kernel's asynchronous poll (IOCB_CMD_POLL, Linux 4.18) keeps the result, and an eventfd says
// that there is one.
#pragma once

#include <linux/aio_abi.h>

#include "base/unique_fd.hpp"

namespace corten::sys {

class KeptPoll {
 public:
  /// Polls `polled` for `events` from now on.
  KeptPoll(UniqueFd polled, short events);
  KeptPoll(const KeptPoll&) = delete;
  KeptPoll& operator=(const KeptPoll&) = delete;
  KeptPoll(KeptPoll&&) = delete;
  KeptPoll& operator=(KeptPoll&&) = delete;
  ~KeptPoll();

  /// Readable while there is a result.
  [[nodiscard]] int fd() const { return told_.get(); }

  /// The events that have come, or 0, and polls again; once the file is in error no more.
  [[nodiscard]] short take();

 private:
  void ask();

  UniqueFd polled_, told_;
  short events_;
  aio_context_t context_ = 0;
};

}  // namespace corten::sys
