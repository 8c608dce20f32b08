// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "cmd/command.hpp"
#include "cmd/help.hpp"

namespace corten::cmd {

namespace {

int run_help(Call& call);

constexpr Command help_command = {
    .name = "help",
    .usage = "show the commands, or the help of one",
    .arguments = "[command]",
    .description = "",
    .run = run_help,
    .alias = "h",
};

constexpr std::array all = {
    &checkpoint_command, &create_command,   &delete_command, &events_command,   &exec_command,
    &kill_command,       &list_command,     &pause_command,  &ps_command,       &restore_command,
    &resume_command,     &run_command,      &spec_command,   &start_command,    &state_command,
    &update_command,     &features_command, &check_command,  &validate_command, &help_command,
};

int run_help(Call& call) {
  const auto arguments = call.parse({});
  if (arguments.empty()) {
    auto shown = call.global();
    print(program_help(shown.program, commands(), global_options(shown)));
    return 0;
  }
  const auto* command = find_command(arguments.front());
  if (command == nullptr) throw UsageError{no_topic(call.global().program, arguments.front()), 3};
  constexpr std::array<const char*, 1> words{"--help"};
  Call asked{*command, call.global(), words};
  return command->run(asked);
}

}  // namespace

std::span<const Command* const> commands() { return all; }

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find_if(all, [name](const Command* command) {
    return command->name == name || (!command->alias.empty() && command->alias == name);
  });
  return found == all.end() ? nullptr : *found;
}

}  // namespace corten::cmd
