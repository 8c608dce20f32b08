// SPDX-License-Identifier: Apache-2.0
#include "security/contexts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"
#include "security/labels.hpp"

namespace corten::security {
namespace {

constexpr auto option_names = named_table<std::string LabelOptions::*>({
    {"user", &LabelOptions::user},
    {"role", &LabelOptions::role},
    {"type", &LabelOptions::type},
    {"level", &LabelOptions::level},
    {"filetype", &LabelOptions::file_type},
});

/// "KEY = \"VALUE\"", with any blanks.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos || trim(line.substr(0, equals)) != key) return std::nullopt;
  auto value = trim(line.substr(equals + 1));
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
  return value;
}

void replace(std::string& part, const std::string& by) {
  if (!by.empty()) part = by;
}

std::string checked_label(const Context& context) {
  auto label = context.label();
  if (is_selinux_label(label)) return label;
  throw Error{fmt::format("the label options make {}, which is not of the form user:role:type[:level]", quote(label)),
              ErrorKind::invalid_argument};
}

}  // namespace

std::string Context::label() const {
  return level.empty() ? fmt::format("{}:{}:{}", user, role, type)
                       : fmt::format("{}:{}:{}:{}", user, role, type, level);
}

Context parse_context(const std::string& label) {
  if (!is_selinux_label(label)) {
    throw Error{fmt::format("{} is not of the form user:role:type[:level]", quote(label)), ErrorKind::invalid_argument};
  }
  std::array<std::string, 3> parts;
  std::string_view rest = label;
  for (auto& part : parts) {
    const auto colon = rest.find(':');
    part = rest.substr(0, colon);
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  return {parts[0], parts[1], parts[2], std::string{rest}};
}

ContainerLabels parse_container_labels(std::string_view text) {
  ContainerLabels labels;
  for (const auto line : split(text, '\n')) {
    if (const auto value = value_of(line, "process")) labels.process = *value;
    if (const auto value = value_of(line, "file")) labels.mount = *value;
  }
  if (!is_selinux_label(labels.process) || !is_selinux_label(labels.mount)) return {};
  return labels;
}

LabelOptions parse_label_options(const std::vector<std::string>& options) {
  LabelOptions parsed;
  for (const auto& option : options) {
    const auto colon = option.find(':');
    const auto name = option.substr(0, colon);
    const auto member = option_names.find(name);
    if (option == "disable") {
      parsed.disable = true;
    } else if (!member || colon == std::string::npos || colon + 1 == option.size()) {
      throw Error{fmt::format("the label option {} is neither \"disable\" nor user, role, type, level or filetype with "
                              "a colon and a value",
                              quote(option)),
                  ErrorKind::invalid_argument};
    } else {
      parsed.*(*member) = option.substr(colon + 1);
    }
  }
  return parsed;
}

std::vector<std::string> options_of_label(const std::string& label) {
  if (label.empty()) return {};
  const auto context = parse_context(label);
  std::vector<std::string> options{"user:" + context.user, "role:" + context.role, "type:" + context.type};
  if (!context.level.empty()) options.push_back("level:" + context.level);
  return options;
}

ContainerLabels changed(const ContainerLabels& policy, const LabelOptions& options, const std::string& level) {
  auto process = parse_context(policy.process);
  auto mount = parse_context(policy.mount);
  for (auto* context : {&process, &mount}) {
    replace(context->user, options.user);
    replace(context->level, options.level.empty() ? level : options.level);
  }
  replace(process.role, options.role);
  replace(process.type, options.type);
  replace(mount.type, options.file_type);
  return {checked_label(process), checked_label(mount)};
}

std::string private_mount_label(const ContainerLabels& policy) {
  auto context = parse_context(policy.mount);
  if (!context.level.empty()) context.level = level_of(category_count - 2, category_count - 1);
  return context.label();
}

std::string shared_label(const std::string& label) {
  auto context = parse_context(label);
  if (!context.level.empty()) context.level = "s0";
  return context.label();
}

std::string level_of(unsigned category, unsigned other) {
  return fmt::format("s0:c{},c{}", std::min(category, other), std::max(category, other));
}

}  // namespace corten::security
