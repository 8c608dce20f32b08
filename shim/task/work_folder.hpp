// SPDX-License-Identifier: Apache-2.0
// A folder for the logs of CRIU.
#pragma once

#include <string>

#include "shim/task/process.hpp"

namespace corten::shim {

class WorkFolder {
 public:
  /// `asked`, or that of the task's options: they stay. Without either one in the bundle, which is made, and removed with
  /// its files in the end.
  explicit WorkFolder(const Task& task, const std::string& asked = {});
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
