// SPDX-License-Identifier: Apache-2.0
// GVariant's text format. What it reads comes from a bundle's annotations.
#include <fmt/core.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"
#include "systemd/value.hpp"

namespace corten::systemd {
namespace {

constexpr int deepest = 16;

constexpr auto type_words = named_table<char>({
    {"boolean", 'b'},
    {"byte", 'y'},
    {"int16", 'n'},
    {"uint16", 'q'},
    {"int32", 'i'},
    {"uint32", 'u'},
    {"int64", 'x'},
    {"uint64", 't'},
    {"double", 'd'},
    {"string", 's'},
});

constexpr auto escapes = named_table<char>({
    {"a", '\a'},
    {"b", '\b'},
    {"f", '\f'},
    {"n", '\n'},
    {"r", '\r'},
    {"t", '\t'},
    {"v", '\v'},
});

struct Range {
  std::int64_t least;
  std::uint64_t most;
};

constexpr auto ranges = named_table<Range>({
    {"y", {0, UINT8_MAX}},
    {"n", {INT16_MIN, INT16_MAX}},
    {"q", {0, UINT16_MAX}},
    {"i", {INT32_MIN, INT32_MAX}},
    {"u", {0, UINT32_MAX}},
    {"x", {INT64_MIN, INT64_MAX}},
    {"t", {0, UINT64_MAX}},
});

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      put(0xE0 | (code >> 12));
    } else {
      put(0xF0 | (code >> 18));
      put(0x80 | ((code >> 12) & 0x3F));
    }
    put(0x80 | ((code >> 6) & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_{text} {}

  Value all() {
    auto value = any({}, 0);
    skip_blanks();
    if (at_ < text_.size()) fail("what follows the value");
    return value;
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw Error{fmt::format("cannot parse {} at {} of {}", what, at_, quote(text_))};
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }

  bool take(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void need(char wanted) {
    if (!take(wanted)) fail(fmt::format("(no '{}')", wanted));
  }

  std::string_view word() {
    const auto begin = at_;
    while (is_word(peek()) || peek() == '.' || peek() == '+' || peek() == '-') ++at_;
    return text_.substr(begin, at_ - begin);
  }

  /// A value of type `wanted`, or of the type it shows by itself when that is empty.
  Value any(std::string wanted, int depth) {
    if (depth > deepest) fail("so deep a value");
    skip_blanks();
    const char first = peek();
    if (first == '@') {
      ++at_;
      return typed(signature(0), wanted, depth);
    }
    if (first == '[') return array(wanted, depth);
    if (first == '(') return tuple(wanted, depth);
    if (first == '<') return variant(wanted, depth);
    if (first == '\'' || first == '"') return checked({"s", 0, 0, string(false), {}}, wanted);
    if (first == 'b' && at_ + 1 < text_.size() && (text_[at_ + 1] == '\'' || text_[at_ + 1] == '"')) {
      ++at_;
      return checked(Value::bytes(string(true) + '\0'), wanted);
    }
    const auto name = word();
    if (name == "true" || name == "false") return checked(Value::boolean(name == "true"), wanted);
    if (const auto type = type_words.find(name)) return typed(std::string(1, *type), wanted, depth);
    return number(name, wanted);
  }

  Value typed(std::string type, const std::string& wanted, int depth) {
    if (!wanted.empty() && wanted != type) fail(fmt::format("a {} where a {} is wanted", quote(type), quote(wanted)));
    return any(std::move(type), depth + 1);
  }

  Value checked(Value value, const std::string& wanted) const {
    if (!wanted.empty() && wanted != value.type) fail(fmt::format("the value as {}", quote(wanted)));
    return value;
  }

  /// One complete type.
  std::string signature(int depth) {
    if (depth > deepest) fail("so deep a type");
    const char first = peek();
    if (first == 'a') {
      ++at_;
      return "a" + signature(depth + 1);
    }
    if (first == '(') {
      ++at_;
      std::string type = "(";
      while (peek() != ')') type += signature(depth + 1);
      ++at_;
      if (type.size() == 1) fail("a type without members");
      return type + ")";
    }
    if (first == '\0' || std::string_view{"bynqiuxtdsv"}.find(first) == std::string_view::npos) fail("the type");
    ++at_;
    return std::string(1, first);
  }

  Value array(const std::string& wanted, int depth) {
    if (!wanted.empty() && !wanted.starts_with('a')) fail(fmt::format("an array as {}", quote(wanted)));
    need('[');
    auto item_type = wanted.empty() ? std::string{} : wanted.substr(1);
    std::vector<Value> items;
    if (!take(']')) {
      do {
        items.push_back(any(item_type, depth + 1));
        item_type = items.front().type;
      } while (take(','));
      need(']');
    }
    if (item_type.empty()) fail("an empty array without a type");
    return Value::array(std::move(item_type), std::move(items));
  }

  Value tuple(const std::string& wanted, int depth) {
    need('(');
    std::vector<Value> items;
    std::size_t from = 1;  // in `wanted`
    do {
      if (!items.empty() && peek_after_blanks() == ')') break;  // "(1,)"
      std::string type;
      if (!wanted.empty()) {
        Parser types{std::string_view{wanted}.substr(std::min(from, wanted.size()))};
        type = types.signature(0);
        from += type.size();
      }
      items.push_back(any(std::move(type), depth + 1));
    } while (take(','));
    need(')');
    return checked(Value::tuple(std::move(items)), wanted);
  }

  char peek_after_blanks() {
    skip_blanks();
    return peek();
  }

  Value variant(const std::string& wanted, int depth) {
    need('<');
    auto value = Value::variant(any({}, depth + 1));
    need('>');
    return checked(std::move(value), wanted);
  }

  std::string string(bool bytes) {
    const char end = text_[at_++];
    std::string value;
    while (peek() != end || at_ >= text_.size()) {
      if (at_ >= text_.size()) fail("a string without an end");
      const char c = text_[at_++];
      if (c == '\\') {
        escape(value, bytes);
      } else {
        value.push_back(c);
      }
    }
    ++at_;
    return value;
  }

  void escape(std::string& value, bool bytes) {
    if (at_ >= text_.size()) fail("a string without an end");
    const auto name = text_.substr(at_++, 1);
    if (const auto known = escapes.find(name)) {
      value.push_back(*known);
    } else if (!bytes && (name == "u" || name == "U")) {
      const std::size_t digits = name == "u" ? 4 : 8;
      const auto code = parse_number<std::uint32_t>(text_.substr(at_, digits), 16);
      if (!code || *code == 0 || *code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000))
        fail("the character's number");
      at_ += digits;
      append_utf8(value, *code);
    } else if (bytes && name.front() >= '0' && name.front() <= '7') {
      --at_;
      std::size_t digits = 0;
      while (digits < 3 && at_ + digits < text_.size() && text_[at_ + digits] >= '0' && text_[at_ + digits] <= '7')
        ++digits;
      value.push_back(static_cast<char>(*parse_number<unsigned>(text_.substr(at_, digits), 8)));
      at_ += digits;
    } else {
      value.push_back(name.front());
    }
  }

  Value number(std::string_view name, const std::string& wanted) const {
    const bool hexadecimal = name.find("0x") != std::string_view::npos;
    const bool looks_real = name.find("nan") != std::string_view::npos || name.find("inf") != std::string_view::npos ||
                            (!hexadecimal && name.find_first_of(".eE") != std::string_view::npos);
    const auto type = !wanted.empty() ? wanted : std::string{looks_real ? "d" : "i"};
    if (type == "d") return {type, 0, real(name), {}, {}};
    const auto range = ranges.find(type);
    if (!range || name.empty()) fail(name.empty() ? "the value" : quote(name));
    const bool negative = name.starts_with('-');
    auto digits = name.substr(negative || name.starts_with('+') ? 1 : 0);
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
      base = 16;
      digits.remove_prefix(2);
    } else if (digits.size() > 1 && digits.starts_with('0')) {
      base = 8;
    }
    const auto magnitude = parse_number<std::uint64_t>(digits, base);
    if (!magnitude) fail(quote(name));
    const auto most = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(range->least) : range->most;
    if (*magnitude > most) fail(fmt::format("{}, which is out of range,", name));
    return {type, negative ? std::uint64_t{0} - *magnitude : *magnitude, 0, {}, {}};
  }

  [[nodiscard]] double real(std::string_view name) const {
    const std::string text{name};
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0') fail(quote(name));
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Value parse_value(std::string_view text) { return Parser{text}.all(); }

}  // namespace corten::systemd
