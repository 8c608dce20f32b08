// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include <corten/text.hpp>

#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

void print_statistics(const Container& container) {
  print(fmt::format("{{\"type\":\"stats\",\"id\":{},\"data\":{}}}\n", quote(container.id()),
                    container.statistics_text()));
}

void follow(const Container& container, std::chrono::nanoseconds interval) {
  interval = std::min<std::chrono::nanoseconds>(interval, 24h * 3650);  // the clock has an end
  auto watch = container.watch();
  for (auto next = Clock::now() + interval;;) {
    const auto left = std::clamp<std::chrono::nanoseconds>(next - Clock::now(), 0s, 24h);
    switch (watch.wait(std::chrono::ceil<std::chrono::milliseconds>(left))) {
      case Event::stopped: return;
      case Event::out_of_memory: print(fmt::format("{{\"type\":\"oom\",\"id\":{}}}\n", quote(container.id()))); break;
      case Event::none:
        if (Clock::now() < next) break;
        print_statistics(container);
        next += interval;
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
  if (container.status() == Status::stopped) {
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
