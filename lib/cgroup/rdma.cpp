// SPDX-License-Identifier: Apache-2.0
#include "cgroup/rdma.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "cgroup/statistics_files.hpp"
#include "cgroup/write.hpp"

namespace corten::cgroup {

using resources::RdmaUsage;

namespace {

RdmaUsage& of_device(std::vector<RdmaUsage>& all, std::string_view device) {
  const auto found = std::ranges::find(all, device, &RdmaUsage::device);
  if (found != all.end()) return *found;
  auto& added = all.emplace_back();
  added.device = device;
  return added;
}

/// Lines as "mlx5_1 hca_handle=2 hca_object=max".
void add_lines(std::string_view text, std::vector<RdmaUsage>& all, std::uint64_t RdmaUsage::*handles,
               std::uint64_t RdmaUsage::*objects) {
  for (const auto line : split(text, '\n')) {
    const auto words = words_of(line);
    if (words.empty()) continue;
    auto& device = of_device(all, words[0]);
    for (const auto word : words) {
      const auto equals = word.find('=');
      if (equals == std::string_view::npos) continue;
      const auto value = word.substr(equals + 1);
      const auto count = value == "max" ? UINT64_MAX : count_of(value);
      if (word.starts_with("hca_handle=")) device.*handles = count;
      if (word.starts_with("hca_object=")) device.*objects = count;
    }
  }
}

}  // namespace

std::vector<RdmaUsage> parse_rdma(std::string_view current, std::string_view limits) {
  std::vector<RdmaUsage> all;
  add_lines(current, all, &RdmaUsage::hca_handles, &RdmaUsage::hca_objects);
  add_lines(limits, all, &RdmaUsage::hca_handles_limit, &RdmaUsage::hca_objects_limit);
  return all;
}

std::vector<RdmaUsage> read_rdma(const Paths& paths) {
  const auto directory = directory_of(paths, "rdma");
  if (directory.empty()) return {};
  return parse_rdma(read_if_exists(directory + "/rdma.current").value_or(""),
                    read_if_exists(directory + "/rdma.max").value_or(""));
}

}  // namespace corten::cgroup
