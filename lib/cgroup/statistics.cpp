// SPDX-License-Identifier: Apache-2.0
#include "cgroup/statistics.hpp"

#include <dirent.h>

#include <memory>

#include "cgroup/statistics_files.hpp"
#include "cgroup/v1/statistics.hpp"
#include "cgroup/v2/statistics.hpp"

namespace corten::cgroup {

using namespace resources;

std::vector<std::string> hugepage_sizes() {
  std::vector<std::string> sizes;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir{::opendir("/sys/kernel/mm/hugepages"), ::closedir};
  if (!dir) return sizes;
  while (const dirent* entry = ::readdir(dir.get())) {
    if (auto size = hugepage_size(entry->d_name); !size.empty()) sizes.push_back(std::move(size));
  }
  return sizes;
}

Statistics read_statistics(const Paths& paths) {
  Statistics statistics;
  if (paths.size() == 1 && paths.front().first.empty()) {
    read_unified(paths.front().second, hugepage_sizes(), statistics);
  } else if (!paths.empty()) {
    read_legacy(paths, hugepage_sizes(), statistics);
  }
  return statistics;
}

}  // namespace corten::cgroup
