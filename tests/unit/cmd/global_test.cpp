// SPDX-License-Identifier: Apache-2.0
#include "cmd/global.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"

using namespace corten;
using namespace corten::cmd;

namespace {

Global global() {
  Global result;
  result.program = "corten";
  result.default_root = result.settings.root = "/run/corten";
  return result;
}

Global applied(std::vector<const char*> words) {
  auto result = global();
  parse(global_options(result), words, Order::options_first);
  apply(result);
  return result;
}

}  // namespace

TEST_CASE("a root becomes absolute and clean", "[cmd]") {
  CHECK(applied({}).settings.root == "/run/corten");
  CHECK(applied({"--root", "/a//b/../c/"}).settings.root == "/a/c");
  char here[4096];
  REQUIRE(::getcwd(here, sizeof here) != nullptr);
  CHECK(applied({"--root", "x"}).settings.root == std::string{here} + "/x");
}

TEST_CASE("the root of the file system is no root", "[cmd]") {
  const auto* root = GENERATE("/", "//", "/..", "/x/..");
  CHECK_THROWS_WITH(applied({"--root", root}), "Option --root argument should not be set to /");
}

TEST_CASE("cgroups are made by files, by systemd or not at all", "[cmd]") {
  using cgroup::Driver;
  CHECK(applied({}).settings.cgroup_driver == Driver::files);
  CHECK(applied({"--systemd-cgroup"}).settings.cgroup_driver == Driver::systemd);
  CHECK(applied({"--systemd-cgroup=false"}).settings.cgroup_driver == Driver::files);
  CHECK(applied({"--cgroup-manager", "disabled"}).settings.cgroup_driver == Driver::disabled);
  CHECK(applied({"--cgroup-manager=systemd"}).settings.cgroup_driver == Driver::systemd);
  CHECK(applied({"--systemd-cgroup", "--cgroup-manager=cgroupfs"}).settings.cgroup_driver == Driver::files);
  CHECK_THROWS_WITH(applied({"--cgroup-manager=x"}), "unknown cgroup manager \"x\"");
}

TEST_CASE("rootless is true, false or automatic", "[cmd]") {
  using container::Rootless;
  CHECK(applied({}).settings.rootless == Rootless::automatic);
  CHECK(applied({"--rootless="}).settings.rootless == Rootless::automatic);
  CHECK(applied({"--rootless", "AUTO"}).settings.rootless == Rootless::automatic);
  CHECK(applied({"--rootless=true"}).settings.rootless == Rootless::yes);
  CHECK(applied({"--rootless=0"}).settings.rootless == Rootless::no);
  CHECK_THROWS_AS(applied({"--rootless=maybe"}), Error);
}

TEST_CASE("the log's format is text or json", "[cmd]") {
  const auto first_byte = [](const char* option) {
    const auto path = "/tmp/corten-global-test." + std::to_string(::getpid());
    applied({"--log", path.c_str(), "--log-format", option});
    log::warn("one line");
    std::ifstream file{path};
    ::unlink(path.c_str());
    return static_cast<char>(file.get());
  };
  CHECK(first_byte("json") == '{');
  CHECK(first_byte("") == 't');
  CHECK_THROWS_WITH(applied({"--log-format", "xml"}), "invalid log-format: xml");
  applied({});
}
