// SPDX-License-Identifier: Apache-2.0
// The options of a command line, read by the rules of Go's flag package, which runc's callers rely on: long options
// with one dash or two, "--opt value" and "--opt=value", "--flag=true|false", letters that cannot be bundled.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace corten::cmd {

/// Where an option's value goes; the type says how it is written and whether it may be repeated.
using Target = std::variant<bool*, std::optional<bool>*, std::string*, unsigned*, std::vector<std::string>*,
                            std::vector<std::int64_t>*, std::optional<std::int64_t>*, std::chrono::nanoseconds*>;

struct Option {
  std::string_view name;  // without dashes
  char letter;            // the short form, or 0
  Target target;
  std::string_view usage;  // empty: not shown in the help
};

/// Whether options may follow the first argument, or belong to a program that is named there.
enum class Order { mixed, options_first };

/// An option that was given: its row in the table, its name as it was written, and its value, that of a flag "true" or "false".
struct Given {
  const Option* option;
  std::string_view name;
  std::string value;
};

/// A command line taken apart by Go's rules; what the values of options are is not looked at.
struct Words {
  std::vector<Given> options;
  std::vector<std::string> arguments;
};

/// True where `option` stands alone, without a value.
[[nodiscard]] bool is_flag(const Option& option);

/// Throws Error with Go's text ("flag provided but not defined: -foo").
[[nodiscard]] Words take_apart(std::span<const Option> table, std::span<const char* const> words, Order order);

/// Puts each value to its target; of an option that holds one value the last counts. Returns the arguments. Throws as
/// take_apart(), and for values that are none ("invalid value "x" for flag -interval: parse error").
std::vector<std::string> parse(std::span<const Option> table, std::span<const char* const> words, Order order);

/// Go's strconv.ParseBool: 1 t T true TRUE True and their opposites.
[[nodiscard]] std::optional<bool> parse_bool(std::string_view text);

/// An integer as Go reads it with base 0: decimal, or with the prefix 0x, 0o, 0b or 0.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace corten::cmd
