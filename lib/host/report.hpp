// SPDX-License-Identifier: Apache-2.0
// What a machine can do for containers, found by trying it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corten::host {

/// One thing. What was not tried is not known: nobody but root can say what root may do.
struct Row {
  std::string name;
  std::optional<bool> root, rootless;
  std::string found;  // what is there, or why it does not work
  std::string mend;   // what to do about it, or empty
};

struct Report {
  std::vector<Row> rows;
  bool as_root = false;  // the caller is root, without a user namespace around it

  [[nodiscard]] const Row* find(std::string_view name) const;
  /// The rows that containers cannot do without and that do not work, of root's or of an ordinary user's containers. Nothing where that
  /// was not tried.
  [[nodiscard]] std::optional<std::vector<std::string>> lacking(bool rootless) const;
};

/// Looks at everything. Leaves nothing behind.
[[nodiscard]] Report look();

// Parts of it, each in the file of that name.
void look_at_namespaces(Report& report);
void look_at_mounts(Report& report);
void look_at_cgroups(Report& report);
void look_at_security(Report& report);
void look_at_programs(Report& report);

}  // namespace corten::host
