// SPDX-License-Identifier: Apache-2.0
// A configuration as its text is: values with their JSON pointers and places.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/places.hpp"
#include "lint/problem.hpp"
#include "spec/json_tree.hpp"

namespace corten::lint {

/// A value of a document, and the way to it.
struct Spot {
  std::uint32_t at = 0;
  std::string pointer;
};

class Document {
 public:
  /// Throws Error with line and column where `text`, which has to outlive this, is no JSON.
  explicit Document(std::string_view text);

  [[nodiscard]] const spec::JsonNode& operator[](const Spot& spot) const { return tree_[spot.at]; }
  [[nodiscard]] bool is(const Spot& spot, spec::JsonNode::Kind kind) const { return tree_[spot.at].kind == kind; }

  /// The text of a string; of anything else an empty one.
  [[nodiscard]] std::string_view text(const Spot& spot) const;

  /// The number, where it is an integer that fits.
  [[nodiscard]] std::optional<std::int64_t> number(const Spot& spot) const;

  /// The members of an object or the items of an array, in the order of the text; `visit(name, spot)`.
  void each_child(const Spot& parent, const std::function<void(std::string_view name, const Spot& child)>& visit) const;

  /// The member `name`, as the parser finds it: case does not matter, the last one counts, and null is none.
  [[nodiscard]] std::optional<Spot> member(const Spot& object, std::string_view name) const;

  /// All values that a pointer leads to in which "*" is any name or index.
  [[nodiscard]] std::vector<Spot> all(std::string_view pattern) const;

  /// The one value that a pointer leads to.
  [[nodiscard]] std::optional<Spot> find(std::string_view pointer) const;

  /// Fills in where `problem.pointer` is: its value, or its name with `at_name`; of what is not there, its parent.
  void locate(Problem& problem, bool at_name) const;

 private:
  std::string_view text_;
  spec::JsonTree tree_;
  std::vector<Place> places_;
};

/// `pointer` and one more step, escaped as RFC 6901 has it.
[[nodiscard]] std::string child_pointer(std::string_view pointer, std::string_view step);

/// "process.rlimits[0].type" as a pointer; nothing where `path` is none.
[[nodiscard]] std::optional<std::string> pointer_of_path(std::string_view path);

}  // namespace corten::lint
