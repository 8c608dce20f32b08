// SPDX-License-Identifier: Apache-2.0
// A command as a row: its texts, and the function that runs it. Each is defined in the file of its name, next
// to that function, and listed in commands.cpp.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <corten/corten.hpp>

#include "cmd/arguments.hpp"
#include "cmd/error.hpp"
#include "cmd/global.hpp"

namespace corten::cmd {

class Call;

struct Command {
  std::string_view name;
  std::string_view usage;      // one line
  std::string_view arguments;  // what follows the name in the help's USAGE, and remarks on it
  std::string_view description;
  int (*run)(Call& call);  // returns the exit status
  int failure = 1;         // the exit status where run() throws
  Order order = Order::mixed;
  std::string_view alias = {};
};

// One in each file of that name; pause.cpp has resume too.
extern const Command checkpoint_command, create_command, delete_command, events_command, exec_command, features_command,
    kill_command, list_command, pause_command, ps_command, restore_command, resume_command, run_command, spec_command,
    start_command, state_command, update_command;
extern const Command check_command, validate_command;  // in tools.cpp

/// Thrown when the help or the version was asked for and has been printed: nothing is left to do.
struct HelpShown {};

/// A mistake in the command line, in a sentence that says where help is. `status` is the exit status.
class UsageError : public Error {
 public:
  UsageError(std::string message, int status) : Error{std::move(message)}, status_{status} {}
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

/// How many arguments a command takes.
struct Count {
  std::size_t minimum = 0;
  std::size_t maximum = std::numeric_limits<std::size_t>::max();
};

/// One call of a command: the words after its name, and the global options.
class Call {
 public:
  Call(const Command& command, const Global& global, std::span<const char* const> words)
      : command_{command}, global_{global}, words_{words} {}

  /// Puts the options' values to their targets and returns the arguments. Where they ask for help, prints it and
  /// throws; where they are wrong, throws.
  std::vector<std::string> parse(Count count, std::vector<Option> options = {});

  [[nodiscard]] const Command& command() const { return command_; }
  [[nodiscard]] std::span<const char* const> words() const { return words_; }
  [[nodiscard]] const Global& global() const { return global_; }
  /// The library, for the state directory and the cgroups that the global options name.
  [[nodiscard]] Runtime runtime() const { return Runtime{global_.settings}; }

 private:
  const Command& command_;
  const Global& global_;
  std::span<const char* const> words_;
};

/// Every command, in the order of the help.
[[nodiscard]] std::span<const Command* const> commands();

/// The command of that name or alias, or nullptr.
[[nodiscard]] const Command* find_command(std::string_view name);

/// Prints to standard output.
void print(std::string_view text);

/// The first argument as the id of a container, which may not be empty.
[[nodiscard]] const std::string& container_id(const std::vector<std::string>& arguments);

/// The container that the first argument names.
[[nodiscard]] Container load(const Call& call, const std::vector<std::string>& arguments);

inline constexpr std::string_view regex_usage =
    "take the id for a regular expression (POSIX, extended): all that match";

/// Calls `act` with the id of each container that `pattern` matches, whatever becomes of the others; throws at the end where one
/// failed. Returns 0.
int for_each_match(const Call& call, std::string_view pattern, const std::function<void(const std::string& id)>& act);

void change_directory(const std::string& path);

/// Logs a hint for a caller without permission for the container's cgroup; `action` names what was refused.
void warn_if_refused(const Call& call, std::string_view action, const corten::Error& error);

}  // namespace corten::cmd
