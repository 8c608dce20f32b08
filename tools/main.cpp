// SPDX-License-Identifier: Apache-2.0
// The commands that no container's start needs: a program of their own, which `corten validate` and so on execute.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <span>
#include <string_view>

#include "cmd/command.hpp"
#include "cmd/help.hpp"
#include "tools/commands.hpp"

namespace corten::tools {
namespace {

constexpr int usage_status = 2;

int report(std::string_view program, const std::exception& error, int status) {
  const auto line = fmt::format("{}: {}\n", program, error.what());
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return status;
  return status;
}

int run(std::span<const char* const> words) {
  cmd::Global global;
  const std::string_view called = words.empty() ? "corten" : words[0];
  global.program = called.substr(called.rfind('/') + 1);
  int failure = usage_status;
  try {
    const auto options = cmd::global_options(global);
    const auto rest =
        cmd::parse(options, words.subspan(std::min<std::size_t>(1, words.size())), cmd::Order::options_first);
    constexpr std::array all = {&check_command, &spec_command, &validate_command};
    const auto* const found = std::ranges::find_if(
        all, [&](const cmd::Command* command) { return !rest.empty() && command->name == rest.front(); });
    if (found == all.end())
      throw cmd::UsageError{"this program is executed by corten: see \"corten help\"", usage_status};
    failure = (*found)->failure;
    cmd::Call call{**found, global, words.last(rest.size() - 1)};
    return (*found)->run(call);
  } catch (const cmd::HelpShown&) {
    return 0;
  } catch (const std::exception& error) {
    return report(global.program, error, failure);
  }
}

}  // namespace
}  // namespace corten::tools

int main(int argc, char** argv) { return corten::tools::run({argv, static_cast<std::size_t>(argc)}); }
