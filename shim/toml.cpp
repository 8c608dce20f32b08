// SPDX-License-Identifier: Apache-2.0
#include "shim/toml.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "shim/failure.hpp"
#include "spec/json_value.hpp"

namespace corten::shim {
namespace {

bool is_bare(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         byte == '-';
}

class Reader {
 public:
  Reader(std::string_view line, std::size_t number) : rest_{trim(line)}, number_{number} {}

  [[nodiscard]] bool at_end() const { return rest_.empty() || rest_.front() == '#'; }

  TomlLine line() {
    TomlLine line{number_, name(), {}};
    if (!rest_.starts_with('=')) refuse("no \"name = value\"");
    rest_ = trim(rest_.substr(1));
    line.value = value();
    rest_ = trim(rest_);
    if (!at_end()) refuse("more than one value");
    return line;
  }

 private:
  [[noreturn]] void refuse(const char* why) const {
    throw Failure{Code::invalid_argument, fmt::format("line {} of the options has {}", number_, why)};
  }

  std::string_view take(std::size_t size) {
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  bool at_quote() const { return rest_.starts_with('"') || rest_.starts_with('\''); }

  std::string_view bare() {
    return take(static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), is_bare) - rest_.begin()));
  }

  std::string name() {
    std::string name{at_quote() ? text() : bare()};
    if (name.empty()) refuse("no \"name = value\"");
    rest_ = trim(rest_);
    return name;
  }

  std::variant<bool, std::int64_t, std::string> value() {
    if (at_quote()) return text();
    const bool positive = rest_.starts_with('+');
    if (positive) take(1);
    std::string word{take(rest_.find_first_of(" \t#"))};
    if (!positive && word == "true") return true;
    if (!positive && word == "false") return false;
    word.erase(std::remove(word.begin(), word.end(), '_'), word.end());
    const auto number = parse_number<std::int64_t>(word);
    if (!number) refuse("a value that is neither true, false, an integer nor a string");
    return *number;
  }

  std::string text() {
    if (rest_.starts_with(R"(""")") || rest_.starts_with("'''")) refuse("a string of several lines");
    const char quote = rest_.front();
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != quote) end += quote == '"' && rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) refuse("a string without an end");
    const auto quoted = take(end + 1);
    if (quote == '\'') return std::string{quoted.substr(1, end - 1)};
    return unescape(quoted);
  }

  /// JSON's strings have the same escapes.
  std::string unescape(std::string_view quoted) const {
    try {
      const spec::JsonTree tree{quoted, "options"};
      return std::string{tree.text(tree[0])};
    } catch (const Error&) {
      refuse("a string that is none");
    }
  }

  std::string_view rest_;
  std::size_t number_;
};

}  // namespace

std::vector<TomlLine> read_toml(std::string_view text) {
  std::vector<TomlLine> lines;
  for (std::size_t number = 0; const auto line : split(text, '\n')) {
    Reader reader{line, ++number};
    if (!reader.at_end()) lines.push_back(reader.line());
  }
  return lines;
}

}  // namespace corten::shim
