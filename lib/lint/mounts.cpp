// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/path.hpp"
#include "base/text.hpp"
#include "config/mount_options.hpp"
#include "corten/nearest.hpp"
#include "lint/findings.hpp"

namespace corten::lint {
namespace {

using Kind = spec::JsonNode::Kind;

/// What the file systems of the kernel take besides the options of every mount; of others nothing is known.
struct FileSystem {
  std::string_view type;
  std::span<const std::string_view> options;
};

constexpr auto tmpfs = std::to_array<std::string_view>(
    {"size", "nr_blocks", "nr_inodes", "mode", "uid", "gid", "huge", "mpol", "noswap", "inode32", "inode64", "quota",
     "usrquota", "grpquota", "casefold", "strict_encoding", "context", "acl", "noacl"});
constexpr auto devpts =
    std::to_array<std::string_view>({"newinstance", "ptmxmode", "mode", "uid", "gid", "max", "context"});
constexpr auto proc = std::to_array<std::string_view>({"hidepid", "gid", "subset", "pidns"});
constexpr auto sysfs = std::to_array<std::string_view>({"context"});
constexpr auto cgroup2 =
    std::to_array<std::string_view>({"nsdelegate", "favordynmods", "memory_localevents", "memory_recursiveprot",
                                     "memory_hugetlb_accounting", "pids_localevents"});

constexpr std::array file_systems = {
    FileSystem{"tmpfs", tmpfs}, FileSystem{"devpts", devpts}, FileSystem{"proc", proc},
    FileSystem{"sysfs", sysfs}, FileSystem{"mqueue", sysfs},  FileSystem{"cgroup2", cgroup2},
};

constexpr std::string_view option_demand =
    "config-linux.md, Mount options: what is not known is data for the file system";

void check_option(Findings& findings, const Spot& spot, std::string_view type, bool bind) {
  const auto text = findings.document().text(spot);
  const auto name = text.substr(0, text.find('='));
  if (name.empty() || config::mount_options.find(name)) return;
  const auto* const known = std::ranges::find(file_systems, type, &FileSystem::type);
  const bool data = text.find('=') != std::string_view::npos;
  std::vector<std::string_view> names;
  for (const auto& row : config::mount_options.rows) names.push_back(row.name);
  if (!bind && known != file_systems.end()) {
    if (std::ranges::find(known->options, name) != known->options.end()) return;
    names.insert(names.end(), known->options.begin(), known->options.end());
  }
  const auto meant = nearest(name, names);
  if (bind) {
    findings.add(Severity::error, spot.pointer,
                 fmt::format("a bind mount has no option {}{}", quote(name), did_you_mean(name, names)), option_demand,
                 std::string{meant});
  } else if (known != file_systems.end()) {
    findings.add(Severity::error, spot.pointer,
                 fmt::format("{} has no option {}{}", type, quote(name), did_you_mean(name, names)), option_demand,
                 std::string{meant});
  } else if (!data && edit_distance(name, meant) == 1) {
    findings.add(Severity::warning, spot.pointer,
                 fmt::format("{} is no option of every mount{}", quote(name), did_you_mean(name, names)), option_demand,
                 std::string{meant});
  }
}

/// Options that contradict one another: the later one counts.
void check_opposites(Findings& findings, const std::vector<Spot>& options) {
  const auto& document = findings.document();
  for (std::size_t i = 0; i < options.size(); ++i) {
    const auto one = config::mount_options.find(document.text(options[i]));
    if (!one || one->kind != config::MountOption::Kind::flag || one->value == 0) continue;
    for (std::size_t j = i + 1; j < options.size(); ++j) {
      const auto other = config::mount_options.find(document.text(options[j]));
      if (!other || other->kind != one->kind || other->value != one->value || other->clears == one->clears) continue;
      findings.add(
          Severity::warning, options[i].pointer,
          fmt::format("{} is undone by {}", quote(document.text(options[i])), quote(document.text(options[j]))));
    }
  }
}

struct Destination {
  std::string path, pointer;
};

bool is_below(std::string_view path, std::string_view directory) {
  return directory == "/" || path == directory || (path.starts_with(directory) && path[directory.size()] == '/');
}

void check_covered(Findings& findings, const std::vector<Destination>& mounts) {
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const auto later = std::ranges::find_if(mounts.begin() + static_cast<std::ptrdiff_t>(i) + 1, mounts.end(),
                                            [&](const auto& other) { return is_below(mounts[i].path, other.path); });
    if (later == mounts.end()) continue;
    findings.add(Severity::warning, mounts[i].pointer,
                 fmt::format("{} is covered by the later mount on {}: nobody will see it", mounts[i].path, later->path),
                 "config.md, Mounts: \"The runtime MUST mount entries in the listed order.\"");
  }
}

}  // namespace

void check_mounts(Findings& findings) {
  const auto& document = findings.document();
  std::vector<Destination> destinations;
  for (const auto& mount : document.all("/mounts/*")) {
    if (!document.is(mount, Kind::object)) continue;
    const auto type = document.member(mount, "type");
    const auto destination = document.member(mount, "destination");
    const auto name = type ? document.text(*type) : std::string_view{};
    const auto options = document.all(mount.pointer + "/options/*");
    const auto is = [&](std::string_view option) {
      return std::ranges::any_of(options, [&](const Spot& spot) { return document.text(spot) == option; });
    };
    const bool bind = name == "bind" || is("bind") || is("rbind");
    if (!is("remount")) {
      for (const auto& option : options) check_option(findings, option, name, bind);
    }
    check_opposites(findings, options);
    const auto source = document.member(mount, "source");
    if (bind && (!source || document.text(*source).empty())) {
      findings.add(Severity::error, mount.pointer, "a bind mount needs a source",
                   "config.md, Mounts: for bind mounts, source is a path");
    }
    const bool covers = destination && document.text(*destination).starts_with('/') && !is("remount");
    if (covers) destinations.push_back({clean_path(document.text(*destination)), destination->pointer});
  }
  check_covered(findings, destinations);
}

}  // namespace corten::lint
