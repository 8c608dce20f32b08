// SPDX-License-Identifier: Apache-2.0
#include "cmd/arguments.hpp"

#include <catch2/catch.hpp>

#include "cmd/error.hpp"

using namespace corten::cmd;
using Strings = std::vector<std::string>;

namespace {

/// A table with an option of each kind.
struct Fixture {
  bool detach = false;
  std::optional<bool> privileges;
  std::string bundle;
  unsigned fds = 0;
  Strings env;
  std::vector<std::int64_t> gids;

  std::vector<Option> table{
      {"detach", 'd', &detach, "u"}, {"no-new-privs", 0, &privileges, "u"},
      {"bundle", 'b', &bundle, "u"}, {"preserve-fds", 0, &fds, "u"},
      {"env", 'e', &env, "u"},       {"additional-gids", 'g', &gids, "u"},
  };

  Strings read(std::vector<const char*> words, Order order = Order::mixed) { return parse(table, words, order); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a long option has one dash or two, and its value behind a blank or an equals sign",
                 "[cmd]") {
  const auto* word = GENERATE("--bundle", "-bundle", "--b", "-b");
  CHECK(read({word, "/a=b", "id"}) == Strings{"id"});
  CHECK(bundle == "/a=b");
  const auto joined = std::string{word} + "=/c=d";
  CHECK(read({joined.c_str(), "id"}) == Strings{"id"});
  CHECK(bundle == "/c=d");
}

TEST_CASE_METHOD(Fixture, "letters stand in one word, the last of which may take the next word", "[cmd]") {
  CHECK(read({"-db", "/a", "id"}) == Strings{"id"});
  CHECK(detach);
  CHECK(bundle == "/a");
  for (const auto* word : {"-bd", "-dx", "-dba", "--db"}) {
    CHECK_THROWS_WITH(read({word, "id"}), Catch::Contains("flag provided but not defined: "));
  }
  CHECK_THROWS_WITH(read({"-db"}), Catch::Contains("flag provided but not defined: -db"));
  CHECK(read({"id", "-dx"}) == Strings{"id", "-dx"});
}

TEST_CASE_METHOD(Fixture, "the last value of an option counts, also an empty one", "[cmd]") {
  read({"--bundle", "/a", "-b", "/b"});
  CHECK(bundle == "/b");
  read({"--bundle", "/a", "--bundle="});
  CHECK(bundle.empty());
  read({"--bundle", "/a", "--bundle", ""});
  CHECK(bundle.empty());
}

TEST_CASE_METHOD(Fixture, "a value may look like an option", "[cmd]") {
  CHECK(read({"--bundle", "--detach", "id"}) == Strings{"id"});
  CHECK(bundle == "--detach");
  CHECK_FALSE(detach);
  read({"--bundle", "--"});
  CHECK(bundle == "--");
}

TEST_CASE_METHOD(Fixture, "values of a repeated option are kept in order and as they are", "[cmd]") {
  CHECK(read({"-e", "A=1", "--env", "{}", "--env=[a,b]", "-e", "", "id"}) == Strings{"id"});
  CHECK(env == Strings{"A=1", "{}", "[a,b]", ""});
  read({"-g", "1", "--additional-gids=20"});
  CHECK(gids == std::vector<std::int64_t>{1, 20});
}

TEST_CASE_METHOD(Fixture, "a lone value that means an empty list to CLI11 is a value", "[cmd]") {
  read({"-e", "{}", "--bundle", "{}"});
  CHECK(env == Strings{"{}"});
  CHECK(bundle == "{}");
}

TEST_CASE_METHOD(Fixture, "a flag takes Go's truth values behind an equals sign only", "[cmd]") {
  CHECK(read({"--detach", "true"}) == Strings{"true"});
  CHECK(detach);
  read({"-d=F"});
  CHECK_FALSE(detach);
  read({"--detach=TRUE"});
  CHECK(detach);
  CHECK_THROWS_WITH(read({"-d=yes"}), "invalid boolean value \"yes\" for -d: parse error");
  CHECK_THROWS_WITH(read({"--detach="}), "invalid boolean value \"\" for -detach: parse error");
}

TEST_CASE_METHOD(Fixture, "a flag that was not given is told from one that is off", "[cmd]") {
  read({});
  CHECK_FALSE(privileges.has_value());
  read({"--no-new-privs=false"});
  CHECK(privileges == false);
}

TEST_CASE_METHOD(Fixture, "letters are not bundled", "[cmd]") {
  CHECK_THROWS_WITH(read({"-de"}), "flag provided but not defined: -de");
  CHECK_THROWS_WITH(read({"-b/tmp"}), "flag provided but not defined: -b/tmp");
}

TEST_CASE_METHOD(Fixture, "options may follow the arguments of a command that names no program", "[cmd]") {
  CHECK(read({"id", "--detach", "x", "-b", "/b"}) == Strings{"id", "x"});
  CHECK(detach);
  CHECK(bundle == "/b");
}

TEST_CASE_METHOD(Fixture, "what is unknown behind an argument is an argument", "[cmd]") {
  CHECK(read({"id", "-9", "---x", "--detach"}) == Strings{"id", "-9", "---x"});
  CHECK(detach);
}

TEST_CASE_METHOD(Fixture, "the words of a program are left alone", "[cmd]") {
  CHECK(read({"-d", "id", "sh", "-e", "--env"}, Order::options_first) == Strings{"id", "sh", "-e", "--env"});
  CHECK(env.empty());
}

TEST_CASE_METHOD(Fixture, "two dashes end the options", "[cmd]") {
  const auto order = GENERATE(Order::mixed, Order::options_first);
  CHECK(read({"--", "-d", "--"}, order) == Strings{"-d", "--"});
  CHECK_FALSE(detach);
  CHECK(read({"-", "x"}, order) == Strings{"-", "x"});
}

TEST_CASE_METHOD(Fixture, "mistakes are named as Go names them", "[cmd]") {
  CHECK_THROWS_WITH(read({"--foo=1"}), "flag provided but not defined: -foo");
  CHECK_THROWS_WITH(read({"---foo"}), "bad flag syntax: ---foo");
  CHECK_THROWS_WITH(read({"--=x"}), "bad flag syntax: --=x");
  CHECK_THROWS_WITH(read({"-b"}), "flag needs an argument: -b");
  CHECK_THROWS_WITH(read({"--preserve-fds", "x"}), "invalid value \"x\" for flag -preserve-fds: parse error");
  CHECK_THROWS_WITH(read({"--preserve-fds=-1"}), "invalid value \"-1\" for flag -preserve-fds: value out of range");
  CHECK_THROWS_WITH(read({"-g", "0x1"}),
                    "invalid value \"0x1\" for flag -g: strconv.ParseInt: parsing \"0x1\": invalid syntax");
}

TEST_CASE_METHOD(Fixture, "where a word is wrong no target changes", "[cmd]") {
  CHECK_THROWS_AS(read({"--bundle", "/b", "--foo"}), Error);
  CHECK(bundle.empty());
}

TEST_CASE("integers are read with the prefixes of Go", "[cmd]") {
  CHECK(parse_integer("12") == 12);
  CHECK(parse_integer("-12") == -12);
  CHECK(parse_integer("+12") == 12);
  CHECK(parse_integer("0x1F") == 31);
  CHECK(parse_integer("0o17") == 15);
  CHECK(parse_integer("017") == 15);
  CHECK(parse_integer("0b101") == 5);
  CHECK(parse_integer("0") == 0);
  for (const auto* text : {"", "-", "--1", "+-1", "1x", " 1", "0x", "08", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_integer(text).has_value());
  }
}
