// SPDX-License-Identifier: Apache-2.0
#include "shim/options.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <limits>
#include <variant>

#include "base/named_table.hpp"
#include "base/text.hpp"
#include "options.pb-c.h"
#include "shim/toml.hpp"
#include "sys/file.hpp"

namespace corten::shim {
namespace {

constexpr const char* own_type = "containerd.runc.v1.Options";
constexpr const char* generic_type = "runtimeoptions.v1.Options";

using Member = std::variant<bool Options::*, std::string Options::*, uid_t Options::*>;

/// In small letters: as in containerd's own reader, the case of a name does not matter.
constexpr auto members = named_table<Member>({
    {"nopivotroot", &Options::no_pivot_root},
    {"nonewkeyring", &Options::no_new_keyring},
    {"systemdcgroup", &Options::systemd_cgroup},
    {"shimcgroup", &Options::shim_cgroup},
    {"root", &Options::root},
    {"criuworkpath", &Options::criu_work},
    {"iouid", &Options::io_uid},
    {"iogid", &Options::io_gid},
});

[[noreturn]] void refuse(const TomlLine& line, const char* wanted) {
  throw Failure{Code::invalid_argument,
                fmt::format("line {} of the options: {} must be {}", line.number, line.name, wanted)};
}

void set(Options& options, bool Options::*member, const TomlLine& line) {
  const auto* value = std::get_if<bool>(&line.value);
  if (value == nullptr) refuse(line, "true or false");
  options.*member = *value;
}

void set(Options& options, std::string Options::*member, const TomlLine& line) {
  const auto* value = std::get_if<std::string>(&line.value);
  if (value == nullptr) refuse(line, "a string");
  options.*member = *value;
}

void set(Options& options, uid_t Options::*member, const TomlLine& line) {
  const auto* value = std::get_if<std::int64_t>(&line.value);
  if (value == nullptr || *value < 0 || *value >= std::numeric_limits<uid_t>::max()) refuse(line, "an id");
  options.*member = static_cast<uid_t>(*value);
}

/// Names that mean nothing here are left unread, as containerd does: what it adds for the shim of runc must not end pods.
Options options_in(std::string_view toml) {
  Options options;
  for (const auto& line : read_toml(toml)) {
    const auto member = members.find(to_lower(line.name));
    if (member) std::visit([&](auto which) { set(options, which, line); }, *member);
  }
  return options;
}

Options generic_options(const Options__Generic& message) {
  if (message.config_body.len != 0) return options_in(bytes_of(message.config_body));
  if (*message.config_path == '\0') return {};
  return options_in(sys::read_file(message.config_path));
}

}  // namespace

bool holds_options(const Common__Any* any) { return holds(any, own_type) || holds(any, generic_type); }

Options options_of(const Common__Any* any) {
  if (const auto generic = unpack_any<Options__Generic>(any, generic_type, options__generic__descriptor)) {
    return generic_options(*generic);
  }
  const auto message = unpack_any<Options__Runtime>(any, own_type, options__runtime__descriptor);
  if (!message) return {};
  Options options;
  options.no_pivot_root = message->no_pivot_root != 0;
  options.no_new_keyring = message->no_new_keyring != 0;
  options.systemd_cgroup = message->systemd_cgroup != 0;
  options.shim_cgroup = message->shim_cgroup;
  options.root = message->root;
  options.criu_work = message->criu_work_path;
  options.io_uid = message->io_uid;
  options.io_gid = message->io_gid;
  return options;
}

std::string state_root(const std::string& root, const std::string& name_space) {
  return (root.empty() ? std::string{"/run/containerd/runc"} : root) + "/" + name_space;
}

}  // namespace corten::shim
