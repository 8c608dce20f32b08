// SPDX-License-Identifier: Apache-2.0
#include "rdt/statistics.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"

namespace corten::rdt {
namespace {

std::string text_of(const std::string& path) {
  const auto text = sys::read_file(path);
  return std::string{trim(text)};
}

std::uint64_t number_of(const std::string& path) {
  const auto text = text_of(path);
  if (const auto number = parse_number<std::uint64_t>(text)) return *number;
  throw Error{fmt::format("unable to parse {} as a uint from file {}", quote(text), quote(path))};
}

/// The last line that speaks of `resource`, or empty.
std::string line_of(const std::vector<std::string>& lines, std::string_view resource) {
  std::string found;
  for (const auto& line : lines) {
    if (line.find(resource) != std::string::npos) found = line;
  }
  return found;
}

std::vector<std::string> domains_of(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir{::opendir(directory.c_str()), ::closedir};
  if (!dir) throw_errno(fmt::format("open {}", directory), errno);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(dir.get())) {
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  std::ranges::sort(names);
  return names;
}

void read_monitors(const std::string& root, const std::string& group, resources::RdtStatistics& statistics) {
  const auto text = sys::read_file_if_exists(AT_FDCWD, root + "/info/L3_MON/mon_features");
  if (!text) return;
  const auto features = split(trim(*text), '\n');
  const auto has = [&](std::string_view name) { return std::ranges::find(features, name) != features.end(); };
  const bool total = has("mbm_total_bytes");
  const bool local = has("mbm_local_bytes");
  const bool occupancy = has("llc_occupancy");
  if (!total && !local && !occupancy) return;
  if (total || local) statistics.bandwidth_usage.emplace();
  if (occupancy) statistics.cache_usage.emplace();
  for (const auto& name : domains_of(group + "/mon_data")) {
    const auto domain = fmt::format("{}/mon_data/{}/", group, name);
    if (total || local) {
      statistics.bandwidth_usage->push_back(
          {total ? number_of(domain + "mbm_total_bytes") : 0, local ? number_of(domain + "mbm_local_bytes") : 0});
    }
    if (occupancy) statistics.cache_usage->push_back({number_of(domain + "llc_occupancy")});
  }
}

}  // namespace

resources::RdtStatistics read_statistics(const std::string& root, const Group& group) {
  resources::RdtStatistics statistics;
  const auto root_lines = schemata_of(root);
  statistics.schemata = schemata_of(group.path);
  if (allocates_cache(root)) {
    const auto info = root + "/info/L3/";
    statistics.cache = {text_of(info + "cbm_mask"), number_of(info + "min_cbm_bits"), number_of(info + "num_closids")};
    statistics.cache_schema_root = line_of(root_lines, "L3");
    statistics.cache_schema = line_of(statistics.schemata, "L3");
  }
  if (allocates_bandwidth(root)) {
    const auto info = root + "/info/MB/";
    statistics.bandwidth = {number_of(info + "bandwidth_gran"), number_of(info + "delay_linear"),
                            number_of(info + "min_bandwidth"), number_of(info + "num_closids")};
    statistics.bandwidth_schema_root = line_of(root_lines, "MB");
    statistics.bandwidth_schema = line_of(statistics.schemata, "MB");
  }
  // Without a monitoring group of its own the numbers are those of all that share the group.
  read_monitors(root, group.monitor_path.empty() ? group.path : group.monitor_path, statistics);
  return statistics;
}

}  // namespace corten::rdt
