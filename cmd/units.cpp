// SPDX-License-Identifier: Apache-2.0
#include "cmd/units.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <limits>
#include <string>

#include <corten/text.hpp>

#include "cmd/error.hpp"
#include "cmd/text.hpp"

namespace corten::cmd {
namespace {

constexpr std::string_view digits = "0123456789";

constexpr auto size_shifts =
    std::to_array<Word<unsigned>>({{"b", 0}, {"k", 10}, {"m", 20}, {"g", 30}, {"t", 40}, {"p", 50}});

constexpr auto time_units = std::to_array<Word<std::int64_t>>({{"ns", 1},
                                                               {"us", 1'000},
                                                               {"\u00b5s", 1'000},  // the micro sign
                                                               {"\u03bcs", 1'000},  // the Greek letter
                                                               {"ms", 1'000'000},
                                                               {"s", 1'000'000'000},
                                                               {"m", 60'000'000'000},
                                                               {"h", 3'600'000'000'000}});

/// The whole of `text` as a decimal number with, perhaps, a point and an exponent; strtod alone takes blanks, hexadecimal
/// numbers and "nan" too.
double parse_decimal(std::string_view text) {
  const std::string copy{text};
  char* end = nullptr;
  const double number = std::strtod(copy.c_str(), &end);
  const bool other = text.find_first_not_of("0123456789.+-eE") != std::string_view::npos;
  if (other || text.empty() || end != copy.c_str() + copy.size()) {
    throw Error{fmt::format("strconv.ParseFloat: parsing {}: invalid syntax", quote(text))};
  }
  return number;
}

/// Takes the digits at the front of `text`.
std::string_view take_digits(std::string_view& text) {
  const auto found = text.substr(0, text.find_first_not_of(digits));
  text.remove_prefix(found.size());
  return found;
}

/// Takes one number with its unit from the front of `text`.
std::optional<double> take_time(std::string_view& text) {
  const auto whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  const auto name = text.substr(0, text.find_first_of(".0123456789"));
  const auto unit = find_word(time_units, name);
  if (!unit) return std::nullopt;
  text.remove_prefix(name.size());
  return parse_decimal(fmt::format("{}.{}", whole, fraction)) * static_cast<double>(*unit);
}

}  // namespace

std::int64_t parse_size(std::string_view text) {
  const auto last = text.find_last_of("0123456789. ");
  if (last == std::string_view::npos) throw Error{fmt::format("invalid size: '{}'", text)};
  const auto unit = to_lower(text.substr(last + 1));
  double size = parse_decimal(text.substr(0, text[last] == ' ' ? last : last + 1));
  if (size < 0) throw Error{fmt::format("invalid size: '{}'", text)};
  if (!unit.empty()) {
    const auto shift = find_word(size_shifts, std::string_view{unit}.substr(0, 1));
    const auto rest = std::string_view{unit}.substr(1);
    if (!shift || (!rest.empty() && (unit[0] == 'b' || (rest != "b" && rest != "ib")))) {
      throw Error{fmt::format("invalid suffix: '{}'", unit)};
    }
    size *= static_cast<double>(std::uint64_t{1} << *shift);
  }
  if (size >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) {
    throw Error{fmt::format("invalid size: '{}'", text)};
  }
  return static_cast<std::int64_t>(size);
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::nanoseconds{0};
  if (text.empty()) return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    const auto time = take_time(text);
    if (!time) return std::nullopt;
    sum += *time;
  }
  if (sum >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  const auto nanoseconds = static_cast<std::int64_t>(sum);
  return std::chrono::nanoseconds{negative ? -nanoseconds : nanoseconds};
}

}  // namespace corten::cmd
