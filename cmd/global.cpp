// SPDX-License-Identifier: Apache-2.0
#include "cmd/global.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"
#include "base/trace.hpp"
#include "cmd/log_target.hpp"

namespace corten::cmd {
namespace {

constexpr auto log_formats = named_table<log::Format>({{"text", log::Format::text}, {"json", log::Format::json}});

constexpr auto log_levels = named_table<log::Level>(
    {{"debug", log::Level::debug}, {"warning", log::Level::warning}, {"error", log::Level::error}});

constexpr auto drivers = named_table<cgroup::Driver>({{"cgroupfs", cgroup::Driver::files},
                                                      {"systemd", cgroup::Driver::systemd},
                                                      {"disabled", cgroup::Driver::disabled}});

container::Rootless rootless(const std::string& text) {
  if (text.empty() || to_lower(text) == "auto") return container::Rootless::automatic;
  const auto value = parse_bool(text);
  if (!value) throw Error{fmt::format("invalid value {} for --rootless: true, false or auto", quote(text))};
  return *value ? container::Rootless::yes : container::Rootless::no;
}

cgroup::Driver cgroup_driver(const Global& global) {
  if (global.cgroup_manager.empty()) return global.systemd_cgroup ? cgroup::Driver::systemd : cgroup::Driver::files;
  const auto driver = drivers.find(global.cgroup_manager);
  if (!driver) throw Error{fmt::format("unknown cgroup manager {}", quote(global.cgroup_manager))};
  return *driver;
}

/// runc has no such option, and shows what is worth a warning or a word.
log::Level log_level(const Global& global) {
  if (global.debug) return log::Level::debug;
  if (global.log_level.empty()) return log::Level::info;
  const auto level = log_levels.find(global.log_level);
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
  const auto format = log_formats.find(global.log_format.empty() ? "text" : global.log_format);
  if (!format) throw Error{fmt::format("invalid log-format: {}", global.log_format)};
  open_log(global.log, *format);
  log::show(log_level(global));
  if (const char* trace = std::getenv("CORTEN_TRACE"); trace != nullptr && global.trace.empty()) global.trace = trace;
  if (!global.trace.empty()) trace::open(global.trace);
  global.settings.rootless = rootless(global.rootless);
  global.settings.cgroup_driver = cgroup_driver(global);
  global.settings.maps_own_ids = global.is_crun();
}

}  // namespace corten::cmd
