// SPDX-License-Identifier: Apache-2.0
#include "container/create/own_ids.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "sys/file.hpp"
#include "sys/user_name.hpp"

namespace corten::container {
namespace {

bool is_user(const spec::Namespace& space) { return space.type == "user"; }

/// Lines are NAME:FIRST:COUNT, or begin with the user's number; subuid(5).
void add_ranges(std::vector<spec::IdMapping>& mappings, const char* file, const std::string& name) {
  const auto text = sys::read_file_if_exists(AT_FDCWD, file);
  if (!text) return;
  const auto number = fmt::format("{}", ::geteuid());
  for (const auto line : split(*text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() != 3 || (fields[0] != name && fields[0] != number)) continue;
    const auto first = parse_number<std::uint32_t>(fields[1]);
    const auto count = parse_number<std::uint32_t>(trim(fields[2]));
    const auto next = mappings.back().container_id + mappings.back().size;
    if (first && count && *count != 0) mappings.push_back({next, *first, *count});
  }
}

}  // namespace

bool has_id_maps(const spec::Config& config) {
  if (!config.platform) return false;
  const auto& platform = *config.platform;
  return !platform.uid_mappings.empty() || !platform.gid_mappings.empty() ||
         std::ranges::any_of(platform.namespaces, [](const auto& ns) { return is_user(ns) && !ns.path.empty(); });
}

void map_own_ids(spec::Linux& platform) {
  if (std::ranges::none_of(platform.namespaces, is_user)) platform.namespaces.push_back({"user", {}});
  const auto name = sys::user_name(::geteuid());
  platform.uid_mappings.push_back({0, ::geteuid(), 1});
  platform.gid_mappings.push_back({0, ::getegid(), 1});
  add_ranges(platform.uid_mappings, "/etc/subuid", name);
  add_ranges(platform.gid_mappings, "/etc/subgid", name);
}

}  // namespace corten::container
