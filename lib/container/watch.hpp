// SPDX-License-Identifier: Apache-2.0
// What a Watch waits for.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "api/container.hpp"
#include "base/unique_fd.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

struct Watch::Data {
  struct Source {
    Event event;
    int fd;
    std::function<bool()> happened;
  };

  std::vector<Source> sources;   // what is more urgent comes first
  std::optional<UniqueFd> init;  // nothing: stopped already
  UniqueFd all;                  // an epoll of them, once Watch::fd() was called
  UniqueFd stopped;              // is readable: in `all` where there is no init

  /// `kind` has fd() and happened().
  template <class Kind>
  void add(Event event, Kind&& kind) {
    const int fd = kind->fd();
    sources.push_back({event, fd, [kind = std::forward<Kind>(kind)] { return kind->happened(); }});
  }
};

/// For the end of the container of `saved`, and for memory that runs out.
[[nodiscard]] std::unique_ptr<Watch::Data> watch_data(const spec::SavedState& saved);

}  // namespace corten::container
