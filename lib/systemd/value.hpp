// SPDX-License-Identifier: Apache-2.0
// A value with a D-Bus type, as the properties of a unit have them: plain, compared and printed without a bus.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corten::systemd {

struct Value {
  std::string type;          // one complete type: "b", "t", "as", "a(ss)"
  std::uint64_t number = 0;  // of an integer or boolean; a negative one in two's complement
  double real = 0;
  std::string text;
  std::vector<Value> items;  // of an array, a tuple, or the one of a variant
  bool operator==(const Value&) const = default;

  static Value boolean(bool value) { return {"b", value ? 1U : 0U, 0, {}, {}}; }
  static Value u32(std::uint32_t value) { return {"u", value, 0, {}, {}}; }
  static Value u64(std::uint64_t value) { return {"t", value, 0, {}, {}}; }
  static Value string(std::string value) { return {"s", 0, 0, std::move(value), {}}; }
  static Value array(std::string item_type, std::vector<Value> items) {
    return {"a" + std::move(item_type), 0, 0, {}, std::move(items)};
  }
  static Value tuple(std::vector<Value> items);
  static Value variant(Value value) { return {"v", 0, 0, {}, {std::move(value)}}; }
  static Value bytes(std::string_view bytes);  // "ay"
  static Value strings(const std::vector<std::string>& texts);
};

/// What systemd's properties have for "no limit".
inline constexpr std::uint64_t infinity = ~std::uint64_t{0};

struct Property {
  std::string name;
  Value value;
  int since = 0;               // the version of systemd that has it; 0: older than we care for
  bool only_at_start = false;  // systemd takes it with a new scope, and never later
  bool operator==(const Property&) const = default;
};

/// The value that `text` is in GVariant's text format ("uint64 5", "'a'", "[1, 2]", "@as []", "(true, b'x')"), as in
/// annotations org.systemd.property.*. Dictionaries, object paths and signatures, which no unit takes, are refused.
[[nodiscard]] Value parse_value(std::string_view text);

/// `value` in the same format, for messages.
[[nodiscard]] std::string show(const Value& value);

}  // namespace corten::systemd
