// SPDX-License-Identifier: Apache-2.0
// The only file that includes CLI11, which takes seconds to compile.
#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <ostream>

// Of CLI11 neither the help nor configuration files are used. Their classes, which each App makes, would bring a tenth of a megabyte
// along, so that others stand in for them here.
//
// CLI11 includes <iostream> for the default arguments of App::exit(), which is not called here. Each start of a program
// with that header sets up eight streams and a locale first, `corten init` too; so only the two names are declared.
#define _GLIBCXX_IOSTREAM 1  // NOLINT(bugprone-reserved-identifier)
namespace std {              // NOLINT(cert-dcl58-cpp)
extern ostream cout, cerr;
}  // namespace std
#include <CLI/ConfigFwd.hpp>
#include <CLI/FormatterFwd.hpp>
namespace CLI {
struct NoHelp : FormatterBase {
  std::string make_help(const App*, std::string, AppFormatMode) const override { return {}; }
};
struct NoFile : Config {
  std::string to_config(const App*, bool, bool, std::string) const override { return {}; }
  std::vector<ConfigItem> from_config(std::istream&) const override { return {}; }
};
}  // namespace CLI
#define Formatter NoHelp
#define ConfigTOML NoFile
#include <CLI/App.hpp>
#undef Formatter
#undef ConfigTOML

#include <corten/text.hpp>

#include "cmd/arguments.hpp"
#include "cmd/error.hpp"
#include "cmd/text.hpp"
#include "cmd/units.hpp"

namespace corten::cmd {
namespace {

/// Puts one value of an option to where it belongs, with Go's complaints.
struct Assign {
  std::string_view name;
  const std::string& value;

  void operator()(bool* target) const { *target = value == "true"; }
  void operator()(std::optional<bool>* target) const { *target = value == "true"; }
  void operator()(std::string* target) const { *target = value; }
  void operator()(unsigned* target) const {
    const auto number = read(parse_integer(value));
    if (number < 0 || number > std::numeric_limits<unsigned>::max()) complain("value out of range");
    *target = static_cast<unsigned>(number);
  }
  void operator()(std::optional<std::int64_t>* target) const { *target = read(parse_integer(value)); }
  void operator()(std::chrono::nanoseconds* target) const { *target = read(parse_duration(value)); }
  void operator()(std::vector<std::string>* target) const { target->push_back(value); }
  void operator()(std::vector<std::int64_t>* target) const {
    const auto number = parse_number<std::int64_t>(value);
    if (!number) complain(fmt::format("strconv.ParseInt: parsing {}: invalid syntax", quote(value)));
    target->push_back(*number);
  }

 private:
  template <class T>
  [[nodiscard]] T read(const std::optional<T>& parsed) const {
    if (!parsed) complain("parse error");
    return *parsed;
  }
  [[noreturn]] void complain(std::string_view why) const {
    throw Error{fmt::format("invalid value {} for flag -{}: {}", quote(value), name, why)};
  }
};

std::string long_name(const Option& option) { return fmt::format("--{}", option.name); }

/// An option that occurs, and its names in the order of its values.
struct Used {
  const Option* option;
  CLI::Option* parsed;
  std::vector<std::string_view> names;
};

CLI::Option* add_to(CLI::App& app, const Option& option) {
  auto* added = app.add_option(long_name(option))->expected(1);
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
  std::vector<Used> used;
  std::vector<std::string> spelled;
  for (auto& given : taken.options) {
    auto known = std::ranges::find(used, given.option, &Used::option);
    if (known == used.end()) known = used.insert(used.end(), {given.option, add_to(app, *given.option), {}});
    known->names.push_back(given.name);
    spelled.push_back(long_name(*given.option));
    spelled.push_back(std::move(given.value));
  }
  std::ranges::reverse(spelled);  // CLI11 takes words from the back
  try {
    app.parse(std::move(spelled));
  } catch (const CLI::Error& error) {
    throw Error{error.what()};
  }
  for (const auto& [option, parsed, names] : used) {
    const auto& values = parsed->results();
    for (std::size_t i = 0; i < values.size(); ++i) std::visit(Assign{names.at(i), values[i]}, option->target);
  }
  return std::move(taken.arguments);
}

}  // namespace corten::cmd
