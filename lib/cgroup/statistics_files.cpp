// SPDX-License-Identifier: Apache-2.0
#include "cgroup/statistics_files.hpp"

#include <fmt/core.h>

#include <cstdlib>

#include "base/id_list.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"

namespace corten::cgroup {

using namespace resources;
namespace {

double fraction(std::string_view text) { return std::strtod(std::string{text}.c_str(), nullptr); }

PressureTimes parse_pressure_line(const std::vector<std::string_view>& words) {
  PressureTimes line;
  for (const auto word : words) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const auto key = word.substr(0, equals);
    const auto value = word.substr(equals + 1);
    if (key == "avg10") line.average_10 = fraction(value);
    if (key == "avg60") line.average_60 = fraction(value);
    if (key == "avg300") line.average_300 = fraction(value);
    if (key == "total") line.total = count_of(value);
  }
  return line;
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const auto word : split(line, ' ')) {
    if (const auto trimmed = trim(word); !trimmed.empty()) words.push_back(trimmed);
  }
  return words;
}

std::uint64_t count_of(std::string_view word) { return parse_number<std::uint64_t>(word).value_or(0); }

std::uint64_t read_count(const std::string& path) { return read_number(path).value_or(0); }

std::map<std::string, std::uint64_t> read_counts(const std::string& path) {
  std::map<std::string, std::uint64_t> counts;
  const auto text = read_if_exists(path);
  if (!text) return counts;
  for (const auto line : split(*text, '\n')) {
    const auto words = words_of(line);
    if (words.size() == 2) counts.emplace(words[0], count_of(words[1]));
  }
  return counts;
}

std::vector<std::uint16_t> ids_of(std::string_view list) {
  std::vector<std::uint16_t> ids;
  if (trim(list).empty()) return ids;
  const auto mask = parse_id_list(list);
  for (std::size_t id = 0; id < mask.size() * 64; ++id) {
    if ((mask[id / 64] >> id % 64 & 1) != 0) ids.push_back(static_cast<std::uint16_t>(id));
  }
  return ids;
}

std::optional<Pressure> parse_pressure(std::string_view text) {
  std::optional<Pressure> pressure;
  for (const auto line : split(text, '\n')) {
    const auto words = words_of(line);
    if (words.empty() || (words[0] != "some" && words[0] != "full")) continue;
    if (!pressure) pressure.emplace();
    (words[0] == "some" ? pressure->some : pressure->full) = parse_pressure_line(words);
  }
  return pressure;
}

std::string hugepage_size(std::string_view name) {
  constexpr std::string_view prefix = "hugepages-";
  constexpr std::string_view suffix = "kB";
  if (!name.starts_with(prefix) || !name.ends_with(suffix) || name.size() < prefix.size() + suffix.size()) return {};
  name.remove_prefix(prefix.size());
  name.remove_suffix(suffix.size());
  const auto size = parse_number<std::uint64_t>(name);
  if (!size) return {};
  constexpr std::uint64_t mega = 1U << 10U, giga = 1U << 20U;
  if (*size >= giga) return fmt::format("{}GB", *size / giga);
  if (*size >= mega) return fmt::format("{}MB", *size / mega);
  return fmt::format("{}KB", *size);
}

}  // namespace corten::cgroup
