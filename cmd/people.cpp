// SPDX-License-Identifier: Apache-2.0
#include "cmd/people.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>

#include "cmd/text.hpp"

namespace corten::cmd {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Where `text` goes on behind so many characters.
std::size_t skip(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (; at < text.size() && characters > 0; --characters) {
    do ++at;
    while (at < text.size() && continues(text[at]));
  }
  return at;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += continues(c) ? 0U : 1U;
  return count;
}

struct Unit {
  std::string_view name;
  std::time_t seconds;
};
constexpr std::array units = {Unit{"year", 31'536'000}, Unit{"month", 2'592'000}, Unit{"week", 604'800},
                              Unit{"day", 86'400},      Unit{"hour", 3'600},      Unit{"minute", 60}};

/// Of "2026-11-30T10:00:00", whatever follows but a zone. strptime(3) and timegm(3) would bring 20 KiB of libc.
std::optional<std::time_t> seconds_of(std::string_view text) {
  if (text.size() < 20 || text.back() != 'Z') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) { return parse_number<unsigned>(text.substr(at, size)); };
  const auto year = number(0, 4), month = number(5, 2), day = number(8, 2);
  const auto hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month},
                                         std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
  return std::time_t{days} * 86'400 + *hour * 3'600 + *minute * 60 + *second;
}

}  // namespace

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  constexpr std::size_t usual = 80;  // a serial line does not know
  return size.ws_col != 0 ? size.ws_col : usual;
}

std::string ago(std::string_view then, std::time_t now) {
  const auto made = seconds_of(then);
  if (!made || *made > now) return std::string{then};
  const auto past = now - *made;
  for (const auto& unit : units) {
    const auto count = past / unit.seconds;
    if (count > 0) return fmt::format("{} {}{} ago", count, unit.name, count == 1 ? "" : "s");
  }
  return "just now";
}

std::string shortened(std::string_view text, std::size_t width, bool from_end) {
  const auto length = characters(text);
  if (length <= width) return std::string{text};
  if (width == 0) return {};
  if (from_end) return "…" + std::string{text.substr(skip(text, length - width + 1))};
  return std::string{text.substr(0, skip(text, width - 1))} + "…";
}

}  // namespace corten::cmd
