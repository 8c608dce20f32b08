// SPDX-License-Identifier: Apache-2.0
// SELinux labels of a container, made of the policy's and of options like "type:spc_t". Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corten::security {

struct Context {
  std::string user, role, type;
  std::string level;  // empty where the policy has none

  [[nodiscard]] std::string label() const;
};

/// Throws Error where `label` is none.
[[nodiscard]] Context parse_context(const std::string& label);

/// The labels of a container's process and of its files; both empty: none.
struct ContainerLabels {
  std::string process, mount;
};

/// The labels that a policy has for containers, from its file of lines `process = "LABEL"` and `file = "LABEL"`; empty where one is
/// missing or no label.
[[nodiscard]] ContainerLabels parse_container_labels(std::string_view text);

/// How the labels of one container differ from the policy's.
struct LabelOptions {
  bool disable = false;
  std::string user, role, type, level;  // empty: the policy's; user and level are those of the files, too
  std::string file_type;
};

/// Reads "disable", "user:U", "role:R", "type:T", "level:L" and "filetype:T". Throws Error: invalid_argument.
[[nodiscard]] LabelOptions parse_label_options(const std::vector<std::string>& options);

/// The options by which another container gets the label of a process: "user:U", "role:R", "type:T", and "level:L" where it has
/// one; none for an empty label.
[[nodiscard]] std::vector<std::string> options_of_label(const std::string& label);

/// `policy` with the options, and with `level` where these name none. Throws Error where that makes no label.
[[nodiscard]] ContainerLabels changed(const ContainerLabels& policy, const LabelOptions& options,
                                      const std::string& level);

/// The label of the files of a container without a label of its own: with the highest two categories, which no other one gets.
[[nodiscard]] std::string private_mount_label(const ContainerLabels& policy);

/// `label` with the level that all containers share, "s0".
[[nodiscard]] std::string shared_label(const std::string& label);

/// Categories are c0 to c1023.
inline constexpr unsigned category_count = 1024;

/// "s0:c1,c7"; the order of two different categories does not matter.
[[nodiscard]] std::string level_of(unsigned category, unsigned other);

}  // namespace corten::security
