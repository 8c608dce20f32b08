// SPDX-License-Identifier: Apache-2.0
// Makes, starts and destroys containers, as many as each line of standard input says, and answers with the milliseconds that it took
// and its own resident memory in KiB. Usage: library_cycle BUNDLE STATE-DIRECTORY [keep_ready]
#include <chrono>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include <corten/corten.hpp>

namespace {

std::string resident_kib() {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;) {
    if (word == "VmRSS:" && status >> word) return word;
  }
  throw std::runtime_error{"/proc/self/status has no VmRSS"};
}

void cycle(const corten::Runtime& runtime, const std::string& id, const std::string& bundle) {
  auto [container, process] = runtime.create(id, {.bundle = bundle});
  container.start();
  if (const int status = process.wait(); status != 0)
    throw std::runtime_error{id + ": status " + std::to_string(status)};
  container.destroy();
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3 && argc != 4) return 2;
  const corten::Runtime runtime{{.root = argv[2], .keep_ready = argc == 4}};
  for (int count = 0, made = 0; std::cin >> count;) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) cycle(runtime, "cycle-" + std::to_string(++made), argv[1]);
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - begin;
    std::cout << spent.count() << ' ' << resident_kib() << std::endl;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
