// SPDX-License-Identifier: Apache-2.0
// Saves a container's processes and restores them. Usage: checkpoint BUNDLE IMAGES STATE-DIRECTORY; the process ends on SIGTERM.
#include <signal.h>

#include <iostream>

#include <corten/corten.hpp>

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  try {
    const corten::Runtime runtime{{.root = argv[3]}};
    const corten::Plan plan{.bundle = argv[1]};
    auto [container, process] = runtime.run("saved", plan);
    container.checkpoint({.directory = argv[2]});
    std::cout << "saved, status " << process.wait() << '\n';
    auto restored = runtime.restore("restored", plan, {.directory = argv[2]});
    auto watch = restored.container.watch();
    std::cout << restored.container.processes().size() << " processes\n";
    // Ignored by a first process that has no handler yet.
    do restored.container.signal(SIGTERM);
    while (watch.wait(std::chrono::milliseconds{100}) != corten::Event::stopped);
    std::cout << "ended with status " << restored.process.wait() << '\n';
    restored.container.destroy();
    return 0;
  } catch (const corten::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
