// SPDX-License-Identifier: Apache-2.0
// docs/conformance.md has a row for each field that corten/fields.hpp names, and for no other, and for each name that our tables have
// as the value of a field.
#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/namespace_kinds.hpp"
#include "config/mount_options.hpp"
#include "config/process_tables.hpp"
#include "corten/fields.hpp"
#include "security/seccomp_tables.hpp"

namespace corten::spec {
namespace {

using Texts = std::vector<std::string>;

/// Notes the path of each value that has no fields of its own; a visitor of fields().
class LeafPaths {
 public:
  LeafPaths(std::string path, Texts& found) : path_{std::move(path)}, found_{found} {}

  template <class T>
  void operator()(std::string_view name, T&) const {
    below(name).template look<T>();
  }

  template <class T>
  void keyed(std::string_view name, std::vector<T>&, std::string T::*) const {
    const auto each = below(name).below("*");
    found_.push_back(each.path_);
    each.template look<T>();
  }

  template <class T>
  void inside(std::string_view name, std::string_view own, T&) const {
    below(name).below(own).template look<T>();
  }

  /// Goes on below a value of type T, or notes the path.
  template <class T>
  void look() const {
    T value{};
    if constexpr (requires { fields(*this, value); }) {
      fields(*this, value);
    } else if constexpr (requires { look_into(value); }) {
      look_into(value);
    } else {
      found_.push_back(path_);
    }
  }

 private:
  [[nodiscard]] LeafPaths below(std::string_view name) const {
    return {path_ + (path_.empty() ? "" : ".") + std::string{name}, found_};
  }

  template <class T>
  void look_into(const std::optional<T>&) const {
    look<T>();
  }

  template <class T>
  requires requires(const LeafPaths& visit, T& item) { fields(visit, item); }
  void look_into(const std::vector<T>&) const { LeafPaths{path_ + "[]", found_}.look<T>(); }

  std::string path_;
  Texts& found_;
};

Texts leaf_paths() {
  Texts found;
  LeafPaths{{}, found}.look<Config>();
  std::sort(found.begin(), found.end());
  return found;
}

/// What our tables have as values, as "field=name". (Which architectures a filter can be for depends on libseccomp and the machine.)
Texts values() {
  Texts found;
  const auto note = [&found](const std::string& field, const auto& table) {
    for (const auto& row : table.rows) found.push_back(field + '=' + std::string{row.name});
  };
  note("mounts[].options", config::mount_options);
  note("process.rlimits[].type", config::rlimit_types);
  note("process.scheduler.policy", config::scheduler_policies);
  note("process.scheduler.flags", config::scheduler_flags);
  note("process.ioPriority.class", config::io_priority_classes);
  note("linux.namespaces[].type", namespace_kinds);
  note("linux.personality.domain", config::personality_domains);
  note("linux.memoryPolicy.mode", config::memory_policy_modes);
  note("linux.memoryPolicy.flags", config::memory_policy_flags);
  note("linux.seccomp.flags", security::filter_flags);
  note("linux.seccomp.syscalls[].action", security::filter_actions);
  note("linux.seccomp.syscalls[].args[].op", security::filter_operators);
  std::sort(found.begin(), found.end());
  return found;
}

/// What the rows are about that begin with "| `".
struct Rows {
  Texts fields, values;

  explicit Rows(const std::string& page) {
    std::istringstream lines{page};
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("| `")) continue;
      const auto named = line.substr(3, line.find('`', 3) - 3);
      (named.find('=') == std::string::npos ? fields : values).push_back(named);
    }
    std::sort(fields.begin(), fields.end());
    std::sort(values.begin(), values.end());
  }
};

Texts lacking(const Texts& from, const Texts& there) {
  Texts missing;
  std::set_difference(from.begin(), from.end(), there.begin(), there.end(), std::back_inserter(missing));
  return missing;
}

constexpr const char* page =
#include "conformance_page.inc"
    ;

}  // namespace

TEST_CASE("a field's path has lists, names and optional objects on its way", "[spec]") {
  const auto paths = leaf_paths();
  for (const auto* path : {"ociVersion", "mounts[].options", "mounts[].uidMappings[].hostID", "process.user.umask",
                           "process.consoleSize.width", "annotations", "linux.seccomp.syscalls[].args[].op",
                           "linux.seccomp.flags", "linux.resources.pids.limit", "linux.resources.rdma.*",
                           "linux.resources.rdma.*.hcaHandles", "linux.timeOffsets.*.nanosecs"}) {
    CAPTURE(path);
    CHECK(std::count(paths.begin(), paths.end(), path) == 1);
  }
}

TEST_CASE("docs/conformance.md has a row for each field of config.json, and for nothing that is none", "[spec]") {
  const Rows rows{page};
  CHECK(lacking(leaf_paths(), rows.fields) == Texts{});
  CHECK(lacking(rows.fields, leaf_paths()) == Texts{});
}

TEST_CASE("a field without a row would be missed, and a row without a field", "[spec]") {
  auto rows = Rows{page}.fields;
  REQUIRE_FALSE(rows.empty());
  const auto last = std::exchange(rows.back(), "linux.nothing");
  std::sort(rows.begin(), rows.end());
  CHECK(lacking(leaf_paths(), rows) == Texts{last});
  CHECK(lacking(rows, leaf_paths()) == Texts{"linux.nothing"});
}

TEST_CASE("docs/conformance.md has a row for each name that is a value, and its field is one", "[spec]") {
  const Rows rows{page};
  CHECK(lacking(values(), rows.values) == Texts{});
  for (const auto& row : rows.values) {
    CAPTURE(row);
    CHECK(std::count(rows.fields.begin(), rows.fields.end(), row.substr(0, row.find('='))) == 1);
  }
}

}  // namespace corten::spec
