// SPDX-License-Identifier: Apache-2.0
// Memory pressure, and the end of a container, in an event loop. Usage: watch BUNDLE STATE-DIRECTORY; the bundle's process reads and
// writes more than its memory once it gets SIGUSR1.
#include <poll.h>
#include <signal.h>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

#include <corten/corten.hpp>

namespace {

using namespace corten;
using namespace std::chrono_literals;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error{"not so: " + what};
}

bool is_readable(int fd, int milliseconds) {
  pollfd what{fd, POLLIN, 0};
  return ::poll(&what, 1, milliseconds) == 1;
}

int run(const std::string& bundle, const std::string& root) {
  const Runtime runtime{{.root = root}};
  auto [container, process] = runtime.run("watched", {.bundle = bundle});
  auto quiet = container.watch();
  auto watch = container.watch({.low_pressure = true, .medium_pressure = true, .critical_pressure = true});
  require(watch.fd() == watch.fd() && !is_readable(watch.fd(), 0), "nothing has happened yet");
  require(watch.wait(0ms) == Event::none, "a wait without time says so");

  // Ignored by a first process that has no handler yet.
  for (int times = 0; times < 300 && !is_readable(watch.fd(), 100); ++times) container.signal(SIGUSR1);
  require(is_readable(watch.fd(), 0), "the loop hears of pressure");
  require(is_readable(watch.fd(), 0), "and hears it again until it asks");
  const auto event = watch.wait(0ms);
  require(event == Event::low_pressure || event == Event::medium_pressure || event == Event::critical_pressure,
          "it is told at once");

  container.signal(SIGKILL);
  static_cast<void>(process.wait());
  require(is_readable(quiet.fd(), 10000), "the loop hears of the end");
  require(quiet.wait(0ms) == Event::stopped && quiet.wait(0ms) == Event::stopped, "each call says so");
  auto late = container.watch({.low_pressure = true});
  require(is_readable(late.fd(), 0) && late.wait(0ms) == Event::stopped, "also of a watch that comes late");
  container.destroy();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    return run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cout << error.what() << '\n';
    return 1;
  }
}
