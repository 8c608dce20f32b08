// SPDX-License-Identifier: Apache-2.0
#include "cmd/arguments.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

#include <corten/nearest.hpp>
#include <corten/text.hpp>

#include "cmd/error.hpp"
#include "cmd/text.hpp"

namespace corten::cmd {
namespace {

constexpr auto booleans = std::to_array<Word<bool>>({{"1", true},
                                                     {"t", true},
                                                     {"T", true},
                                                     {"true", true},
                                                     {"TRUE", true},
                                                     {"True", true},
                                                     {"0", false},
                                                     {"f", false},
                                                     {"F", false},
                                                     {"false", false},
                                                     {"FALSE", false},
                                                     {"False", false}});

constexpr auto bases = std::to_array<Word<int>>({{"0x", 16}, {"0X", 16}, {"0o", 8}, {"0O", 8}, {"0b", 2}, {"0B", 2}});

/// One word that starts with a dash: "-name", "--name" or "--name=value".
struct Dashed {
  std::string_view name;
  std::optional<std::string_view> value;
};

std::optional<Dashed> split_dashed(std::string_view word) {
  const auto text = word.substr(word[1] == '-' ? 2 : 1);
  if (text.empty() || text[0] == '-' || text[0] == '=') return std::nullopt;
  const auto at = text.find('=');
  if (at == std::string_view::npos) return Dashed{text, std::nullopt};
  return Dashed{text.substr(0, at), text.substr(at + 1)};
}

const Option* find(std::span<const Option> table, std::string_view name) {
  const auto found = std::ranges::find_if(table, [name](const Option& option) {
    return option.name == name || (name.size() == 1 && option.letter == name[0]);
  });
  return found == table.end() ? nullptr : &*found;
}

/// "true" or "false".
std::string flag_value(const Dashed& word) {
  const auto value = parse_bool(word.value.value_or("true"));
  if (!value) throw Error{fmt::format("invalid boolean value {} for -{}: parse error", quote(*word.value), word.name)};
  return *value ? "true" : "false";
}

/// Goes through the words once.
class Reader {
 public:
  Reader(std::span<const Option> table, std::span<const char* const> words, Order order)
      : table_{table}, words_{words}, order_{order} {}

  Words read() {
    while (at_ < words_.size()) {
      const std::string_view word = words_[at_++];
      if (word == "--") {
        take_rest();
      } else if (word.size() > 1 && word[0] == '-') {
        dashed(word);
      } else {
        result_.arguments.emplace_back(word);
        if (order_ == Order::options_first) take_rest();
      }
    }
    return std::move(result_);
  }

 private:
  void take_rest() {
    for (; at_ < words_.size(); ++at_) result_.arguments.emplace_back(words_[at_]);
  }

  void dashed(std::string_view text) {
    const auto word = split_dashed(text);
    const auto* option = word ? find(table_, word->name) : nullptr;
    if (option != nullptr) {
      result_.options.push_back({option, word->name, is_flag(*option) ? flag_value(*word) : value(*word)});
    } else if (letters(text)) {
      return;
    } else if (!result_.arguments.empty()) {
      result_.arguments.emplace_back(text);  // behind the first argument: `kill ctr -1` names a signal
    } else if (!word) {
      throw Error{fmt::format("bad flag syntax: {}", text)};
    } else {
      throw Error{
          fmt::format("flag provided but not defined: -{}{}", word->name, did_you_mean(word->name, table_, "--"))};
    }
  }

  /// "-qf json" is "-q -f json", as crun has it: the letters of flags, at the end perhaps one that takes the next word.
  bool letters(std::string_view text) {
    if (text[1] == '-') return false;
    std::vector<Given> found;
    for (std::size_t i = 1; i < text.size(); ++i) {
      const auto letter = text.substr(i, 1);
      const auto* option = find(table_, letter);
      const bool takes_next = i + 1 == text.size() && at_ < words_.size();
      if (option == nullptr || (!is_flag(*option) && !takes_next)) return false;
      found.push_back({option, letter, is_flag(*option) ? "true" : words_[at_]});
      if (!is_flag(*option)) ++at_;
    }
    std::ranges::move(found, std::back_inserter(result_.options));
    return true;
  }

  std::string value(const Dashed& word) {
    if (word.value) return std::string{*word.value};
    if (at_ == words_.size()) throw Error{fmt::format("flag needs an argument: -{}", word.name)};
    return words_[at_++];
  }

  std::span<const Option> table_;
  std::span<const char* const> words_;
  Order order_;
  std::size_t at_ = 0;
  Words result_;
};

}  // namespace

bool is_flag(const Option& option) {
  return std::holds_alternative<bool*>(option.target) || std::holds_alternative<std::optional<bool>*>(option.target);
}

std::optional<bool> parse_bool(std::string_view text) { return find_word(booleans, text); }

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('-')) return std::nullopt;
  int base = 10;
  if (const auto prefixed = find_word(bases, text.substr(0, 2))) {
    base = *prefixed;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  const auto number = parse_number<std::int64_t>(text, base);
  return number && negative ? std::optional{-*number} : number;
}

Words take_apart(std::span<const Option> table, std::span<const char* const> words, Order order) {
  return Reader{table, words, order}.read();
}

}  // namespace corten::cmd
