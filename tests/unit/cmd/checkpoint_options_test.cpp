// SPDX-License-Identifier: Apache-2.0
#include "cmd/checkpoint_options.hpp"

#include <catch2/catch.hpp>

using namespace corten::cmd;

TEST_CASE("a page server is an address and a port", "[cmd]") {
  CHECK(parse_page_server("10.0.0.1:27277").address == "10.0.0.1");
  CHECK(parse_page_server("10.0.0.1:27277").port == 27277);
  CHECK(parse_page_server("[::1]:80").address == "::1");
  const std::string text = GENERATE("10.0.0.1", ":80", "10.0.0.1:", "::1:80", "[]:1");
  CHECK_THROWS_WITH(parse_page_server(text), "Use --page-server ADDRESS:PORT to specify page server");
  CHECK_THROWS_WITH(parse_page_server("a:b"), "Invalid port number");
  CHECK_THROWS_WITH(parse_page_server("a:70000"), "Invalid port number");
}

TEST_CASE("cgroup modes and empty namespaces are those that runc knows", "[cmd]") {
  CheckpointTexts texts;
  texts.cgroup_mode = "ignore";
  CHECK(parse_checkpoint(texts).cgroups == CORTEN_CRIU_CGROUPS_IGNORE);
  texts.cgroup_mode = "none";
  CHECK_THROWS_WITH(parse_checkpoint(texts), "invalid manage-cgroups-mode value");
  texts.cgroup_mode = "";
  texts.empty_namespaces = {"network"};
  CHECK(parse_checkpoint(texts).cgroups == CORTEN_CRIU_CGROUPS_STANDARD);
  texts.empty_namespaces = {"pid"};
  CHECK_THROWS_WITH(parse_checkpoint(texts), "namespace \"pid\" is not supported");
}

TEST_CASE("paths of a checkpoint are absolute, and -1 is no descriptor", "[cmd]") {
  CheckpointTexts texts;
  texts.status_fd = -1;
  const auto images = parse_checkpoint(texts);
  CHECK(images.directory.starts_with('/'));
  CHECK(images.directory.ends_with("/checkpoint"));
  CHECK(images.work.empty());
  CHECK_FALSE(images.status_fd);
}
