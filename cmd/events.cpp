// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <chrono>

#include "api/container.hpp"
#include "base/deadline.hpp"
#include "cmd/command.hpp"
#include "spec/events.hpp"

namespace corten::cmd {
namespace {

using namespace std::chrono_literals;

void print_statistics(const container::Container& container) {
  print(spec::stats_event_json(container.id(), container.statistics()) + "\n");
}

void follow(const container::Container& container, std::chrono::nanoseconds interval) {
  auto watch = container.watch_oom();
  auto next = Deadline::in(interval);
  for (;;) {
    switch (watch.wait(next.left())) {
      case container::Watch::Event::stopped: return;
      case container::Watch::Event::out_of_memory: print(spec::oom_event_json(container.id()) + "\n"); break;
      case container::Watch::Event::nothing:
        print_statistics(container);
        next = next.later(interval);
        break;
      default: break;  // levels of pressure, which nobody has asked for
    }
  }
}

int run(Call& call) {
  std::chrono::nanoseconds interval = 5s;
  bool once = false;
  const auto arguments = call.parse({1, 1}, {{"interval", 0, &interval, "interval between statistics"},
                                             {"stats", 0, &once, "print the statistics once and exit"}});
  const auto container = load(call, arguments);
  if (interval <= 0s) throw Error{"duration interval must be greater than 0"};
  if (container.status() == container::Status::stopped) {
    throw Error{fmt::format("container with id {} is not running", container.id())};
  }
  once ? print_statistics(container) : follow(container, interval);
  return 0;
}

}  // namespace

constinit const Command events_command = {
    .name = "events",
    .usage = "print statistics and out-of-memory events of a container",
    .arguments = "<container-id>",
    .description = "Prints statistics every five seconds, or as --interval says, until the container stops.",
    .run = run,
};

}  // namespace corten::cmd
