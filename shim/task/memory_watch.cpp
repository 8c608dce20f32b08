// SPDX-License-Identifier: Apache-2.0
#include "shim/task/memory_watch.hpp"

#include <utility>

namespace corten::shim {

MemoryWatch::MemoryWatch(Loop& loop, const corten_container* container, std::function<void()> on_oom)
    : memory_{library::call(&corten_container_watch, container)},
      on_oom_{std::move(on_oom)},
      watch_{loop, library::call(&corten_watch_fd, memory_.get()), EPOLLIN, [this](std::uint32_t) { look(); }} {}

void MemoryWatch::look() {
  switch (library::call(&corten_watch_wait, memory_.get(), 0U)) {
    case CORTEN_EVENT_OUT_OF_MEMORY: return on_oom_();
    case CORTEN_EVENT_STOPPED: return watch_.end();  // its end is heard of by its pidfd
    default: break;
  }
}

}  // namespace corten::shim
