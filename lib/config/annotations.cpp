// SPDX-License-Identifier: Apache-2.0
#include "config/annotations.hpp"

#include <fmt/core.h>
#include <linux/filter.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

namespace corten::config {

using namespace std::string_view_literals;

namespace {

constexpr std::string_view prefix = "run.oci.";
constexpr std::size_t shown = 100;  // of a long value, in an error

[[noreturn]] void refuse(std::string_view name, std::string_view value, std::string_view wanted) {
  throw Error{fmt::format("annotations[\"{}{}\"]: {} is not {}", prefix, name, quote(value), wanted)};
}

std::string absolute(std::string_view name, const std::string& value) {
  if (!value.starts_with('/')) refuse(name, value, "an absolute path");
  return value;
}

bool on(const std::string& value) { return value != "0"; }

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Instructions are eight bytes, so that their text, which must have its padding, is a multiple of four digits.
std::string instructions(std::string_view name, const std::string& value) {
  std::string bytes;
  unsigned bits = 0;
  unsigned count = 0;
  auto text = std::string_view{value};
  while (text.ends_with('=')) text.remove_suffix(1);
  for (const char digit : text) {
    const auto found = base64_digits.find(digit);
    if (found == std::string_view::npos) refuse(name, excerpt(value, shown), "base64");
    bits = bits << 6U | static_cast<unsigned>(found);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count);
  }
  if (value.size() % 4 != 0 || bytes.empty() || bytes.size() > BPF_MAXINSNS * sizeof(sock_filter) ||
      bytes.size() % sizeof(sock_filter) != 0)
    refuse(name, excerpt(value, shown), "a filter in base64, of 1 to 4096 instructions of 8 bytes");
  return bytes;
}

/// Of a cgroup below another; empty: none.
std::string below(std::string_view name, const std::string& value) {
  std::string_view rest{value};
  while (!rest.empty()) {
    const auto word = rest.substr(0, rest.find('/'));
    if (word.empty() || word == "." || word == ".." || value.ends_with('/') ||
        value.find_first_of("\n\0"sv) != std::string::npos)
      refuse(name, value, "the path of a cgroup below another: relative, without \"..\"");
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return value;
}

std::string mount_context(std::string_view name, const std::string& value) {
  for (const std::string_view known : {"context", "fscontext", "defcontext", "rootcontext"}) {
    if (value == known) return value;
  }
  refuse(name, value, "context, fscontext, defcontext or rootcontext");
}

struct Row {
  std::string_view name;
  void (*read)(Annotations& to, std::string_view name, const std::string& value);
};

constexpr std::array rows{
    Row{"delegate-cgroup",
        [](Annotations& to, std::string_view name, const std::string& value) { to.delegated = below(name, value); }},
    Row{"handler",
        [](Annotations&, std::string_view, const std::string& value) {
          if (value.empty()) return;
          throw Error{fmt::format(
              "annotations[\"run.oci.handler\"] asks for the handler {}, which corten does not have", quote(value))};
        }},
    Row{"hooks.stderr", [](Annotations& to, std::string_view name,
                           const std::string& value) { to.hook_files.errors = absolute(name, value); }},
    Row{"hooks.stdout", [](Annotations& to, std::string_view name,
                           const std::string& value) { to.hook_files.output = absolute(name, value); }},
    Row{"keep_original_groups",
        [](Annotations& to, std::string_view, const std::string& value) { to.keep_groups = on(value); }},
    Row{"mount_context_type", [](Annotations& to, std::string_view name,
                                 const std::string& value) { to.mount_context = mount_context(name, value); }},
    Row{"pidfd_receiver", [](Annotations& to, std::string_view name,
                             const std::string& value) { to.pidfd_receiver = absolute(name, value); }},
    Row{"seccomp.receiver", [](Annotations& to, std::string_view name,
                               const std::string& value) { to.filter_receiver = absolute(name, value); }},
    Row{"seccomp_bpf_data", [](Annotations& to, std::string_view name,
                               const std::string& value) { to.filter = instructions(name, value); }},
    Row{"seccomp_fail_unknown_syscall",
        [](Annotations& to, std::string_view, const std::string& value) { to.refuse_unknown_calls = on(value); }},
    Row{"systemd.force_cgroup_v1",
        [](Annotations& to, std::string_view name, const std::string& value) {
          to.systemd_hierarchy = clean_path(absolute(name, value));
        }},
    Row{"systemd.subgroup",
        [](Annotations& to, std::string_view name, const std::string& value) { to.subgroup = below(name, value); }},
};

/// Kubernetes' sandbox runs nothing of the user's, so that a pod's handler is not for it, as in crun.
bool is_sandbox(const spec::StringMap& annotations) {
  for (const auto& [name, value] : annotations) {
    if (name == "io.kubernetes.cri.container-type") return value == "sandbox";
  }
  return false;
}

}  // namespace

Annotations read_annotations(const spec::StringMap& annotations) {
  Annotations result;
  for (const auto& [full, value] : annotations) {
    if (!full.starts_with(prefix)) continue;
    const auto name = std::string_view{full}.substr(prefix.size());
    if (name == "handler" && is_sandbox(annotations)) continue;
    bool known = false;
    for (const auto& row : rows) {
      if (row.name != name) continue;
      row.read(result, name, value);
      known = true;
    }
    if (!known && log::debug_enabled()) log::debug(fmt::format("ignoring the annotation {}", full));
  }
  return result;
}

}  // namespace corten::config
