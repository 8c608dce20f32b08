// SPDX-License-Identifier: Apache-2.0
#include "cmd/pattern.hpp"

#include <fmt/core.h>

#include <array>
#include <bitset>
#include <cctype>

#include <corten/text.hpp>

#include "cmd/error.hpp"
#include "cmd/text.hpp"

namespace corten::cmd {
namespace {

constexpr std::size_t most_places = 256;
constexpr unsigned most_times = 255;  // RE_DUP_MAX of POSIX
constexpr int most_groups = 100;      // within one another
constexpr unsigned most_work = 200'000;

/// Places between the characters of the text: where matches that have come so far may go on.
using Places = std::bitset<most_places>;
using Characters = std::bitset<256>;

constexpr auto classes = std::to_array<Word<int (*)(int)>>({{"alnum", std::isalnum},
                                                            {"alpha", std::isalpha},
                                                            {"digit", std::isdigit},
                                                            {"lower", std::islower},
                                                            {"punct", std::ispunct},
                                                            {"upper", std::isupper}});

/// Reads the pattern once for all places, which needs no backtracking; what is repeated is read again.
class Matcher {
 public:
  Matcher(std::string_view pattern, std::string_view text) : pattern_{pattern}, text_{text} {}

  bool matches() {
    Places from;
    for (std::size_t place = 0; place <= text_.size(); ++place) from.set(place);
    const auto reached = alternatives(from);
    if (at_ < pattern_.size()) complain("a parenthesis too many");
    return reached.any();
  }

 private:
  [[noreturn]] void complain(std::string_view why) const {
    throw Error{fmt::format("{} is no regular expression: {}", quote(pattern_), why)};
  }

  [[nodiscard]] bool next_is(char wanted) const { return at_ < pattern_.size() && pattern_[at_] == wanted; }
  bool take(char wanted) {
    if (!next_is(wanted)) return false;
    ++at_;
    return true;
  }
  char take_any(std::string_view missing) {
    if (at_ == pattern_.size()) complain(missing);
    return pattern_[at_++];
  }

  Places alternatives(const Places& from) {
    if (++groups_ > most_groups) complain("too many groups within one another");
    Places reached;
    do {
      Places now = from;
      while (at_ < pattern_.size() && !next_is('|') && !next_is(')')) now = repeated(now);
      reached |= now;
    } while (take('|'));
    --groups_;
    return reached;
  }

  /// An atom, and how often it comes.
  Places repeated(const Places& from) {
    const auto start = at_;
    Places now = atom(from);
    unsigned least = 1;
    unsigned most = 1;
    if (take('*')) {
      least = 0;
      most = most_work;
    } else if (take('+')) {
      most = most_work;
    } else if (take('?')) {
      least = 0;
    } else if (take('{')) {
      least = times();
      most = !take(',') ? least : next_is('}') ? most_work : times();
      if (!take('}') || most < least) complain("the numbers between { and } are wrong");
    }
    const auto end = at_;
    Places reached = least == 0 ? from : Places{};
    for (unsigned count = 1; count <= most && now.any(); ++count) {
      if (count >= least) {
        if ((now & ~reached).none()) break;  // and what follows from it has been seen, too
        reached |= now;
      }
      if (count == most) break;
      at_ = start;
      now = atom(now);
    }
    at_ = end;
    return reached;
  }

  unsigned times() {
    const auto first = at_;
    while (at_ < pattern_.size() && std::isdigit(static_cast<unsigned char>(pattern_[at_])) != 0) ++at_;
    const auto number = parse_number<unsigned>(pattern_.substr(first, at_ - first));
    if (!number || *number > most_times) complain("a number between { and } is none up to 255");
    return *number;
  }

  Places atom(const Places& from) {
    if (++work_ > most_work) complain("it takes too many steps");
    Characters wanted;
    const char first = take_any("it ends too early");
    switch (first) {
      case '(': {
        const auto reached = alternatives(from);
        if (!take(')')) complain("a parenthesis is not closed");
        return reached;
      }
      case '^': return from & Places{1};
      case '$': return from & Places{1} << text_.size();
      case '.': return step(from, ~wanted);
      case '[': return step(from, bracket());
      case '*':
      case '+':
      case '?':
      case '{': complain("there is nothing to repeat");
      case '\\': wanted.set(static_cast<unsigned char>(take_any("a backslash ends it"))); break;
      default: wanted.set(static_cast<unsigned char>(first));
    }
    return step(from, wanted);
  }

  Characters bracket() {
    constexpr std::string_view open = "a bracket is not closed";
    Characters found;
    const bool others = take('^');
    for (bool first = true; first || !next_is(']'); first = false) {
      const char from = take_any(open);
      if (from == '[' && (next_is(':') || next_is('.') || next_is('='))) {
        add_class(found);
        continue;
      }
      auto last = from;
      if (next_is('-') && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
        ++at_;
        last = take_any(open);
      }
      const auto end = static_cast<unsigned char>(last);
      auto code = std::size_t{static_cast<unsigned char>(from)};
      if (code > end) complain("a range in brackets ends before it begins");
      for (; code <= end; ++code) found.set(code);
    }
    ++at_;
    return others ? ~found : found;
  }

  /// "[:digit:]", of which the first bracket has been read.
  void add_class(Characters& found) {
    const auto end = pattern_.find(":]", at_ + 1);
    const auto known = find_word(classes, pattern_.substr(at_ + 1, end == std::string_view::npos ? 0 : end - at_ - 1));
    if (!known) complain("a class in brackets is not known");
    for (std::size_t code = 0; code < found.size(); ++code) {
      if ((*known)(static_cast<int>(code)) != 0) found.set(code);
    }
    at_ = end + 2;
  }

  /// The places behind one of `wanted`.
  [[nodiscard]] Places step(const Places& from, const Characters& wanted) const {
    Places reached;
    for (std::size_t place = 0; place < text_.size(); ++place) {
      if (from[place] && wanted[static_cast<unsigned char>(text_[place])]) reached.set(place + 1);
    }
    return reached;
  }

  std::string_view pattern_, text_;
  std::size_t at_ = 0;
  int groups_ = 0;
  unsigned work_ = 0;
};

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  return Matcher{pattern, text.substr(0, most_places - 1)}.matches();
}

std::vector<std::string> matching(std::string_view pattern, const std::vector<std::string>& ids) {
  static_cast<void>(matches(pattern, {}));  // where there is no container it may be wrong, too
  std::vector<std::string> found;
  for (const auto& id : ids) {
    if (matches(pattern, id)) found.push_back(id);
  }
  if (found.empty()) throw Error{fmt::format("{} matches no container", quote(pattern))};
  return found;
}

}  // namespace corten::cmd
