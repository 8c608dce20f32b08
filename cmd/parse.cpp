// SPDX-License-Identifier: Apache-2.0
// The only file that includes CLI11, which takes seconds to compile.
#include <fmt/core.h>

#include <algorithm>
#include <ostream>

// CLI11 includes <iostream> for the default arguments of App::exit(), which is not called here. Each start of a program
// with that header sets up eight streams and a locale first, `corten init` too; so only the two names are declared.
#define _GLIBCXX_IOSTREAM 1  // NOLINT(bugprone-reserved-identifier)
namespace std {              // NOLINT(cert-dcl58-cpp)
extern ostream cout, cerr;
}  // namespace std
#include <CLI/CLI.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cmd/arguments.hpp"
#include "cmd/units.hpp"

namespace corten::cmd {
namespace {

/// Puts texts that take_apart() has checked to where they belong; of an option that holds one value the last counts.
struct Assign {
  const std::vector<std::string>& values;

  void operator()(bool* target) const { *target = values.back() == "true"; }
  void operator()(std::optional<bool>* target) const { *target = values.back() == "true"; }
  void operator()(std::string* target) const { *target = values.back(); }
  void operator()(unsigned* target) const { *target = static_cast<unsigned>(parse_integer(values.back()).value_or(0)); }
  void operator()(std::optional<std::int64_t>* target) const { *target = parse_integer(values.back()); }
  void operator()(std::chrono::nanoseconds* target) const { *target = parse_duration(values.back()).value_or(*target); }
  void operator()(std::vector<std::string>* target) const { *target = values; }
  void operator()(std::vector<std::int64_t>* target) const {
    for (const auto& value : values) target->push_back(parse_number<std::int64_t>(value).value_or(0));
  }
};

std::string long_name(const Option& option) { return fmt::format("--{}", option.name); }

CLI::Option* add_to(CLI::App& app, const Option& option) {
  auto* added = is_flag(option) ? app.add_flag(long_name(option)) : app.add_option(long_name(option));
  if (!is_flag(option)) added->expected(1);
  return added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
}

}  // namespace

std::vector<std::string> parse(std::span<const Option> table, std::span<const char* const> words, Order order) {
  auto taken = take_apart(table, words, order);
  if (taken.options.empty()) return std::move(taken.arguments);

  // CLI11 is told of the options that occur, in the one spelling it shares with Go: to name it a row of the table
  // costs 8000 instructions, and a command has up to twenty.
  CLI::App app;
  app.set_help_flag();
  using Named = std::pair<const Option*, CLI::Option*>;
  std::vector<Named> named;
  std::vector<std::string> spelled;
  for (auto& [option, value] : taken.options) {
    const bool known = std::ranges::find(named, option, &Named::first) != named.end();
    if (!known) named.emplace_back(option, add_to(app, *option));
    spelled.push_back(is_flag(*option) ? fmt::format("--{}={}", option->name, value) : long_name(*option));
    if (!is_flag(*option)) spelled.push_back(std::move(value));
  }
  std::ranges::reverse(spelled);  // CLI11 takes words from the back
  try {
    app.parse(std::move(spelled));
  } catch (const CLI::Error& error) {
    throw Error{error.what()};
  }
  for (const auto& [option, parsed] : named) std::visit(Assign{parsed->results()}, option->target);
  return std::move(taken.arguments);
}

}  // namespace corten::cmd
