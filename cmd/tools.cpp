// SPDX-License-Identifier: Apache-2.0
// Commands that no container's start needs: corten-tools has them, so that this program stays small. It lies beside this one, or
// where it has been installed.
#include "cmd/tools.hpp"

#include <unistd.h>

#include <array>
#include <climits>
#include <string>

#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

/// The directory of this program with a slash behind it.
std::string own_directory() {
  std::array<char, PATH_MAX> path{};
  const auto size = ::readlink("/proc/self/exe", path.data(), path.size());
  const std::string text{path.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
  return text.substr(0, text.rfind('/') + 1);
}

int run(Call& call) { return run_tool(call); }

}  // namespace

int run_tool(const Call& call) {
  const std::string name{call.command().name};
  std::vector<const char*> words{call.global().program.c_str(), "--root", call.global().settings.root.c_str(),
                                 name.c_str()};
  words.insert(words.end(), call.words().begin(), call.words().end());
  words.push_back(nullptr);
  const auto directory = own_directory();
  for (const auto* const file : {"corten-tools", CORTEN_TOOLS_FILE}) {
    ::execv((directory + file).c_str(), const_cast<char* const*>(words.data()));  // NOLINT: execve(2) changes nothing
  }
  throw UsageError{"corten-tools is not installed, the program with this command: there is none in " + directory +
                       " or at " + directory + CORTEN_TOOLS_FILE,
                   1};
}

constinit const Command check_command = {
    .name = "check", .usage = check_usage, .arguments = {}, .description = {}, .run = run};
constinit const Command validate_command = {
    .name = "validate", .usage = validate_usage, .arguments = {}, .description = {}, .run = run};

}  // namespace corten::cmd
