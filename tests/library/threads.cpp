// SPDX-License-Identifier: Apache-2.0
// Many threads make and destroy containers while all of them allocate. Usage: threads BUNDLE STATE-DIRECTORY THREADS CONTAINERS
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <corten/corten.hpp>

namespace {

std::atomic<int> next = 0;
std::atomic<int> failures = 0;
std::atomic<bool> done = false;

void allocate() {
  while (!done) {
    std::vector<std::string> texts;
    for (std::size_t size = 1; size < 200; ++size) texts.emplace_back(size * 37, 'x');
  }
}

void make_containers(const corten::Runtime& runtime, const std::string& bundle, int count) {
  for (int number = next++; number < count; number = next++) {
    try {
      auto [container, process] = runtime.run("thread-" + std::to_string(number), {.bundle = bundle});
      const int status = process.wait();
      if (status != 0) throw std::runtime_error{"status " + std::to_string(status)};
      container.destroy();
    } catch (const std::exception& error) {
      std::cout << number << ": " << error.what() << '\n';
      ++failures;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const corten::Runtime plain{{.root = argv[2]}};
  const corten::Runtime ahead{{.root = argv[2], .keep_ready = true}};
  std::vector<std::thread> makers;
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) others.emplace_back(allocate);
  for (int i = 0; i < std::atoi(argv[3]); ++i) {
    makers.emplace_back(make_containers, std::cref(i % 2 == 0 ? plain : ahead), argv[1], std::atoi(argv[4]));
  }
  for (auto& maker : makers) maker.join();
  done = true;
  for (auto& other : others) other.join();
  return failures == 0 ? 0 : 1;
}
