// SPDX-License-Identifier: Apache-2.0
#include "cmd/global.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>

#include <corten/text.hpp>

#include "cmd/error.hpp"
#include "cmd/log_target.hpp"
#include "cmd/text.hpp"

namespace corten::cmd {
namespace {

constexpr auto log_formats =
    std::to_array<Word<log::Format>>({{"text", log::Format::text}, {"json", log::Format::json}});

constexpr auto log_levels =
    std::to_array<Word<corten_level>>({{"debug", CORTEN_DEBUG}, {"warning", CORTEN_WARNING}, {"error", CORTEN_ERROR}});

constexpr auto managers = std::to_array<Word<corten_cgroups>>(
    {{"cgroupfs", CORTEN_CGROUPS_FILES}, {"systemd", CORTEN_CGROUPS_SYSTEMD}, {"disabled", CORTEN_CGROUPS_NONE}});

corten_rootless rootless(const std::string& text) {
  if (text.empty() || to_lower(text) == "auto") return CORTEN_ROOTLESS_AUTOMATIC;
  const auto value = parse_bool(text);
  if (!value) throw Error{fmt::format("invalid value {} for --rootless: true, false or auto", quote(text))};
  return *value ? CORTEN_ROOTLESS_YES : CORTEN_ROOTLESS_NO;
}

corten_cgroups cgroups(const Global& global) {
  if (global.cgroup_manager.empty()) return global.systemd_cgroup ? CORTEN_CGROUPS_SYSTEMD : CORTEN_CGROUPS_FILES;
  const auto manager = find_word(managers, global.cgroup_manager);
  if (!manager) throw Error{fmt::format("unknown cgroup manager {}", quote(global.cgroup_manager))};
  return *manager;
}

/// runc has no such option, and shows what is worth a warning or a word.
corten_level log_level(const Global& global) {
  if (global.debug) return CORTEN_DEBUG;
  if (global.log_level.empty()) return CORTEN_INFO;
  const auto level = find_word(log_levels, global.log_level);
  if (!level) throw Error{fmt::format("invalid log-level: {}", global.log_level)};
  return *level;
}

}  // namespace

std::vector<Option> global_options(Global& global) {
  return {
      {"debug", 0, &global.debug, "log debug messages"},
      {"log", 0, &global.log, "file to append messages to, journald:NAME or syslog:NAME (default: standard error)"},
      {"log-format", 0, &global.log_format, "format of messages: 'text' or 'json'"},
      {"log-level", 0, &global.log_level, "least messages: 'debug', 'warning' or 'error'"},
      {"root", 0, &global.settings.root, "directory of the containers' state; should be on a tmpfs"},
      {"systemd-cgroup", 0, &global.systemd_cgroup,
       R"(let systemd create cgroups; cgroupsPath is "slice:prefix:name" then, as in "system.slice:runc:434234")"},
      {"cgroup-manager", 0, &global.cgroup_manager, "cgroup manager: 'cgroupfs', 'systemd' or 'disabled'"},
      {"rootless", 0, &global.rootless, "ignore missing permission for cgroups: 'true', 'false' or 'auto'"},
      {"trace", 0, &global.trace, "file to append the phases of a start to, for Perfetto (default: $CORTEN_TRACE)"},
      {"help", 'h', &global.help, "show help"},
      {"version", 'v', &global.version, "print the version"},
      {"V", 0, &global.version, ""},
      {"?", 0, &global.help, ""},
      {"usage", 0, &global.usage, ""},
  };
}

void apply(Global& global) {
  auto& root = global.settings.root;
  if (root != global.default_root) {
    root = std::filesystem::absolute(root.empty() ? "." : root).lexically_normal().string();
    if (root.size() > 1 && root.ends_with('/')) root.pop_back();
    if (root == "/") throw Error{"Option --root argument should not be set to /"};
  }
  const auto format = find_word(log_formats, global.log_format.empty() ? "text" : global.log_format);
  if (!format) throw Error{fmt::format("invalid log-format: {}", global.log_format)};
  open_log(global.log, *format, log_level(global));
  if (const char* trace = std::getenv("CORTEN_TRACE"); trace != nullptr && global.trace.empty()) global.trace = trace;
  if (!global.trace.empty()) set_trace(global.trace);
  global.settings.rootless = rootless(global.rootless);
  global.settings.cgroups = cgroups(global);
  global.settings.map_own_ids = global.is_crun();
}

}  // namespace corten::cmd
