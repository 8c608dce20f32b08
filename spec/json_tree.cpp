// SPDX-License-Identifier: Apache-2.0
#include "spec/json_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace corten::spec {
namespace {

using Kind = JsonNode::Kind;

constexpr std::size_t max_depth = 512;

std::string_view after(std::string_view text, std::string_view mark) {
  const auto at = text.find(mark);
  return at == std::string_view::npos ? text : text.substr(at);
}

/// Takes the events of nlohmann's parser, whose nesting is on the heap: no text can overflow the stack.
class Builder {
 public:
  Builder(std::string_view name, const JsonPlace& last, std::vector<JsonNode>& nodes, std::string& characters)
      : name_{name}, last_{last}, nodes_{nodes}, characters_{characters} {}

  bool null() { return add(Kind::null, 0); }
  bool boolean(bool value) { return add(Kind::boolean, value ? 1 : 0); }
  bool number_integer(std::int64_t value) { return add(Kind::negative, static_cast<std::uint64_t>(value)); }
  bool number_unsigned(std::uint64_t value) { return add(Kind::number, value); }
  bool number_float(double /*value*/, const std::string& text) { return add_text(Kind::real, text); }
  bool string(const std::string& text) {
    const bool ends = is_last();
    add_text(Kind::string, text);
    if (ends) {
      while (!open_.empty()) close();
    }
    return !ends;
  }
  bool binary(const std::vector<std::uint8_t>& /*bytes*/) { return false; }  // never in a text
  bool start_object(std::size_t /*size*/) { return open(Kind::object); }
  bool start_array(std::size_t /*size*/) { return open(Kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(const std::string& text) {
    key_at_ = static_cast<std::uint32_t>(characters_.size());
    key_size_ = static_cast<std::uint32_t>(text.size());
    characters_ += text;
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const nlohmann::detail::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - ..."
    const std::string_view what = after(error.what(), "line ");
    const bool comma = what.ends_with("literal; expected '}'") || what.ends_with("literal; expected ']'");
    throw Error{fmt::format("{}: {}{}", name_, what, comma ? " (a comma is missing in front of it)" : "")};
  }

 private:
  bool add(Kind kind, std::uint64_t value) {
    if (!open_.empty()) ++nodes_[open_.back()].value;
    nodes_.push_back({value, 1, key_at_, key_size_, kind});
    key_size_ = 0;
    return true;
  }

  [[nodiscard]] bool is_last() const {
    if (last_.member.empty() || open_.size() != 2) return false;
    const std::string_view all{characters_};
    const auto& object = nodes_[open_.back()];
    return all.substr(key_at_, key_size_) == last_.member && all.substr(object.key_at, object.key_size) == last_.object;
  }

  bool add_text(Kind kind, const std::string& text) {
    add(kind, characters_.size());
    nodes_.back().size = static_cast<std::uint32_t>(text.size());
    characters_ += text;
    return true;
  }

  bool open(Kind kind) {
    if (open_.size() == max_depth) throw Error{fmt::format("{}: nested deeper than {} levels", name_, max_depth)};
    const auto at = static_cast<std::uint32_t>(nodes_.size());
    add(kind, 0);
    open_.push_back(at);
    return true;
  }

  bool close() {
    nodes_[open_.back()].size = static_cast<std::uint32_t>(nodes_.size()) - open_.back();
    open_.pop_back();
    return true;
  }

  std::string_view name_;
  JsonPlace last_;
  std::vector<JsonNode>& nodes_;
  std::string& characters_;
  std::vector<std::uint32_t> open_;
  std::uint32_t key_at_ = 0, key_size_ = 0;
};

}  // namespace

JsonTree::JsonTree(std::string_view text, std::string_view name, const JsonPlace& last, Rest rest) : name_{name} {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) throw Error{name_ + ": larger than 4 GiB"};
  // The parser would take it for the end of the text.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    const auto line = 1 + std::ranges::count(text.substr(0, nul), '\n');
    throw Error{fmt::format("{}: line {}: a NUL byte", name_, line)};
  }
  // RFC 8259, section 8.1. The parser passes over it; runc and crun do not.
  if (text.starts_with("\xef\xbb\xbf")) {
    throw Error{fmt::format(
        "{}: line 1, column 1: a byte order mark, which JSON does not have: save the file without one", name_)};
  }
  // Unescaped, a text only gets shorter; pages that stay untouched cost nothing.
  characters_.reserve(text.size());
  nodes_.reserve(text.size() / 16);
  Builder builder{name_, last, nodes_, characters_};
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder, nlohmann::json::input_format_t::json,
                            rest == Rest::refused);
}

}  // namespace corten::spec
