// SPDX-License-Identifier: Apache-2.0
#include "sys/process_stat.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

using namespace corten::sys;

namespace {

/// A line of /proc/PID/stat: field 22, the start time, is 777, field 20 the number of threads.
std::string line(const std::string& name, char state = 'S', int threads = 1) {
  std::string text = "42 (" + name + ") " + state;
  for (int field = 4; field < 22; ++field) text += " " + std::to_string(field == 20 ? threads : field);
  return text + " 777 23 24\n";
}

}  // namespace

TEST_CASE("state and start time of a process are fields 3 and 22", "[sys]") {
  const auto stat = parse_process_stat(line("sh"));
  REQUIRE(stat);
  CHECK(stat->state == 'S');
  CHECK(stat->start_time == 777);
  CHECK_FALSE(stat->dead());
}

TEST_CASE("a process lives until its last thread has ended", "[sys]") {
  CHECK(parse_process_stat(line("sh", 'Z'))->dead());
  CHECK(parse_process_stat(line("sh", 'Z', 0))->dead());
  CHECK_FALSE(parse_process_stat(line("sh", 'Z', 2))->dead());
  CHECK(parse_process_stat(line("sh", 'X', 2))->dead());
}

TEST_CASE("a process may call itself what it likes", "[sys]") {
  for (const auto* name : {"", "a b", "a) Z 1 2", "((((", "))))", ") R 4 5 6 7", "\n"}) {
    CAPTURE(name);
    const auto stat = parse_process_stat(line(name));
    REQUIRE(stat);
    CHECK(stat->state == 'S');
    CHECK(stat->start_time == 777);
  }
}

TEST_CASE("a process that waits for its parent is dead", "[sys]") {
  for (const char state : {'Z', 'X', 'x'}) CHECK(parse_process_stat(line("sh", state))->dead());
  for (const char state : {'R', 'S', 'D', 'T', 't', 'I'}) CHECK_FALSE(parse_process_stat(line("sh", state))->dead());
}

TEST_CASE("what is no such line is nothing", "[sys]") {
  const auto whole = line("sh");
  for (const std::string& text : std::initializer_list<std::string>{
           std::string{}, std::string{"42"}, std::string{"42 (sh"}, std::string{"42 (sh)"}, std::string{"42 (sh) "},
           std::string{"42 (sh) SS 4"}, whole.substr(0, whole.find(" 777")), std::string{"42 (sh) S"}}) {
    CAPTURE(text);
    CHECK_FALSE(parse_process_stat(text));
  }
}

TEST_CASE("a process is found by its pid, an ended one until it has been waited for", "[sys]") {
  const auto own = read_process_stat(::getpid());
  REQUIRE(own);
  CHECK_FALSE(own->dead());
  CHECK(own->start_time != 0);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) == 0);
  REQUIRE(read_process_stat(child));
  CHECK(read_process_stat(child)->dead());
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(read_process_stat(child));
}
