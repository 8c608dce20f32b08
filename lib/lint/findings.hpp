// SPDX-License-Identifier: Apache-2.0
// A document under inspection, and what has been found.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/check.hpp"
#include "lint/document.hpp"
#include "lint/problem.hpp"

namespace corten::lint {

class Findings {
 public:
  explicit Findings(const Document& document) : document_{document} {}

  [[nodiscard]] const Document& document() const { return document_; }

  /// Adds a problem of the value at `pointer`.
  void add(Severity severity, std::string pointer, std::string message, std::string_view demand = {},
           std::string suggestion = {}) {
    add({severity, std::move(pointer), 0, 0, std::move(message), demand, std::move(suggestion)}, false);
  }
  /// Adds a problem of the name that a value has.
  void add_name(Severity severity, std::string pointer, std::string message, std::string_view demand = {},
                std::string suggestion = {}) {
    add({severity, std::move(pointer), 0, 0, std::move(message), demand, std::move(suggestion)}, true);
  }

  [[nodiscard]] bool has_errors() const;
  /// Whether the value itself has a problem already.
  [[nodiscard]] bool has(std::string_view pointer) const;
  /// In the order of the text.
  [[nodiscard]] std::vector<Problem> take();

 private:
  void add(Problem problem, bool at_name) {
    document_.locate(problem, at_name);
    problems_.push_back(std::move(problem));
  }

  const Document& document_;
  std::vector<Problem> problems_;
};

/// Names that no structure has, names that occur twice, and values of a wrong type.
void check_types(Findings& findings);

/// What the specification demands of single values: fields that have to be there, names, ranges, absolute paths.
void check_values(Findings& findings);

/// What values mean together.
void check_relations(Findings& findings);

/// Mounts: their options, and mounts that later ones cover.
void check_mounts(Findings& findings);

/// The system call filter: names of system calls, and its architectures.
void check_filter(Findings& findings);

/// What is left that planning a container refuses. For a document of the right types.
void check_plans(Findings& findings, std::string_view text);

/// What a bundle has besides its config.json, and what of it is outside: the root, namespaces that are joined.
void check_bundle(Findings& findings, const std::string& bundle);

/// What the machine lacks: namespaces, controllers, modules, and files that mounts and hooks name.
void check_host(Findings& findings, const WhyMissing& why_missing);

}  // namespace corten::lint
