// SPDX-License-Identifier: Apache-2.0
// A directory of a test's own, with what it puts there; gone with the test.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "base/unique_fd.hpp"

namespace corten::test {

class TempTree {
 public:
  TempTree() {
    std::string name = (std::filesystem::temp_directory_path() / "corten-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
    path_ = std::filesystem::canonical(name).string();
  }
  TempTree(const TempTree&) = delete;
  TempTree& operator=(const TempTree&) = delete;
  TempTree(TempTree&&) = delete;
  TempTree& operator=(TempTree&&) = delete;
  ~TempTree() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  TempTree& directory(const std::string& name) {
    std::filesystem::create_directories(path_ + "/" + name);
    return *this;
  }
  TempTree& file(const std::string& name, const std::string& text = "") {
    directory(std::filesystem::path{name}.parent_path().string());
    std::ofstream{path_ + "/" + name} << text;
    return *this;
  }
  TempTree& link(const std::string& name, const std::string& target) {
    directory(std::filesystem::path{name}.parent_path().string());
    std::filesystem::create_symlink(target, path_ + "/" + name);
    return *this;
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(path(name)));
  }
  [[nodiscard]] UniqueFd open(const std::string& name = ".") const {
    return UniqueFd{::open(path(name).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  }

 private:
  std::string path_;
};

/// What a descriptor is open on.
inline std::string target_of(int fd) {
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
}

}  // namespace corten::test
