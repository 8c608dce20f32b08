// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <seccomp.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "corten/nearest.hpp"
#include "lint/findings.hpp"
#include "security/kernel_calls.hpp"
#include "security/seccomp_tables.hpp"

namespace corten::lint {
namespace {

constexpr std::string_view calls_demand =
    "config-linux.md, Seccomp: names of system calls; the runtime may pass over those it does not know";

/// The system calls of this machine's architecture, by their numbers.
std::vector<std::string> call_names() {
  constexpr int highest = 1000;
  std::vector<std::string> names;
  for (int number = 0; number < highest; ++number) {
    char* const name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
    if (name == nullptr) continue;
    names.emplace_back(name);
    std::free(name);  // NOLINT(cppcoreguidelines-no-malloc): libseccomp's
  }
  return names;
}

bool is_call(const std::string& name) {
  return ::seccomp_syscall_resolve_name(name.c_str()) != __NR_SCMP_ERROR || security::is_kernel_call(name);
}

void check_calls(Findings& findings) {
  const auto& document = findings.document();
  std::vector<std::string> names;
  std::vector<std::string_view> views;
  for (const auto& spot : document.all("/linux/seccomp/syscalls/*/names/*")) {
    const std::string name{document.text(spot)};
    if (name.empty() || is_call(name)) continue;
    if (names.empty()) {
      names = call_names();
      views.assign(names.begin(), names.end());
    }
    const auto meant = nearest(name, views);
    findings.add(Severity::warning, spot.pointer,
                 fmt::format("no system call is known with the name {}, and none is filtered{}", quote(name),
                             did_you_mean(name, views)),
                 calls_demand, std::string{meant});
  }
  for (const auto& spot : document.all("/linux/seccomp/syscalls/*/names")) {
    if (!document.is(spot, spec::JsonNode::Kind::array) || document[spot].value != 0) continue;
    findings.add(Severity::error, spot.pointer, "has to have one entry at least",
                 "config-linux.md, Seccomp: \"names MUST contain at least one entry.\"");
  }
}

/// A profile that names architectures, and not this one.
void check_architectures(Findings& findings) {
  const auto& document = findings.document();
  const auto spots = document.all("/linux/seccomp/architectures/*");
  const auto native = security::filter_architectures.name_of(::seccomp_arch_native());
  if (spots.empty() || native.empty()) return;
  const bool named = std::ranges::any_of(spots, [&](const Spot& spot) { return document.text(spot) == native; });
  if (named) return;
  findings.add(Severity::warning, "/linux/seccomp/architectures",
               fmt::format("the profile is for other architectures than this machine's, {}", native),
               "config-linux.md, Seccomp: \"architectures (array of strings, OPTIONAL) - the architecture used for "
               "system calls\"",
               std::string{native});
}

void check_listener(Findings& findings) {
  const auto& document = findings.document();
  const auto notifies = [&](std::string_view pattern) {
    return std::ranges::any_of(document.all(pattern),
                               [&](const Spot& spot) { return document.text(spot) == "SCMP_ACT_NOTIFY"; });
  };
  if (!notifies("/linux/seccomp/syscalls/*/action") || !document.all("/linux/seccomp/listenerPath").empty()) return;
  findings.add(Severity::error, "/linux/seccomp", "SCMP_ACT_NOTIFY needs a listenerPath",
               "config-linux.md, Seccomp: listenerPath is where the descriptor is sent");
}

}  // namespace

void check_filter(Findings& findings) {
  check_calls(findings);
  check_architectures(findings);
  check_listener(findings);
}

}  // namespace corten::lint
