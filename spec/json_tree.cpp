// SPDX-License-Identifier: Apache-2.0
#include "spec/json_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::spec {
namespace {

using Kind = JsonNode::Kind;

constexpr int max_depth = 512;  // each level is a frame or two of the stack
constexpr std::uint32_t replacement = 0xFFFD;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

void append_utf8(std::string& to, std::uint32_t code) {
  const auto add = [&to](std::uint32_t byte) { to += static_cast<char>(byte); };
  const auto add_rest = [&](std::uint32_t shift) { add(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0U | (code >> 6U));
    add_rest(0);
  } else if (code < 0x10000) {
    add(0xE0U | (code >> 12U));
    add_rest(6);
    add_rest(0);
  } else {
    add(0xF0U | (code >> 18U));
    add_rest(12);
    add_rest(6);
    add_rest(0);
  }
}

/// One walk over the text, by recursive descent.
class Scanner {
 public:
  Scanner(std::string_view text, std::string_view name, std::vector<JsonNode>& nodes, std::string& unescaped)
      : text_{text}, name_{name}, nodes_{nodes}, unescaped_{unescaped} {}

  void document() {
    value({}, 0);
    skip_blanks();
    if (at_ != text_.size()) refuse("the end of the text");
  }

 private:
  struct Piece {
    std::size_t at = 0, size = 0;
    bool unescaped = false;
  };

  void value(const Piece& key, int depth) {
    skip_blanks();
    JsonNode& node = nodes_.emplace_back();  // no reference once there are children
    node.key_at = static_cast<std::uint32_t>(key.at);
    node.key_size = static_cast<std::uint32_t>(key.size);
    node.key_unescaped = key.unescaped;
    switch (peek()) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': return set_text(node, Kind::string, string());
      case 't': return literal(node, "true", Kind::boolean, 1);
      case 'f': return literal(node, "false", Kind::boolean, 0);
      case 'n': return literal(node, "null", Kind::null, 0);
      default: return number(node);
    }
  }

  void object(int depth) {
    const auto self = enter(Kind::object, depth);
    std::uint64_t count = 0;
    skip_blanks();
    if (!take('}')) {
      do {
        skip_blanks();
        if (peek() != '"') refuse(count == 0 ? "a name in quotes or '}'" : "a name in quotes");
        const auto key = string();
        skip_blanks();
        if (!take(':')) refuse("':'");
        value(key, depth + 1);
        ++count;
        skip_blanks();
      } while (take(','));
      if (!take('}')) refuse("',' or '}'");
    }
    leave(self, count);
  }

  void array(int depth) {
    const auto self = enter(Kind::array, depth);
    std::uint64_t count = 0;
    skip_blanks();
    if (!take(']')) {
      do {
        value({}, depth + 1);
        ++count;
        skip_blanks();
      } while (take(','));
      if (!take(']')) refuse("',' or ']'");
    }
    leave(self, count);
  }

  std::size_t enter(Kind kind, int depth) {
    if (depth == max_depth) refuse(fmt::format("no more than {} levels", max_depth));
    ++at_;
    nodes_.back().kind = kind;
    return nodes_.size() - 1;
  }

  void leave(std::size_t self, std::uint64_t count) {
    nodes_[self].value = count;
    nodes_[self].size = static_cast<std::uint32_t>(nodes_.size() - self);
  }

  static void set_text(JsonNode& node, Kind kind, const Piece& piece) {
    node.kind = kind;
    node.value = piece.at;
    node.size = static_cast<std::uint32_t>(piece.size);
    node.text_unescaped = piece.unescaped;
  }

  void literal(JsonNode& node, std::string_view word, Kind kind, std::uint64_t value) {
    if (text_.substr(at_, word.size()) != word) refuse("a value");
    at_ += word.size();
    node.kind = kind;
    node.value = value;
  }

  void number(JsonNode& node) {
    const auto start = at_;
    const bool negative = take('-');
    if (!negative && !is_digit(peek())) refuse("a value");
    if (!take('0')) digits();
    const auto end_of_whole = at_;
    if (take('.')) digits();
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      digits();
    }
    const auto text = text_.substr(start, at_ - start);
    if (at_ == end_of_whole && set_integer(node, text, negative)) return;
    set_text(node, Kind::real, {start, text.size()});  // only shown in messages: no field is one
  }

  static bool set_integer(JsonNode& node, std::string_view text, bool negative) {
    if (negative) {
      const auto value = parse_number<std::int64_t>(text);
      if (value) node.value = std::bit_cast<std::uint64_t>(*value);
      node.kind = Kind::negative;
      return value.has_value();
    }
    const auto value = parse_number<std::uint64_t>(text);
    node.value = value.value_or(0);
    node.kind = Kind::number;
    return value.has_value();
  }

  void digits() {
    if (!is_digit(peek())) refuse("a digit");
    while (is_digit(peek())) ++at_;
  }

  /// The string that starts here, without its quotes.
  Piece string() {
    ++at_;
    const auto start = at_;
    skip_plain();
    if (take('"')) return {start, at_ - 1 - start};
    if (unescaped_.empty()) unescaped_.reserve(text_.size());  // an escape is never shorter than what it stands for
    Piece piece{unescaped_.size(), 0, true};
    unescaped_ += text_.substr(start, at_ - start);
    while (!take('"')) {
      if (!take('\\')) refuse("'\"'");
      escape();
      const auto next = at_;
      skip_plain();
      unescaped_ += text_.substr(next, at_ - next);
    }
    piece.size = unescaped_.size() - piece.at;
    return piece;
  }

  /// To the next quote, backslash or control character.
  void skip_plain() {
    auto at = at_;
    for (; at < text_.size(); ++at) {
      const auto byte = static_cast<unsigned char>(text_[at]);
      if (byte == '"' || byte == '\\' || byte < 0x20) break;
      if (byte < 0x80) continue;
      const auto length = utf8_length(text_.substr(at));
      if (length == 0) {
        at_ = at;
        refuse("UTF-8");
      }
      at += length - 1;
    }
    at_ = at;
  }

  void escape() {
    const char c = peek();
    switch (c) {
      case '"':
      case '\\':
      case '/': unescaped_ += c; break;
      case 'b': unescaped_ += '\b'; break;
      case 'f': unescaped_ += '\f'; break;
      case 'n': unescaped_ += '\n'; break;
      case 'r': unescaped_ += '\r'; break;
      case 't': unescaped_ += '\t'; break;
      case 'u': return append_utf8(unescaped_, code_point());
      default: refuse("one of \"\\/bfnrtu");
    }
    ++at_;
  }

  /// "uXXXX", or two of them that make a surrogate pair; half a pair becomes U+FFFD, as in Go.
  std::uint32_t code_point() {
    const auto first = code_unit();
    if (first < 0xD800 || first >= 0xE000) return first;
    if (first >= 0xDC00 || text_.substr(at_, 2) != "\\u") return replacement;
    const auto before_second = at_++;
    const auto second = code_unit();
    if (second >= 0xDC00 && second < 0xE000) return 0x10000 + ((first - 0xD800) << 10U) + (second - 0xDC00);
    at_ = before_second;
    return replacement;
  }

  std::uint32_t code_unit() {
    ++at_;
    const auto digits = text_.substr(at_, 4);
    const auto value = parse_number<std::uint32_t>(digits, 16);
    if (!value || digits.size() < 4) refuse("four hexadecimal digits");
    at_ += 4;
    return *value;
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skip_blanks() {
    auto at = at_;
    while (at < text_.size() && is_blank(text_[at])) ++at;
    at_ = at;
  }

  [[noreturn]] void refuse(std::string_view expected) const {
    const auto before = text_.substr(0, at_);
    const auto line = 1 + std::ranges::count(before, '\n');
    const auto column = at_ - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    const auto found = at_ == text_.size() ? "the end of the text" : quote(text_.substr(at_, 1));
    throw Error{fmt::format("{}: line {}, column {}: expected {}, got {}", name_, line, column, expected, found)};
  }

  std::string_view text_, name_;
  std::vector<JsonNode>& nodes_;
  std::string& unescaped_;
  std::size_t at_ = 0;
};

}  // namespace

JsonTree::JsonTree(std::string_view text, std::string_view name) : name_{name}, source_{text} {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) throw Error{name_ + ": larger than 4 GiB"};
  nodes_.reserve(text.size() / 16);  // pages that stay untouched cost nothing
  Scanner{text, name_, nodes_, unescaped_}.document();
}

}  // namespace corten::spec
