// SPDX-License-Identifier: Apache-2.0
#include "cmd/help.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include <corten/corten.hpp>
#include <corten/nearest.hpp>
#include <corten/text.hpp>

#include "cmd/table.hpp"

namespace corten::cmd {
namespace {

constexpr std::string_view about = R"(Open Container Initiative runtime

It runs programs in containers that are described as the Open Container
Initiative lays down: a bundle is a directory with the root filesystem of a
container and a file "config.json", which says what is run in it and how.

A container is a child of the process that asks for it, so that it can be
watched by the supervisor which a machine has already. To start one:

    # PROGRAM run [ -b bundle ] <container-id>

"<container-id>" is the name of the container, of which there is one on a
machine; the bundle is the current directory where "-b" names no other.)";

struct Default {
  std::string operator()(const std::string* text) const {
    return text->empty() ? "" : fmt::format(" (default: {})", quote(*text));
  }
  std::string operator()(const unsigned* number) const { return fmt::format(" (default: {})", *number); }
  std::string operator()(const std::chrono::nanoseconds* time) const {
    return fmt::format(" (default: {}s)", std::chrono::duration_cast<std::chrono::seconds>(*time).count());
  }
  template <class Other>
  std::string operator()(const Other* /*target*/) const {
    return {};
  }
};

std::string option_table(std::span<const Option> options) {
  std::vector<Row> rows;
  for (const auto& option : options) {
    if (option.usage.empty()) continue;
    const std::string_view value = is_flag(option) ? "" : " value";
    auto names = fmt::format("   --{}{}", option.name, value);
    if (option.letter != 0) names += fmt::format(", -{}{}", option.letter, value);
    rows.push_back({std::move(names), fmt::format("{}{}", option.usage, std::visit(Default{}, option.target))});
  }
  return format_table(rows, 1, 2);
}

/// Where the lines that continue `line` begin: below the text of a table's second column, else below the line's first word.
std::size_t indentation(std::string_view line) {
  const auto first = std::min(line.find_first_not_of(' '), line.size());
  const auto gap = line.find("  ", first);
  return gap == std::string_view::npos ? first : std::min(line.find_first_not_of(' ', gap), line.size());
}

/// `text` with its lines cut at blanks, so that they fit a terminal.
std::string folded(std::string_view text) {
  constexpr std::size_t columns = 80;
  std::string out;
  while (!text.empty()) {
    std::string line{text.substr(0, text.find('\n'))};
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto indent = indentation(line);
    while (line.size() > columns) {
      const auto cut = line.rfind(' ', columns);
      if (cut == std::string::npos || cut <= indent) break;  // one long word
      out.append(line, 0, line.find_last_not_of(' ', cut) + 1).push_back('\n');
      line.replace(0, cut + 1, indent, ' ');
    }
    out.append(line).push_back('\n');
  }
  return out;
}

/// `text` with each PROGRAM replaced: texts name the program by its name.
std::string with_name(std::string text, std::string_view program) {
  constexpr std::string_view word = "PROGRAM";
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + program.size())) {
    text.replace(at, word.size(), program);
  }
  return text;
}

}  // namespace

std::string command_help(std::string_view program, const Command& command, std::span<const Option> options) {
  const bool any = std::ranges::any_of(options, [](const Option& option) { return !option.usage.empty(); });
  auto text = fmt::format("NAME:\n   {} {} - {}\n\nUSAGE:\n   {} {}{} {}\n", program, command.name, command.usage,
                          program, command.name, any ? " [command options]" : "", command.arguments);
  if (!command.description.empty()) text += fmt::format("\nDESCRIPTION:\n   {}\n", command.description);
  if (any) text += fmt::format("\nOPTIONS:\n{}", option_table(options));
  return folded(with_name(std::move(text), program));
}

std::string program_help(std::string_view program, std::span<const Command* const> all,
                         std::span<const Option> options) {
  std::vector<Row> rows;
  for (const auto* command : all) {
    const auto also = command->alias.empty() ? "" : fmt::format(", {}", command->alias);
    rows.push_back({fmt::format("   {}{}", command->name, also), std::string{command->usage}});
  }
  auto text = fmt::format(
      "NAME:\n   {} - {}\n\nUSAGE:\n   {} [global options] command [command options] [arguments...]\n\nVERSION:\n   "
      "{}\n\n"
      "COMMANDS:\n{}\nGLOBAL OPTIONS:\n{}",
      program, about, program, version(), format_table(rows, 1, 2), option_table(options));
  return folded(with_name(std::move(text), program));
}

std::string command_usage(std::string_view program, const Command& command) {
  return fmt::format("Usage: {} {} [command options] {}\n", program, command.name,
                     command.arguments.substr(0, command.arguments.find('\n')));
}

std::string program_usage(std::string_view program) {
  return fmt::format("Usage: {} [global options] command [command options] [arguments...]\n", program);
}

std::string version_text(const Global& global) {
  if (!global.is_crun()) return fmt::format("{} version {}\n{}", global.program, version(), build());
  const auto made_of = build();
  const auto seccomp = made_of.find("libseccomp: ");
  const auto spec = made_of.find("spec: ");
  return fmt::format("crun version {}\n{}rundir: {}\n{}+SYSTEMD +SELINUX +APPARMOR +CAP +SECCOMP +EBPF +CRIU\n",
                     version(), made_of.substr(0, spec), global.default_root, made_of.substr(spec, seccomp - spec));
}

std::string no_topic(std::string_view program, std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto* command : commands()) names.push_back(command->name);
  return fmt::format("No help topic for '{}'{}; see \"{} help\"", name, did_you_mean(name, names), program);
}

}  // namespace corten::cmd
