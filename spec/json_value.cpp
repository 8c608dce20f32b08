// SPDX-License-Identifier: Apache-2.0
#include "spec/json_value.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::spec {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return a.size() == b.size() && std::ranges::equal(a, b, {}, lower, lower);
}

std::string describe(const JsonTree& tree, const JsonNode& node) {
  switch (node.kind) {
    case JsonNode::Kind::null: return "null";
    case JsonNode::Kind::boolean: return node.value != 0 ? "true" : "false";
    case JsonNode::Kind::negative:  // -0 is no unsigned number to Go, either
      return fmt::format("the number -{}", 0 - node.value);
    case JsonNode::Kind::number: return fmt::format("the number {}", node.value);
    case JsonNode::Kind::real: return fmt::format("the number {}", tree.text(node));
    case JsonNode::Kind::string: return "a string";
    case JsonNode::Kind::array: return "an array";
    case JsonNode::Kind::object: return "an object";
  }
  return "nothing";
}

}  // namespace

std::uint32_t JsonValue::find(std::string_view name) const {
  require_object();
  std::uint32_t found = 0;
  auto at = at_ + 1;
  for (std::uint64_t left = node().value; left > 0; --left, at = tree_->after(at)) {
    const auto& member = (*tree_)[at];
    if (member.key_size == name.size() && same_name(tree_->key(member), name)) found = at;
  }
  return found != 0 && (*tree_)[found].kind == Kind::null ? 0 : found;
}

std::vector<std::uint32_t> JsonValue::members() const {
  require_object();
  std::vector<std::uint32_t> all;
  all.reserve(node().value);
  auto at = at_ + 1;
  for (std::uint64_t left = node().value; left > 0; --left, at = tree_->after(at)) {
    require_no_nul(tree_->key((*tree_)[at]));
    all.push_back(at);
  }

  // Sorted, so that a label list of megabytes costs no quadratic time.
  const auto key = [this](std::uint32_t member) { return tree_->key((*tree_)[member]); };
  auto sorted = all;
  std::ranges::sort(sorted, {}, [&key](std::uint32_t member) { return std::pair{key(member), member}; });
  std::vector<std::uint32_t> overridden;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (key(sorted[i - 1]) == key(sorted[i])) overridden.push_back(sorted[i - 1]);
  }
  std::ranges::sort(overridden);
  std::erase_if(all, [&overridden](std::uint32_t member) { return std::ranges::binary_search(overridden, member); });
  return all;
}

bool JsonValue::boolean() const {
  require(Kind::boolean, "true or false");
  return node().value != 0;
}

std::string_view JsonValue::text() const {
  require(Kind::string, "a string");
  const auto text = tree_->text(node());
  require_no_nul(text);
  return text;
}

void JsonValue::require_no_nul(std::string_view text) const {
  if (text.find('\0') == std::string_view::npos) return;
  // The kernel would stop reading there, after we checked the whole of it.
  throw Error{fmt::format("{}: {}: expected no NUL character", tree_->name(), path())};
}

std::int64_t JsonValue::signed_number(std::int64_t min, std::int64_t max) const {
  const auto value = std::bit_cast<std::int64_t>(node().value);
  const bool fits = node().kind == Kind::negative ? value >= min : node().value <= static_cast<std::uint64_t>(max);
  if ((node().kind != Kind::number && node().kind != Kind::negative) || !fits) {
    refuse(fmt::format("a number from {} to {}", min, max));
  }
  return value;
}

std::uint64_t JsonValue::unsigned_number(std::uint64_t max) const {
  if (node().kind != Kind::number || node().value > max) refuse(fmt::format("a number from 0 to {}", max));
  return node().value;
}

void JsonValue::refuse(std::string_view expected) const {
  const auto where = path();
  throw Error{fmt::format("{}: {}{}expected {}, got {}", tree_->name(), where, where.empty() ? "" : ": ", expected,
                          describe(*tree_, node()))};
}

std::string JsonValue::path() const {
  if (parent_ == nullptr) return {};
  auto text = parent_->path();
  switch (step_) {
    case Step::root: break;
    case Step::field: text += text.empty() ? std::string{name_} : fmt::format(".{}", name_); break;
    case Step::item: text += fmt::format("[{}]", index_); break;
    case Step::member: text += fmt::format("[{}]", quote(name_)); break;
  }
  return text;
}

}  // namespace corten::spec
