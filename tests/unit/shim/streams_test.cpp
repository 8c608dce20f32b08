// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <thread>

#include "shim/failure.hpp"
#include "shim/streams/copy.hpp"
#include "shim/streams/ends.hpp"
#include "shim/streams/uri.hpp"
#include "sys/file.hpp"
#include "tests/unit/rootfs/temp_tree.hpp"

using namespace corten;
using namespace corten::shim;
using namespace std::chrono_literals;

namespace {

Pipe quiet_pipe() {
  auto pipe = make_pipe(0, 0);
  set_nonblocking(pipe.reading.get());
  return pipe;
}

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t at = 0; at < size; ++at) text[at] = static_cast<char>('a' + at % 23);
  return text;
}

}  // namespace

TEST_CASE("a stream's name is a path or a URI", "[shim]") {
  CHECK(parse_uri("/run/fifo").scheme == "fifo");
  CHECK(parse_uri("/run/fifo").path == "/run/fifo");
  CHECK(parse_uri("").path.empty());
  const auto file = parse_uri("file:///var/log/a%20b");
  CHECK(file.scheme == "file");
  CHECK(file.path == "/var/log/a b");
  const auto binary = parse_uri("binary:///usr/bin/logger?name=a+b&flag&x=%3D");
  CHECK(binary.path == "/usr/bin/logger");
  const std::vector<std::pair<std::string, std::string>> expected{{"name", "a b"}, {"flag", ""}, {"x", "="}};
  CHECK(binary.arguments == expected);
  CHECK(parse_uri("file://host/path").path == "/path");
  CHECK_THROWS_AS(parse_uri("file:///a%2"), Failure);
  CHECK_THROWS_AS(parse_uri("file:///a%zz"), Failure);
}

TEST_CASE("all that a process writes arrives, however slow the reader", "[shim]") {
  const test::TempTree folder;
  REQUIRE(::mkfifo(folder.path("fifo").c_str(), 0600) == 0);
  auto pipe = quiet_pipe();
  Loop loop;
  bool ended = false;
  Copy copy{loop, std::move(pipe.reading), open_output(folder.path("fifo")), [&] {
              ended = true;
              loop.stop();
            }};
  const auto text = pattern(3'000'000);
  std::thread writer{[&] {
    sys::write_all(pipe.writing.get(), text, "the pipe");
    pipe.writing.reset();
  }};
  std::string received;
  std::thread reader{[&, fifo = sys::open_at(AT_FDCWD, folder.path("fifo"), O_RDONLY)] {
    std::array<char, 50'000> piece{};
    for (ssize_t size = 1; size > 0;) {
      size = ::read(fifo.get(), piece.data(), piece.size());
      if (size > 0) received.append(piece.data(), static_cast<std::size_t>(size));
    }
  }};
  loop.run();
  writer.join();
  reader.join();
  CHECK(ended);
  CHECK(received == text);
  CHECK(copy.count() == text.size());
}

TEST_CASE("a file gets what is written at its end", "[shim]") {
  const test::TempTree folder;
  { sys::write_all(open_log_file(folder.path("log")).get(), "before ", "the log"); }
  auto pipe = quiet_pipe();
  Loop loop;
  const Copy copy{loop, std::move(pipe.reading), open_log_file(folder.path("log")), [&] { loop.stop(); }};
  sys::write_all(pipe.writing.get(), "after", "the pipe");
  pipe.writing.reset();
  loop.run();
  CHECK(sys::read_file(folder.path("log")) == "before after");
}

TEST_CASE("a writer is not stopped where nobody reads any more", "[shim]") {
  ::signal(SIGPIPE, SIG_IGN);  // the shim blocks it
  auto from = quiet_pipe(), to = make_pipe(0, 0);
  set_nonblocking(to.writing.get());
  Loop loop;
  const Copy copy{loop, std::move(from.reading), std::move(to.writing), [&] { loop.stop(); }};
  to.reading.reset();
  std::thread writer{[&] {
    sys::write_all(from.writing.get(), pattern(500'000), "the pipe");
    from.writing.reset();
  }};
  loop.run();
  writer.join();
  CHECK(copy.count() == 500'000);
}

TEST_CASE("input does not end while its holder is open", "[shim]") {
  const test::TempTree folder;
  REQUIRE(::mkfifo(folder.path("fifo").c_str(), 0600) == 0);
  auto input = open_input(folder.path("fifo"));
  auto to = make_pipe(0, 0);
  set_nonblocking(to.writing.get());
  Loop loop;
  bool ended = false;
  const Copy copy{loop, std::move(input.fifo), std::move(to.writing), [&] {
                    ended = true;
                    loop.stop();
                  }};
  { sys::write_all(sys::open_at(AT_FDCWD, folder.path("fifo"), O_WRONLY).get(), "abc", "the fifo"); }
  const Timer first{loop, 50ms, [&] {
                      CHECK_FALSE(ended);
                      input.holder.reset();
                    }};
  loop.run();
  CHECK(ended);
  CHECK(sys::read_all(to.reading.get(), "the pipe") == "abc");
}
