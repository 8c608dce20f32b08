// SPDX-License-Identifier: Apache-2.0
#include "shim/task/work_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <exception>
#include <filesystem>

#include "base/unique_fd.hpp"
#include "sys/file.hpp"

namespace corten::shim {

WorkFolder::WorkFolder(const Task& task, const std::string& asked)
    : path_{asked.empty() ? task.options.criu_work : asked}, own_{path_.empty()} {
  if (own_) path_ = std::filesystem::path{task.bundle} / "work" / "criu-work";
  sys::make_directories(path_, 0711);
}

WorkFolder::~WorkFolder() {
  const UniqueFd directory{own_ ? ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1};
  if (!directory.valid()) return;
  try {
    for (const auto& name : sys::names_in(directory.get(), path_)) ::unlinkat(directory.get(), name.c_str(), 0);
  } catch (const std::exception&) {  // it goes with the bundle
  }
  ::rmdir(path_.c_str());
}

}  // namespace corten::shim
