// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "abi/guard.hpp"

using namespace corten;

namespace {

corten_event event_of(container::Watch::Event event) {
  using Event = container::Watch::Event;
  switch (event) {
    case Event::nothing: return CORTEN_EVENT_NONE;
    case Event::out_of_memory: return CORTEN_EVENT_OUT_OF_MEMORY;
    case Event::stopped: return CORTEN_EVENT_STOPPED;
    case Event::low_pressure: return CORTEN_EVENT_LOW_PRESSURE;
    case Event::medium_pressure: return CORTEN_EVENT_MEDIUM_PRESSURE;
    case Event::critical_pressure: return CORTEN_EVENT_CRITICAL_PRESSURE;
  }
  return CORTEN_EVENT_NONE;
}

}  // namespace

corten_watch* corten_container_watch(const corten_container* container, corten_error** error) {
  return abi::guarded<corten_watch*>(
      error, nullptr, [&] { return new corten_watch{abi::checked(container, "container").container->watch_oom()}; });
}

corten_watch* corten_container_watch_for(const corten_container* container, const corten_watch_options* options,
                                         corten_error** error) {
  return abi::guarded<corten_watch*>(error, nullptr, [&] {
    const auto& watched = *abi::checked(container, "container").container;
    const auto given = abi::options_of(options, "corten_watch_options");
    return new corten_watch{watched.watch({.low = given.low_pressure != 0,
                                           .medium = given.medium_pressure != 0,
                                           .critical = given.critical_pressure != 0})};
  });
}

int corten_watch_fd(corten_watch* watch, corten_error** error) {
  return abi::guarded(error, -1, [&] { return abi::checked(watch, "watch").watch.fd(); });
}

corten_event corten_watch_wait(corten_watch* watch, unsigned milliseconds, corten_error** error) {
  return abi::guarded(error, CORTEN_EVENT_NONE, [&] {
    return event_of(abi::checked(watch, "watch").watch.wait(std::chrono::milliseconds{milliseconds}));
  });
}

void corten_watch_free(corten_watch* watch) { delete watch; }
