// SPDX-License-Identifier: Apache-2.0
// The known name that a misspelt one may stand for: for messages that say it.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace corten {

/// A row that starts with its name.
template <class Row>
concept NamedRow = std::same_as<Row, std::string_view> || requires(const Row& row) {
  { row.name } -> std::same_as<const std::string_view&>;
};

/// The names of a table, whatever else is in its rows: each starts with its name, a std::string_view. Does not own the table.
class Names {
 public:
  template <class Rows>
  requires NamedRow<std::remove_cvref_t<decltype(*std::data(std::declval<const Rows&>()))>> Names(
      const Rows& rows)  // NOLINT(google-explicit-constructor): a table is its names
      : first_{static_cast<const void*>(std::data(rows))}, count_{std::size(rows)}, stride_{sizeof *std::data(rows)} {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::string_view operator[](std::size_t at) const {
    return *reinterpret_cast<const std::string_view*>(static_cast<const char*>(first_) + at * stride_);  // NOLINT
  }

 private:
  const void* first_;
  std::size_t count_, stride_;
};

/// How many characters are to be put in, left out, changed or swapped with the next one to make `b` of `a`; case does not count.
[[gnu::noinline, gnu::cold]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  constexpr std::size_t longest = 47;
  if (a.size() > longest || b.size() > longest) return std::max(a.size(), b.size());
  const auto same = [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  };
  std::array<std::array<std::uint8_t, longest + 1>, 3> rows{};  // of the matrix: this one, and the two above it
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<std::uint8_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    row[0] = static_cast<std::uint8_t>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t best = above[j - 1] + (same(a[i - 1], b[j - 1]) ? 0U : 1U);
      best = std::min({best, above[j] + std::size_t{1}, row[j - 1] + std::size_t{1}});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        best = std::min(best, rows[(i + 1) % 3][j - 2] + std::size_t{1});
      }
      row[j] = static_cast<std::uint8_t>(best);
    }
  }
  return rows[a.size() % 3][b.size()];
}

/// The name that `word` is nearest to, or an empty text where it is like none of them.
[[gnu::noinline, gnu::cold]] inline std::string_view nearest(std::string_view word, Names known) {
  std::string_view found;
  auto most = std::min<std::size_t>(word.size() / 3, 3) + 1;
  for (std::size_t at = 0; at < known.size(); ++at) {
    const auto distance = edit_distance(word, known[at]);
    if (distance >= most) continue;
    most = distance;
    found = known[at];
  }
  return found;
}

/// ` (did you mean "NAME"?)`, or an empty text. `prefix` is put in front of the name.
[[gnu::noinline, gnu::cold]] inline std::string did_you_mean(std::string_view word, Names known,
                                                             std::string_view prefix = {}) {
  const auto name = nearest(word, known);
  if (name.empty()) return {};
  return std::string{" (did you mean \""}.append(prefix).append(name).append("\"?)");
}

}  // namespace corten
