// SPDX-License-Identifier: Apache-2.0
#include "spec/json_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>

namespace corten::spec {
namespace {

/// What Go's encoder writes for the character at the start of `text`, where that differs from other encoders': it
/// escapes what means something in HTML and JavaScript, too.
std::string_view go_escape(std::string_view text) {
  switch (text.front()) {
    case '<': return "\\u003c";
    case '>': return "\\u003e";
    case '&': return "\\u0026";
    case '\xE2': break;
    default: return {};
  }
  if (text.starts_with("\xE2\x80\xA8")) return "\\u2028";
  return text.starts_with("\xE2\x80\xA9") ? "\\u2029" : std::string_view{};
}

std::string go_quote(std::string_view text) {
  auto quoted = json_quote(text);
  const auto special = [](char c) { return c == '<' || c == '>' || c == '&' || c == '\xE2'; };
  if (std::ranges::none_of(quoted, special)) return quoted;
  std::string out;
  for (std::string_view rest = quoted; !rest.empty();) {
    const auto escaped = go_escape(rest);
    out += escaped.empty() ? rest.substr(0, 1) : escaped;
    rest.remove_prefix(!escaped.empty() && rest.front() == '\xE2' ? 3 : 1);
  }
  return out;
}

}  // namespace

void JsonWriter::value(std::string_view text) { item(go_quote(text)); }

void JsonWriter::value(double number) {
  std::array<char, 32> text{};
  // 15 digits: what a double keeps of a decimal number without inventing others.
  std::snprintf(text.data(), text.size(), "%.15g", number);
  item(text.data());
}

void JsonWriter::value(const std::vector<std::pair<std::string, std::string>>& map) {
  std::vector<std::reference_wrapper<const std::pair<std::string, std::string>>> sorted(map.begin(), map.end());
  std::ranges::sort(sorted, {}, [](const auto& entry) -> const std::string& { return entry.get().first; });
  begin_object();
  for (const auto& entry : sorted) member(entry.get().first, entry.get().second);
  end_object();
}

void JsonWriter::key(std::string_view name) {
  separate();
  text_ += go_quote(name);
  text_ += indent_.empty() ? ":" : ": ";
  after_key_ = true;
}

void JsonWriter::item(std::string_view text) {
  separate();
  text_ += text;
}

void JsonWriter::separate() {
  if (std::exchange(after_key_, false)) return;
  if (!std::exchange(first_, false)) text_ += ',';
  if (depth_ > 0) new_line();
}

void JsonWriter::new_line() {
  if (indent_.empty()) return;
  text_ += '\n';
  for (int i = 0; i < depth_; ++i) text_ += indent_;
}

void JsonWriter::begin(char bracket) {
  separate();
  text_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::end(char bracket) {
  --depth_;
  if (!std::exchange(first_, false)) new_line();
  text_ += bracket;
}

}  // namespace corten::spec
