// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "lint/findings.hpp"

namespace corten::lint {
namespace {

struct Need {
  std::string_view pattern;  // a value that is there, and no empty text
  std::string_view thing;    // as `corten check` calls it
};

constexpr auto needs = std::to_array<Need>({
    {"/linux/resources/cpu", "cgroup.cpu"},
    {"/linux/resources/cpu/cpus", "cgroup.cpuset"},
    {"/linux/resources/memory", "cgroup.memory"},
    {"/linux/resources/pids", "cgroup.pids"},
    {"/linux/resources/blockIO", "cgroup.io"},
    {"/linux/seccomp", "seccomp"},
    {"/process/apparmorProfile", "apparmor"},
    {"/process/selinuxLabel", "selinux"},
    {"/mounts/*/uidMappings/0", "id-mapped-mounts"},
});

void check_file(Findings& findings, const Spot& spot) {
  const auto path = findings.document().text(spot);
  struct stat found {};
  if (!path.starts_with('/') || ::stat(std::string{path}.c_str(), &found) == 0) return;
  findings.add(Severity::error, spot.pointer, fmt::format("{} on this host: {}", quote(path), errno_text(errno)));
}

}  // namespace

void check_host(Findings& findings, const WhyMissing& why_missing) {
  const auto& document = findings.document();
  const auto look = [&](const Spot& spot, std::string_view thing) {
    const auto why = why_missing(thing);
    if (!why.empty()) findings.add(Severity::error, spot.pointer, fmt::format("this host has no {}: {}", thing, why));
  };
  for (const auto& need : needs) {
    for (const auto& spot : document.all(need.pattern)) {
      const bool empty = document.is(spot, spec::JsonNode::Kind::string) && document.text(spot).empty();
      if (!empty) look(spot, need.thing);
    }
  }
  for (const auto& spot : document.all("/linux/namespaces/*")) {
    const auto type = document.member(spot, "type");
    if (type && !document.member(spot, "path")) look(*type, fmt::format("namespace.{}", document.text(*type)));
  }
  for (const auto& mount : document.all("/mounts/*")) {
    const auto type = document.member(mount, "type");
    if (type && document.text(*type) == "overlay") look(*type, "overlay");
    const auto options = document.all(mount.pointer + "/options/*");
    const bool bind = std::ranges::any_of(options, [&](const Spot& option) {
      return document.text(option) == "bind" || document.text(option) == "rbind";
    });
    const auto source = document.member(mount, "source");
    if (bind && source) check_file(findings, *source);
  }
  for (const auto& spot : document.all("/hooks/*/*/path")) check_file(findings, spot);
}

}  // namespace corten::lint
