// SPDX-License-Identifier: Apache-2.0
#include "config/mount_id_map.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::config {
namespace {

[[noreturn]] void refuse(std::string_view range, std::string_view why) {
  throw Error{fmt::format("idmap: {} {}", quote(range), why)};
}

std::uint32_t on_host(std::string_view range, std::uint32_t id, const std::vector<spec::IdMapping>& mappings) {
  for (const auto& mapping : mappings) {
    if (id >= mapping.container_id && id - mapping.container_id < mapping.size)
      return id - mapping.container_id + mapping.host_id;
  }
  refuse(range, fmt::format("is relative to the container's user namespace, which does not map {}", id));
}

rootfs::IdRange read_range(std::string_view text, const std::vector<spec::IdMapping>& mappings) {
  const bool relative = text.starts_with('@');
  const auto pieces = split(text.substr(relative ? 1 : 0), '-');
  std::uint32_t numbers[3] = {};
  if (pieces.size() != std::size(numbers)) refuse(text, "is no range: three numbers, as in 0-1000-10");
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto number = parse_number<std::uint32_t>(pieces[i]);
    if (!number) refuse(text, "is no range: three numbers, as in 0-1000-10");
    numbers[i] = *number;
  }
  const auto [first, second, size] = numbers;
  if (size == 0) refuse(text, "has no ids");
  return {first, relative ? on_host(text, second, mappings) : second, size};
}

}  // namespace

std::optional<std::string_view> id_map_text(std::string_view option) {
  if (option.starts_with('r')) option.remove_prefix(1);
  constexpr std::string_view name = "idmap=";
  if (!option.starts_with(name)) return std::nullopt;
  return option.substr(name.size());
}

void read_id_map(rootfs::MountIdMap& map, std::string_view option, const spec::Linux& platform) {
  const auto text = id_map_text(option);
  if (!text) return;
  for (const auto part : split(*text, ';')) {
    const bool uids = part.starts_with("uids=");
    if (!uids && !part.starts_with("gids=")) refuse(part, "is neither uids= nor gids=");
    auto& ranges = uids ? map.uids : map.gids;
    const auto& mappings = uids ? platform.uid_mappings : platform.gid_mappings;
    for (const auto range : split(part.substr(5), '#')) ranges.push_back(read_range(range, mappings));
  }
}

}  // namespace corten::config
