// SPDX-License-Identifier: Apache-2.0
#include "shim/bootstrap/command_line.hpp"

#include <fmt/core.h>

#include <optional>
#include <string_view>

#include "base/named_table.hpp"
#include "shim/failure.hpp"

namespace corten::shim {
namespace {

constexpr auto texts = named_table<std::string CommandLine::*>({
    {"namespace", &CommandLine::name_space},
    {"id", &CommandLine::id},
    {"address", &CommandLine::address},
    {"publish-binary", &CommandLine::publish_binary},
    {"socket", &CommandLine::socket},
    {"bundle", &CommandLine::bundle},
});

constexpr auto switches = named_table<bool CommandLine::*>({
    {"debug", &CommandLine::debug},
    {"v", &CommandLine::version},
    {"version", &CommandLine::version},
    {"info", &CommandLine::info},
});

bool truth_of(std::string_view name, std::string_view value) {
  if (value == "true" || value == "1") return true;
  if (value == "false" || value == "0") return false;
  throw Failure{Code::invalid_argument, fmt::format("invalid value {} of -{}", value, name)};
}

/// Sets one flag, and returns how many words it took.
std::size_t take_flag(CommandLine& line, std::span<const char* const> words) {
  std::string_view name = words.front();
  name.remove_prefix(name.starts_with("--") ? 2 : 1);
  const auto equals = name.find('=');
  std::optional<std::string_view> value;
  if (equals != std::string_view::npos) value = name.substr(equals + 1);
  name = name.substr(0, equals);
  if (const auto flag = switches.find(name)) {
    line.*(*flag) = truth_of(name, value.value_or("true"));
    return 1;
  }
  const auto text = texts.find(name);
  if (!text) throw Failure{Code::invalid_argument, fmt::format("flag provided but not defined: -{}", name)};
  if (!value && words.size() < 2)
    throw Failure{Code::invalid_argument, fmt::format("flag needs an argument: -{}", name)};
  line.*(*text) = value ? *value : std::string_view{words[1]};
  return value ? 1 : 2;
}

}  // namespace

CommandLine parse_command_line(std::span<const char* const> words) {
  CommandLine line;
  while (!words.empty() && words.front()[0] == '-') words = words.subspan(take_flag(line, words));
  if (!words.empty()) line.action = words.front();
  return line;
}

}  // namespace corten::shim
