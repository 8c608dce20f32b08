// SPDX-License-Identifier: Apache-2.0
#include "systemd/value.hpp"

#include <fmt/core.h>

#include "base/text.hpp"

namespace corten::systemd {
namespace {

std::string show_all(const std::vector<Value>& items) {
  std::vector<std::string> shown;
  shown.reserve(items.size());
  for (const auto& item : items) shown.push_back(show(item));
  return join(shown, ", ");
}

}  // namespace

Value Value::tuple(std::vector<Value> items) {
  std::string type = "(";
  for (const auto& item : items) type += item.type;
  return {type + ")", 0, 0, {}, std::move(items)};
}

Value Value::bytes(std::string_view bytes) {
  auto value = array("y", {});
  for (const char byte : bytes) value.items.push_back({"y", static_cast<unsigned char>(byte), 0, {}, {}});
  return value;
}

Value Value::strings(const std::vector<std::string>& texts) {
  auto value = array("s", {});
  for (const auto& text : texts) value.items.push_back(string(text));
  return value;
}

std::string show(const Value& value) {
  switch (value.type.empty() ? '\0' : value.type.front()) {
    case 'b': return value.number != 0 ? "true" : "false";
    case 's': return quote(value.text);
    case 'd': return fmt::format("{}", value.real);
    case 'n':
    case 'i':
    case 'x': return std::to_string(static_cast<std::int64_t>(value.number));
    case 'a': return fmt::format("[{}]", show_all(value.items));
    case '(': return fmt::format("({})", show_all(value.items));
    case 'v': return fmt::format("<{}>", show_all(value.items));
    default: return std::to_string(value.number);
  }
}

}  // namespace corten::systemd
