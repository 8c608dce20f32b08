// SPDX-License-Identifier: Apache-2.0
#include "cmd/help.hpp"

#include <catch2/catch.hpp>

using namespace corten::cmd;
using Catch::Contains;
using Catch::StartsWith;

namespace {

constexpr Command sample = {
    .name = "sample", .usage = "do it", .arguments = "<id>", .description = "Like PROGRAM itself.", .run = nullptr};

}  // namespace

TEST_CASE("a command's help has its name, usage, description and options", "[cmd]") {
  bool all = false;
  bool quiet = false;
  std::string format = "table";
  unsigned number = 3;
  const std::vector<Option> options{{"all", 'a', &all, ""},
                                    {"quiet", 'q', &quiet, "say less"},
                                    {"format", 0, &format, "how"},
                                    {"number", 'n', &number, "how many"}};
  CHECK(command_help("runc", sample, options) ==
        "NAME:\n   runc sample - do it\n\n"
        "USAGE:\n   runc sample [command options] <id>\n\n"
        "DESCRIPTION:\n   Like runc itself.\n\n"
        "OPTIONS:\n"
        "   --quiet, -q               say less\n"
        "   --format value            how (default: \"table\")\n"
        "   --number value, -n value  how many (default: 3)\n");
}

TEST_CASE("a help's lines fit a terminal, those of options below their texts", "[cmd]") {
  bool flag = false;
  const std::vector<Option> options{
      {"flag", 0, &flag, "does what takes more words to say than a line of a terminal has room for, by far"},
      {std::string_view{"word"}, 0, &flag,
       std::string_view{"https://example.org/a-word-that-is-longer-than-a-line-is-and-cannot-be-cut-anywhere-at-all"}}};
  CHECK_THAT(
      command_help("corten", sample, options),
      Contains(
          "   --flag  does what takes more words to say than a line of a terminal has room\n"
          "           for, by far\n"
          "   --word  https://example.org/a-word-that-is-longer-than-a-line-is-and-cannot-be-cut-anywhere-at-all\n"));
}

TEST_CASE("a command without visible options shows none", "[cmd]") {
  bool all = false;
  const std::vector<Option> options{{"all", 'a', &all, ""}};
  const auto text = command_help("corten", sample, options);
  CHECK_THAT(text, Contains("corten sample <id>\n"));
  CHECK_THAT(text, !Contains("OPTIONS"));
  CHECK_THAT(text, !Contains("--all"));
}

TEST_CASE("the program's help lists each command once", "[cmd]") {
  Global global;
  const auto text = program_help("runc", commands(), global_options(global));
  CHECK_THAT(text, StartsWith("NAME:\n   runc - Open Container Initiative runtime\n"));
  for (const auto* command : commands()) {
    CAPTURE(command->name);
    const auto line = "\n   " + std::string{command->name} + (command->alias.empty() ? " " : ", ");
    const auto at = text.find(line);
    REQUIRE(at != std::string::npos);
    CHECK(text.find(line, at + 1) == std::string::npos);
    CHECK(find_command(command->name) == command);
  }
  CHECK(find_command("h") == find_command("help"));
  CHECK(find_command("") == nullptr);
  CHECK(find_command("bogus") == nullptr);
}

TEST_CASE("the version's lines start as their readers expect", "[cmd]") {
  const auto text = version_text([] {
    Global global;
    global.program = "runc";
    return global;
  }());
  CHECK_THAT(text, StartsWith("runc version "));
  CHECK_THAT(text, Contains("\ncommit: ") && Contains("\nspec: 1.3.0\n") && Contains("\nlibseccomp: "));
}
