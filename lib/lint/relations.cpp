// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "lint/findings.hpp"

namespace corten::lint {
namespace {

using Kind = spec::JsonNode::Kind;

bool is_version(std::string_view text) {
  const auto parts = split(text.substr(0, text.find_first_of("-+")), '.');
  return parts.size() == 3 &&
         std::ranges::all_of(parts, [](auto part) { return parse_number<unsigned>(part).has_value(); });
}

void check_version(Findings& findings) {
  const auto& document = findings.document();
  for (const auto& spot : document.all("/ociVersion")) {
    const auto version = document.text(spot);
    if (version.empty() || is_version(version)) continue;
    findings.add(Severity::error, spot.pointer, fmt::format("{} is no version", quote(version)),
                 "config.md, Specification version: \"ociVersion (string, REQUIRED) MUST be in SemVer v2.0.0 format\"",
                 "1.2.0");
  }
}

void check_args(Findings& findings) {
  const auto& document = findings.document();
  for (const auto& spot : document.all("/process/args")) {
    if (!document.is(spot, Kind::array) || document[spot].value != 0) continue;
    findings.add(Severity::error, spot.pointer, "has to have one entry at least",
                 "config.md, Process: \"The entrypoint ... at least one entry is REQUIRED\"");
  }
}

void check_env(Findings& findings, std::string_view pattern) {
  const auto& document = findings.document();
  std::map<std::string, std::string, std::less<>> seen;
  for (const auto& spot : document.all(pattern)) {
    if (!document.is(spot, Kind::string)) continue;
    const auto text = document.text(spot);
    const auto equals = text.find('=');
    constexpr std::string_view demand = "config.md, Process: env has the semantics of environ, NAME=VALUE";
    if (equals == std::string_view::npos) {
      findings.add(Severity::error, spot.pointer, fmt::format("{} has no \"=\"", quote(text)), demand,
                   fmt::format("{}=", text));
    } else if (equals == 0) {
      findings.add(Severity::error, spot.pointer, "a variable without a name", demand);
    } else if (const auto [at, fresh] = seen.emplace(text.substr(0, equals), spot.pointer); !fresh) {
      findings.add(Severity::warning, at->second,
                   fmt::format("{} is set again at {}, which counts", at->first, spot.pointer));
    }
  }
}

void check_rlimits(Findings& findings) {
  const auto& document = findings.document();
  std::set<std::string, std::less<>> seen;
  for (const auto& spot : document.all("/process/rlimits/*")) {
    const auto type = document.member(spot, "type");
    if (type && document.is(*type, Kind::string) && !seen.emplace(document.text(*type)).second) {
      findings.add(Severity::error, type->pointer, fmt::format("{} is there more than once", document.text(*type)),
                   "config.md, POSIX process: \"If rlimits contains duplicated entries with same type, the runtime "
                   "MUST generate an error.\"");
    }
    const auto soft = document.member(spot, "soft");
    const auto hard = document.member(spot, "hard");
    if (!soft || !hard || !document.is(*soft, Kind::number) || !document.is(*hard, Kind::number)) continue;
    if (document[*soft].value <= document[*hard].value) continue;
    findings.add(
        Severity::error, soft->pointer,
        fmt::format("the soft limit, {}, is above the hard limit, {}", document[*soft].value, document[*hard].value),
        "config.md, POSIX process: hard is the \"ceiling for the soft limit\"",
        fmt::format("{}", document[*hard].value));
  }
}

/// What a capability of one set needs in others to have an effect.
void check_capabilities(Findings& findings) {
  const auto& document = findings.document();
  const auto members = [&](std::string_view set) {
    std::set<std::string, std::less<>> names;
    for (const auto& spot : document.all(fmt::format("/process/capabilities/{}/*", set)))
      names.emplace(document.text(spot));
    return names;
  };
  struct Row {
    std::string_view set, needs;
  };
  for (const auto& [set, needs] :
       {Row{"effective", "permitted"}, Row{"ambient", "permitted"}, Row{"ambient", "inheritable"}}) {
    const auto needed = members(needs);
    for (const auto& spot : document.all(fmt::format("/process/capabilities/{}/*", set))) {
      const auto name = document.text(spot);
      if (name.empty() || needed.contains(name)) continue;
      findings.add(
          set == "effective" ? Severity::error : Severity::warning, spot.pointer,
          fmt::format("{} is {} and not {}: the kernel does not give it", name, set, needs),
          "capabilities(7): effective capabilities are permitted ones, ambient ones permitted and inheritable");
    }
  }
}

struct Kinds {
  std::map<std::string, std::string, std::less<>> pointers;  // by type
  [[nodiscard]] bool has(std::string_view type) const { return pointers.find(type) != pointers.end(); }
};

Kinds check_namespaces(Findings& findings) {
  const auto& document = findings.document();
  Kinds kinds;
  for (const auto& spot : document.all("/linux/namespaces/*/type")) {
    const auto type = document.text(spot);
    const auto [at, fresh] = kinds.pointers.emplace(type, spot.pointer);
    if (fresh || type.empty()) continue;
    findings.add(Severity::error, spot.pointer,
                 fmt::format("a second namespace of type {}; the first is at {}", quote(type), at->second),
                 "config-linux.md, Namespaces: \"The runtime MUST generate an error if the namespaces array contains "
                 "duplicate entries.\"");
  }
  return kinds;
}

struct Needs {
  std::string_view pattern, kind, demand;
};

constexpr std::array needs = {
    Needs{"/hostname", "uts", "config.md, Hostname: the runtime sets it in the container's UTS namespace"},
    Needs{"/domainname", "uts", "config.md, Domainname: the runtime sets it in the container's UTS namespace"},
    Needs{"/linux/maskedPaths/0", "mount", "config-linux.md, Masked Paths: they are masked by mounts in the container"},
    Needs{"/linux/readonlyPaths/0", "mount", "config-linux.md, Readonly Paths: they are mounts in the container"},
    Needs{"/linux/netDevices/*", "network",
          "config-linux.md, Network Devices: they are moved into the container's network namespace"},
    Needs{"/linux/timeOffsets/*", "time", "config-linux.md, Offset for Time Namespace: there has to be one"},
};

void check_needs(Findings& findings, const Kinds& kinds) {
  const auto& document = findings.document();
  for (const auto& row : needs) {
    const auto spots = document.all(row.pattern);
    if (spots.empty() || kinds.has(row.kind)) continue;
    if (document.is(spots.front(), Kind::string) && document.text(spots.front()).empty()) continue;
    findings.add(Severity::error, spots.front().pointer,
                 fmt::format("needs a namespace of type {} in linux.namespaces", quote(row.kind)), row.demand,
                 fmt::format(R"({{"type": "{}"}})", row.kind));
  }
  if (!kinds.has("user")) return;
  const auto& type = kinds.pointers.find("user")->second;
  const auto entry = document.find(std::string_view{type}.substr(0, type.rfind('/')));
  if (!entry || document.member(*entry, "path")) return;
  for (const auto* const field : {"uidMappings", "gidMappings"}) {
    if (!document.all(fmt::format("/linux/{}/0", field)).empty()) continue;
    findings.add(Severity::error, entry->pointer, fmt::format("a new user namespace needs linux.{}", field),
                 "config-linux.md, User namespace mappings", R"({"containerID": 0, "hostID": 1000, "size": 1})");
  }
}

void check_hardware(Findings& findings) {
  const auto& document = findings.document();
  for (const auto& spot : document.all("/linux/resources/devices/*/access")) {
    const auto access = document.text(spot);
    if (!document.is(spot, Kind::string) ||
        (!access.empty() && access.find_first_not_of("rwm") == std::string_view::npos))
      continue;
    findings.add(Severity::error, spot.pointer, fmt::format("{} is not made of r, w and m", quote(access)),
                 "config-linux.md, Allowed Device list: \"A composition of r (read), w (write), and m (mknod).\"",
                 "rwm");
  }
  const auto number = [&](std::string_view pointer) -> std::optional<std::int64_t> {
    const auto spots = document.all(pointer);
    return spots.empty() ? std::nullopt : document.number(spots.front());
  };
  const auto limit = number("/linux/resources/memory/limit");
  const auto swap = number("/linux/resources/memory/swap");
  if (limit && swap && *limit > 0 && *swap > 0 && *swap < *limit) {
    findings.add(Severity::error, "/linux/resources/memory/swap",
                 fmt::format("{} is below the memory limit, {}", *swap, *limit),
                 "config-linux.md, Memory: \"swap (int64, OPTIONAL) - sets limit of memory+Swap usage\"",
                 fmt::format("{}", *limit));
  }
  const auto reservation = number("/linux/resources/memory/reservation");
  if (limit && reservation && *limit > 0 && *reservation > *limit) {
    findings.add(Severity::warning, "/linux/resources/memory/reservation",
                 fmt::format("{} is above the memory limit, {}", *reservation, *limit));
  }
}

void check_annotations(Findings& findings) {
  const auto& document = findings.document();
  for (const auto& spot : document.all("/annotations/*")) {
    if (spot.pointer != "/annotations/") continue;
    findings.add_name(Severity::error, spot.pointer, "an annotation without a name",
                      "config.md, Annotations: \"Keys MUST NOT be an empty string.\"");
  }
}

}  // namespace

void check_relations(Findings& findings) {
  check_version(findings);
  check_args(findings);
  check_env(findings, "/process/env/*");
  check_rlimits(findings);
  check_capabilities(findings);
  check_needs(findings, check_namespaces(findings));
  check_hardware(findings);
  check_annotations(findings);
}

}  // namespace corten::lint
