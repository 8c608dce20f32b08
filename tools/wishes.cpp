// SPDX-License-Identifier: Apache-2.0
#include "tools/wishes.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include <corten/capabilities.hpp>
#include <corten/nearest.hpp>
#include <corten/seccomp.hpp>
#include <corten/users.hpp>

#include "base/text.hpp"
#include "cmd/error.hpp"
#include "cmd/system.hpp"
#include "cmd/units.hpp"
#include "tools/default_filter.hpp"

namespace corten::tools {
namespace {

using Json = nlohmann::ordered_json;

/// "CAP_CHOWN" of "chown", "cap_chown" and so on; all that there are of "ALL".
std::vector<std::string> capabilities_of(const std::string& option, std::string_view word) {
  const auto known = capabilities::known();
  std::string name{word};
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (name == "ALL") return known;
  if (!name.starts_with("CAP_")) name.insert(0, "CAP_");
  if (std::ranges::find(known, name) == known.end()) {
    throw cmd::Error{fmt::format("--{}: there is no capability {}{}", option, quote(word),
                                 did_you_mean(name, std::vector<std::string_view>{known.begin(), known.end()}))};
  }
  return {name};
}

void change_capabilities(Json& process, const cmd::SpecOptions& options) {
  for (auto& set : process["capabilities"]) {
    auto names = set.get<std::vector<std::string>>();
    for (const auto& word : options.cap_drop) {
      for (const auto& name : capabilities_of("cap-drop", word)) std::erase(names, name);
    }
    for (const auto& word : options.cap_add) {
      for (const auto& name : capabilities_of("cap-add", word)) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
      }
    }
    set = names;
  }
}

/// Docker's --mount: "type=bind,source=/a,destination=/b,ro"; a word that has another name, or none, is an option.
Json mount_of(const std::string& text) {
  Json mount = {{"destination", ""}, {"type", "bind"}, {"source", ""}, {"options", Json::array()}};
  for (const auto word : split(text, ',')) {
    const auto name = word.substr(0, word.find('='));
    const std::string value{name.size() < word.size() ? word.substr(name.size() + 1) : ""};
    if (name == "type") {
      mount["type"] = value;
    } else if (name == "source" || name == "src") {
      mount["source"] = value;
    } else if (name == "destination" || name == "dst" || name == "target") {
      mount["destination"] = value;
    } else if (name == "readonly") {
      mount["options"].push_back("ro");
    } else if (!word.empty()) {
      mount["options"].push_back(word);
    }
  }
  const auto refuse = [&](std::string_view what) {
    throw cmd::Error{fmt::format("--mount {}: {}", quote(text), what)};
  };
  if (!mount["destination"].get<std::string>().starts_with('/')) refuse("needs destination=, an absolute path");
  if (mount["type"] == "bind") {
    if (mount["source"] == "") refuse("needs source=, or another type=");
    mount["options"].insert(mount["options"].begin(), "rbind");
  } else if (mount["source"] == "") {
    mount["source"] = mount["type"];
  }
  return mount;
}

/// One with a destination that is there takes its place.
void add_mount(Json& mounts, Json mount) {
  for (auto& other : mounts) {
    if (other["destination"] == mount["destination"]) {
      other = std::move(mount);
      return;
    }
  }
  mounts.push_back(std::move(mount));
}

void set_variable(Json& env, const std::string& variable) {
  const auto name = variable.substr(0, variable.find('='));
  if (name.empty() || name.size() == variable.size()) {
    throw cmd::Error{fmt::format("--env {}: needs the form NAME=VALUE", quote(variable))};
  }
  for (auto& other : env) {
    if (other.get<std::string>().starts_with(name + '=')) {
      other = variable;
      return;
    }
  }
  env.push_back(variable);
}

Json user_of(const std::string& who, const std::string& root) {
  try {
    const auto user = users::Database{root}.resolve(who);
    Json json = {{"uid", user.uid}, {"gid", user.gid}};
    if (!user.groups.empty()) json["additionalGids"] = user.groups;
    return json;
  } catch (const corten::Error& error) {
    throw cmd::Error{fmt::format("--user {}: {}", quote(who), error.what())};
  }
}

std::int64_t memory_of(const std::string& text) {
  try {
    return cmd::parse_size(text);
  } catch (const cmd::Error& error) {
    throw cmd::Error{fmt::format("--memory {}: {}", quote(text), error.message())};
  }
}

Json cpu_of(const std::string& text) {
  constexpr std::uint64_t period = 100'000;  // microseconds, the kernel's own
  std::size_t end = 0;
  double cpus = 0;
  try {
    cpus = std::stod(text, &end);
  } catch (const std::exception&) {
    end = 0;
  }
  if (end != text.size() || !std::isfinite(cpus) || cpus < 0.01 || cpus > 1e6) {
    throw cmd::Error{fmt::format("--cpus {}: needs a number of processors, 0.01 at least", quote(text))};
  }
  return {{"quota", std::llround(cpus * static_cast<double>(period))}, {"period", period}};
}

Json filter_of(const std::string& name) {
  if (name == "default") return Json::parse(default_filter());
  const auto text = cmd::read_all(cmd::open_file(name, O_RDONLY).get(), name);
  const auto filter = Json::parse(text, nullptr, false);
  if (!filter.is_object() || !filter.contains("defaultAction")) {
    throw cmd::Error{fmt::format("--seccomp {}: is no object like linux.seccomp of config.json", quote(name))};
  }
  return filter;
}

}  // namespace

std::string with_wishes(const std::string& text, const cmd::SpecOptions& options) {
  auto config = Json::parse(text);
  auto& process = config["process"];
  auto& platform = config["linux"];
  if (!options.args.empty()) process["args"] = options.args;
  // Whoever names a program mostly wants its output, not a terminal.
  process["terminal"] = options.tty.value_or(options.args.empty());
  if (!options.cwd.empty()) process["cwd"] = options.cwd;
  for (const auto& variable : options.env) set_variable(process["env"], variable);
  if (!options.cap_add.empty() || !options.cap_drop.empty()) change_capabilities(process, options);
  if (!options.rootfs.empty()) config["root"]["path"] = options.rootfs;
  if (options.writable) config["root"]["readonly"] = false;
  for (const auto& mount : options.mounts) add_mount(config["mounts"], mount_of(mount));
  if (!options.user.empty()) {
    const std::filesystem::path bundle = std::filesystem::absolute(options.bundle.empty() ? "." : options.bundle);
    process["user"] = user_of(options.user, bundle / config["root"]["path"].get<std::string>());
  }
  if (!options.memory.empty()) platform["resources"]["memory"]["limit"] = memory_of(options.memory);
  if (!options.cpus.empty()) platform["resources"]["cpu"] = cpu_of(options.cpus);
  if (!options.seccomp.empty()) platform["seccomp"] = filter_of(options.seccomp);
  return config.dump(1, '\t') + '\n';
}

}  // namespace corten::tools
