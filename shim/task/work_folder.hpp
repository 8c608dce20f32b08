// SPDX-License-Identifier: Apache-2.0
// A folder for the logs of CRIU.
#pragma once

#include <string>

namespace corten::shim {

class WorkFolder {
 public:
  /// `given`, which stays; where it is empty, `own`, which is made, and removed with its files in the end.
  WorkFolder(std::string own, const std::string& given);
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  WorkFolder(WorkFolder&&) = delete;
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();

  [[nodiscard]] const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
  bool own_;
};

}  // namespace corten::shim
