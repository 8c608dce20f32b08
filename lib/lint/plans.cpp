// SPDX-License-Identifier: Apache-2.0
// The rules of this folder say more than planning does. What they leave is found by planning itself, piece by piece: a configuration
// without errors is one that `create` takes.
#include <fmt/core.h>

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"
#include "config/annotations.hpp"
#include "config/mounts.hpp"
#include "config/namespaces.hpp"
#include "config/process.hpp"
#include "config/resources.hpp"
#include "config/seccomp.hpp"
#include "config/sysctl.hpp"
#include "lint/findings.hpp"
#include "security/filter_rules.hpp"
#include "security/seccomp.hpp"
#include "spec/config.hpp"

namespace corten::lint {
namespace {

/// Where a sentence starts with the way to the value that it is about: that value, and the rest of the sentence.
std::optional<std::pair<std::string, std::string>> of_path(const Document& document, const std::string& message) {
  const auto colon = message.find(": ");
  if (colon == std::string::npos) return std::nullopt;
  auto pointer = pointer_of_path(std::string_view{message}.substr(0, colon));
  if (!pointer || pointer->find('/', 1) == std::string::npos ||
      !document.find(pointer->substr(0, pointer->find('/', 1)))) {
    return std::nullopt;
  }
  return std::pair{std::move(*pointer), message.substr(colon + 2)};
}

class Planning {
 public:
  explicit Planning(Findings& findings) : findings_{findings} {}

  void attempt(std::string_view pointer, const std::function<void()>& plan) {
    try {
      plan();
    } catch (const Error& error) {
      auto found = of_path(findings_.document(), error.message());
      if (!found) found = {std::string{pointer}, error.message()};
      findings_.add(Severity::error, std::move(found->first), std::move(found->second));
    }
  }

 private:
  Findings& findings_;
};

void plan_platform(Planning& planning, const spec::Config& config) {
  const auto& platform = *config.platform;
  planning.attempt("/linux/namespaces",
                   [&] { config::check_namespaces(config, config::plan_namespaces(platform), false); });
  planning.attempt("/linux", [&] {
    process::Launch launch;
    config::add_platform(launch, platform);
  });
  if (platform.resources) {
    planning.attempt("/linux/resources", [&] { static_cast<void>(config::plan_resources(*platform.resources)); });
  }
  planning.attempt("/linux/cgroupsPath", [&] {
    auto bare = config;
    bare.platform->resources.reset();
    static_cast<void>(config::plan_cgroup(bare, {"check"}));
  });
  planning.attempt("/linux/sysctl", [&] { static_cast<void>(config::plan_sysctl(config, false)); });
  planning.attempt("/linux/devices", [&] { static_cast<void>(config::plan_devices(platform.devices)); });
  if (!platform.seccomp) return;
  planning.attempt("/linux/seccomp", [&] {
    const auto source = config::plan_filter(*platform.seccomp, config::read_annotations(config.annotations));
    if (source) static_cast<void>(security::compile(*source));
  });
}

}  // namespace

void check_plans(Findings& findings, std::string_view text) {
  log::hand_on([](log::Level, std::string_view) {}, false);  // planning's warnings are ours, too
  Planning planning{findings};
  spec::Config config;
  bool read = false;
  planning.attempt("", [&] {
    config = spec::parse_config(text);
    read = true;
  });
  if (!read) return;
  planning.attempt("/process", [&] { config::check_process(config.process); });
  if (config.process) {
    planning.attempt("/process", [&] { static_cast<void>(config::plan_launch(*config.process)); });
    planning.attempt("/process", [&] { static_cast<void>(config::plan_host_settings(*config.process)); });
    planning.attempt("/process/execCPUAffinity",
                     [&] { static_cast<void>(config::plan_final_affinity(*config.process)); });
  }
  planning.attempt("/hooks", [&] { config::check_hooks(config.hooks); });
  if (config.platform) plan_platform(planning, config);
  if (findings.has_errors()) return;
  planning.attempt("/mounts", [&] {
    config::RootfsContext context;
    context.bundle = "/";
    static_cast<void>(config::plan_rootfs(config, context));
  });
}

}  // namespace corten::lint
