// SPDX-License-Identifier: Apache-2.0
#include "cmd/global.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "cmd/error.hpp"
#include "cmd/log.hpp"

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
  CHECK(applied({}).settings.cgroups == CORTEN_CGROUPS_FILES);
  CHECK(applied({"--systemd-cgroup"}).settings.cgroups == CORTEN_CGROUPS_SYSTEMD);
  CHECK(applied({"--systemd-cgroup=false"}).settings.cgroups == CORTEN_CGROUPS_FILES);
  CHECK(applied({"--cgroup-manager", "disabled"}).settings.cgroups == CORTEN_CGROUPS_NONE);
  CHECK(applied({"--cgroup-manager=systemd"}).settings.cgroups == CORTEN_CGROUPS_SYSTEMD);
  CHECK(applied({"--systemd-cgroup", "--cgroup-manager=cgroupfs"}).settings.cgroups == CORTEN_CGROUPS_FILES);
  CHECK_THROWS_WITH(applied({"--cgroup-manager=x"}), "unknown cgroup manager \"x\"");
}

TEST_CASE("rootless is true, false or automatic", "[cmd]") {
  CHECK(applied({}).settings.rootless == CORTEN_ROOTLESS_AUTOMATIC);
  CHECK(applied({"--rootless="}).settings.rootless == CORTEN_ROOTLESS_AUTOMATIC);
  CHECK(applied({"--rootless", "AUTO"}).settings.rootless == CORTEN_ROOTLESS_AUTOMATIC);
  CHECK(applied({"--rootless=true"}).settings.rootless == CORTEN_ROOTLESS_YES);
  CHECK(applied({"--rootless=0"}).settings.rootless == CORTEN_ROOTLESS_NO);
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
