// SPDX-License-Identifier: Apache-2.0
#include "lint/document.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/text.hpp"

namespace corten::lint {
namespace {

using Kind = spec::JsonNode::Kind;

bool has_children(const spec::JsonNode& node) { return node.kind == Kind::object || node.kind == Kind::array; }

/// Takes the first step of a pointer: what is between two slashes, unescaped.
std::string take_step(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const auto escaped = pointer.substr(0, pointer.find('/'));
  pointer.remove_prefix(escaped.size());
  std::string step;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const bool escape = escaped[i] == '~' && i + 1 < escaped.size();
    step += escape ? (escaped[++i] == '1' ? '/' : '~') : escaped[i];
  }
  return step;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

Document::Document(std::string_view text)
    : text_{text}, tree_{text, "config.json", {}, spec::Rest::ignored}, places_{places_of(text)} {}

std::string_view Document::text(const Spot& spot) const {
  return is(spot, Kind::string) ? tree_.text((*this)[spot]) : std::string_view{};
}

std::optional<std::int64_t> Document::number(const Spot& spot) const {
  const auto& node = (*this)[spot];
  if (node.kind == Kind::negative) return std::bit_cast<std::int64_t>(node.value);
  const bool fits = node.kind == Kind::number && node.value <= std::numeric_limits<std::int64_t>::max();
  return fits ? std::optional{static_cast<std::int64_t>(node.value)} : std::nullopt;
}

void Document::each_child(const Spot& parent, const std::function<void(std::string_view, const Spot&)>& visit) const {
  const auto& node = (*this)[parent];
  if (!has_children(node)) return;
  auto at = parent.at + 1;
  for (std::uint64_t i = 0; i < node.value; ++i, at = tree_.after(at)) {
    const auto name = node.kind == Kind::object ? std::string{tree_.key(tree_[at])} : std::to_string(i);
    visit(name, {at, child_pointer(parent.pointer, name)});
  }
}

std::optional<Spot> Document::member(const Spot& object, std::string_view name) const {
  std::optional<Spot> found;
  const auto wanted = to_lower(name);
  each_child(object, [&](std::string_view own, const Spot& child) {
    if (to_lower(own) == wanted) found = child;
  });
  return found && is(*found, Kind::null) ? std::nullopt : found;
}

std::vector<Spot> Document::all(std::string_view pattern) const {
  std::vector<Spot> spots{Spot{}};
  while (!pattern.empty()) {
    const auto step = take_step(pattern);
    std::vector<Spot> next;
    for (const auto& spot : spots) {
      if (step != "*" && is(spot, Kind::object)) {
        if (auto found = member(spot, step)) next.push_back(std::move(*found));
        continue;
      }
      each_child(spot, [&](std::string_view name, const Spot& child) {
        if (step == "*" || step == name) next.push_back(child);
      });
    }
    spots = std::move(next);
  }
  return spots;
}

std::optional<Spot> Document::find(std::string_view pointer) const {
  Spot spot;
  while (!pointer.empty()) {
    const auto step = take_step(pointer);
    std::optional<Spot> found;
    each_child(spot, [&](std::string_view name, const Spot& child) {
      if (name == step) found = child;
    });
    if (!found) return std::nullopt;
    spot = std::move(*found);
  }
  return spot;
}

void Document::locate(Problem& problem, bool at_name) const {
  std::string_view pointer = problem.pointer;
  auto spot = find(pointer);
  while (!spot && !pointer.empty()) {
    pointer = pointer.substr(0, pointer.rfind('/'));
    spot = find(pointer);
  }
  const auto& place = places_.at(spot ? spot->at : 0);
  const auto where = line_column(text_, at_name ? place.name : place.value);
  problem.line = where.line;
  problem.column = where.column;
}

std::string child_pointer(std::string_view pointer, std::string_view step) {
  std::string child{pointer};
  child += '/';
  for (const char c : step) {
    if (c == '~') {
      child += "~0";
    } else if (c == '/') {
      child += "~1";
    } else {
      child += c;
    }
  }
  return child;
}

std::optional<std::string> pointer_of_path(std::string_view path) {
  std::string pointer;
  while (!path.empty()) {
    if (path.starts_with('[')) {
      const auto end = path.find(']');
      auto step = path.substr(1, end - 1);
      if (end == std::string_view::npos || step.empty()) return std::nullopt;
      if (step.size() > 1 && step.starts_with('"') && step.ends_with('"')) step = step.substr(1, step.size() - 2);
      pointer = child_pointer(pointer, step);
      path.remove_prefix(end + 1);
      continue;
    }
    if (!pointer.empty()) {
      if (!path.starts_with('.')) return std::nullopt;
      path.remove_prefix(1);
    }
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(path, is_name_character) - path.begin());
    if (end == 0) return std::nullopt;
    pointer = child_pointer(pointer, path.substr(0, end));
    path.remove_prefix(end);
  }
  return pointer;
}

}  // namespace corten::lint
