// SPDX-License-Identifier: Apache-2.0
// A directory of the target's own, emptied between inputs and removed at the end.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace corten::fuzz {

class TempDirectory {
 public:
  TempDirectory() {
    std::array<char, 32> name{"/tmp/corten-fuzz-XXXXXX"};
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name.data();
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  TempDirectory(TempDirectory&&) = delete;
  TempDirectory& operator=(TempDirectory&&) = delete;
  ~TempDirectory() { std::filesystem::remove_all(path_); }

  void clear() const {
    for (const auto& entry : std::filesystem::directory_iterator{path_}) std::filesystem::remove_all(entry);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace corten::fuzz
