// SPDX-License-Identifier: Apache-2.0
// A directory that looks like a cgroup: plain files, no root needed.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace corten::test {

class FakeTree {
 public:
  FakeTree() {
    std::string name = (std::filesystem::temp_directory_path() / "corten-cgroup-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  FakeTree(const FakeTree&) = delete;
  FakeTree& operator=(const FakeTree&) = delete;
  ~FakeTree() { std::filesystem::remove_all(root_); }

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] std::string path(const std::string& name) const { return root_ + "/" + name; }

  /// Makes a directory and returns its path.
  std::string directory(const std::string& name) const {
    std::filesystem::create_directories(path(name));
    return path(name);
  }

  /// Makes a file, and the directory it is in.
  void file(const std::string& name, const std::string& text = "") const {
    std::filesystem::create_directories(std::filesystem::path{path(name)}.parent_path());
    std::ofstream{path(name)} << text;
  }

  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in{path(name)};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

 private:
  std::string root_;
};

}  // namespace corten::test
