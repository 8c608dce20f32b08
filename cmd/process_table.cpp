// SPDX-License-Identifier: Apache-2.0
#include "cmd/process_table.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

#include <corten/text.hpp>

#include "cmd/error.hpp"
#include "cmd/system.hpp"
#include "cmd/text.hpp"

namespace corten::cmd {
namespace {

std::vector<std::string_view> fields_of(std::string_view line) {
  constexpr std::string_view blanks = " \t";
  std::vector<std::string_view> fields;
  for (auto at = line.find_first_not_of(blanks); at != std::string_view::npos;
       at = line.find_first_not_of(blanks, at)) {
    const auto end = std::min(line.find_first_of(blanks, at), line.size());
    fields.push_back(line.substr(at, end - at));
    at = end;
  }
  return fields;
}

pid_t pid_in(std::string_view line, std::size_t column) {
  const auto fields = fields_of(line);
  const auto pid = column < fields.size() ? parse_number<pid_t>(fields[column]) : std::nullopt;
  if (!pid) throw Error{fmt::format("unable to parse pid: {}", quote(line))};
  return *pid;
}

pid_t spawn(const std::vector<std::string>& command, int output) {
  std::vector<char*> argv;
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));  // NOLINT: C has no better type
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  pid_t pid = 0;
  const int code = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (code == ENOENT) throw Error{fmt::format("exec: {}: executable file not found in $PATH", quote(command[0])), code};
  if (code != 0) throw_errno(fmt::format("exec: {}", quote(command[0])), code);
  return pid;
}

}  // namespace

std::string select_processes(std::string_view output, const std::vector<pid_t>& pids) {
  const auto titles = fields_of(output.substr(0, output.find('\n')));
  const auto title = std::ranges::find(titles, std::string_view{"PID"});
  if (title == titles.end()) throw Error{"couldn't find PID field in ps output"};
  const auto column = static_cast<std::size_t>(title - titles.begin());

  std::string selected;
  for (bool is_title = true; !output.empty(); is_title = false) {
    const auto line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(line.size() + 1, output.size()));
    if (line.empty()) continue;
    const bool wanted = is_title || std::ranges::find(pids, pid_in(line, column)) != pids.end();
    if (wanted) selected.append(line).push_back('\n');
  }
  return selected;
}

std::string output_of(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  check("pipe", [&] { return ::pipe2(ends.data(), O_CLOEXEC); });
  const Descriptor reader{ends[0]};
  Descriptor writer{ends[1]};
  const auto pid = spawn(command, writer.get());
  writer.reset();
  auto output = read_all(reader.get(), command[0]);
  int status = 0;
  check("waitpid", [&] { return ::waitpid(pid, &status, 0); });
  if (WIFSIGNALED(status)) throw Error{fmt::format("signal {}: {}", WTERMSIG(status), output)};
  if (WEXITSTATUS(status) != 0) throw Error{fmt::format("exit status {}: {}", WEXITSTATUS(status), output)};
  return output;
}

}  // namespace corten::cmd
