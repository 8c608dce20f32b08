// SPDX-License-Identifier: Apache-2.0
// Typed reads of a JsonTree: read(value, variable) fills the variable or throws an Error that names the JSON path
// and what was expected. A struct takes part through a read() of its own. As in Go's decoder, null counts as
// absent, the case of a field's name does not matter, and of a name that occurs twice the last one wins.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/json_tree.hpp"

namespace corten::spec {

/// A node, and how one came to it. A value points to its parent, which has to outlive it.
class JsonValue {
 public:
  using Kind = JsonNode::Kind;

  explicit JsonValue(const JsonTree& tree) : tree_{&tree} {}

  /// Reads the field `name` of this object into `to`, or leaves `to` alone where there is none.
  template <class T>
  void field(std::string_view name, T& to) const {
    const auto at = find(name);
    if (at == 0) return;
    read(JsonValue{*this, at, name, Step::field}, to);
  }

  /// How many items this array has.
  [[nodiscard]] std::size_t length() const {
    require(Kind::array, "an array");
    return node().value;
  }

  template <class Visitor>
  void each_item(Visitor&& visit) const {
    const auto count = length();
    auto at = at_ + 1;
    for (std::uint32_t index = 0; index < count; ++index, at = tree_->after(at)) {
      visit(JsonValue{*this, at, {}, Step::item, index});
    }
  }

  /// The members of an object whose names are data, in the order of the text.
  template <class Visitor>
  void each_member(Visitor&& visit) const {
    for (const auto at : members()) {
      const auto key = tree_->key((*tree_)[at]);
      visit(std::string{key}, JsonValue{*this, at, key, Step::member});
    }
  }

  void require_object() const { require(Kind::object, "an object"); }
  [[nodiscard]] bool is_null() const { return node().kind == Kind::null; }
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::string_view text() const;
  [[nodiscard]] std::int64_t signed_number(std::int64_t min, std::int64_t max) const;
  [[nodiscard]] std::uint64_t unsigned_number(std::uint64_t max) const;

 private:
  enum class Step : std::uint8_t { root, field, item, member };

  JsonValue(const JsonValue& parent, std::uint32_t at, std::string_view name, Step step, std::uint32_t index = 0)
      : tree_{parent.tree_}, parent_{&parent}, name_{name}, at_{at}, index_{index}, step_{step} {}

  [[nodiscard]] const JsonNode& node() const { return (*tree_)[at_]; }
  [[nodiscard]] std::uint32_t find(std::string_view name) const;
  [[nodiscard]] std::vector<std::uint32_t> members() const;
  void require_no_nul(std::string_view text) const;
  void require(Kind kind, std::string_view expected) const {
    if (node().kind != kind) refuse(expected);
  }
  [[noreturn]] void refuse(std::string_view expected) const;
  [[nodiscard]] std::string path() const;

  const JsonTree* tree_;
  const JsonValue* parent_ = nullptr;
  std::string_view name_;
  std::uint32_t at_ = 0;
  std::uint32_t index_ = 0;
  Step step_ = Step::root;
};

inline void read(const JsonValue& from, bool& to) { to = from.boolean(); }
inline void read(const JsonValue& from, std::string& to) { to = from.text(); }

template <std::signed_integral Number>
void read(const JsonValue& from, Number& to) {
  using Limits = std::numeric_limits<Number>;
  to = static_cast<Number>(from.signed_number(Limits::min(), Limits::max()));
}

template <std::unsigned_integral Number>
void read(const JsonValue& from, Number& to) {
  to = static_cast<Number>(from.unsigned_number(std::numeric_limits<Number>::max()));
}

template <class T>
void read(const JsonValue& from, std::optional<T>& to) {
  read(from, to.emplace());
}

template <class T>
void read(const JsonValue& from, std::vector<T>& to) {
  to.clear();
  to.reserve(from.length());
  from.each_item([&to](const JsonValue& item) {
    auto& value = to.emplace_back();
    if (!item.is_null()) read(item, value);  // Go leaves a zero value there, too
  });
}

inline void read(const JsonValue& from, std::vector<std::pair<std::string, std::string>>& to) {
  to.clear();
  from.each_member([&to](std::string name, const JsonValue& value) {
    auto& text = to.emplace_back(std::move(name), std::string{}).second;
    if (!value.is_null()) read(value, text);
  });
}

}  // namespace corten::spec
