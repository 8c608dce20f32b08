// SPDX-License-Identifier: Apache-2.0
#include "cmd/exec_process.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using Strings = std::vector<std::string>;

namespace {

spec::Process base() {
  spec::Process process;
  process.terminal = true;
  process.args = {"init"};
  process.env = {"A=1"};
  process.cwd = "/";
  process.user.uid = 5;
  process.user.gid = 6;
  process.user.additional_gids = {7};
  process.no_new_privileges = true;
  process.apparmor_profile = "profile";
  process.selinux_label = "label";
  process.capabilities.emplace().bounding = {"CAP_KILL"};
  return process;
}

}  // namespace

TEST_CASE("without options the process is the container's with other words and without a terminal", "[cmd]") {
  const auto process = cmd::apply_changes(base(), {.args = {"ls", "-l"}});
  CHECK(process.args == Strings{"ls", "-l"});
  CHECK_FALSE(process.terminal);
  CHECK(process.cwd == "/");
  CHECK(process.env == Strings{"A=1"});
  CHECK(process.user.uid == 5);
  CHECK(process.user.gid == 6);
  CHECK(process.no_new_privileges);
  CHECK(process.apparmor_profile == "profile");
  CHECK(process.selinux_label == "label");
  CHECK(process.capabilities->bounding == Strings{"CAP_KILL"});
}

TEST_CASE("options replace what is one value and add to what is a list", "[cmd]") {
  const auto process = cmd::apply_changes(base(), {.args = {"ls"},
                                                   .cwd = "/tmp",
                                                   .env = {"B=2", "A=3"},
                                                   .tty = true,
                                                   .user = "",
                                                   .additional_gids = {8, 9},
                                                   .selinux_label = "other",
                                                   .apparmor_profile = "another",
                                                   .no_new_privileges = false});
  CHECK(process.terminal);
  CHECK(process.cwd == "/tmp");
  CHECK(process.env == Strings{"A=1", "B=2", "A=3"});
  CHECK(process.user.additional_gids == std::vector<std::uint32_t>{7, 8, 9});
  CHECK(process.selinux_label == "other");
  CHECK(process.apparmor_profile == "another");
  CHECK_FALSE(process.no_new_privileges);
}

TEST_CASE("a user is numbers, the group only where one is named", "[cmd]") {
  const auto user = [](std::string text) {
    return cmd::apply_changes(base(), {.args = {"ls"}, .user = std::move(text)}).user;
  };
  CHECK(user("1000").uid == 1000);
  CHECK(user("1000").gid == 6);
  CHECK(user("1000:100").uid == 1000);
  CHECK(user("1000:100").gid == 100);
  CHECK(user("0:4294967294").gid == 4294967294U);
  CHECK_THROWS_WITH(user("root"), "bad uid: \"root\" is not a number");
  CHECK_THROWS_WITH(user("0:wheel"), "bad gid: \"wheel\" is not a number");
  CHECK_THROWS_WITH(user("-1"), "bad uid: \"-1\" is not a number");
  CHECK_THROWS_WITH(user("4294967296"), "bad uid: \"4294967296\" is not a number");
  CHECK_THROWS_WITH(user("4294967295"), "bad uid: 4294967295 is no id: the highest is 4294967294");
  CHECK_THROWS_WITH(user("0:4294967295"), "bad gid: 4294967295 is no id: the highest is 4294967294");
  CHECK_THROWS_WITH(user("1:"), "bad gid: \"\" is not a number");
}

TEST_CASE("an additional group cannot be negative", "[cmd]") {
  CHECK_THROWS_WITH(cmd::apply_changes(base(), {.args = {"ls"}, .additional_gids = {-1}}),
                    "additional-gids must be a positive number -1");
  CHECK_THROWS_WITH(cmd::apply_changes(base(), {.args = {"ls"}, .additional_gids = {4294967295}}),
                    "additional-gids: 4294967295 is no id: the highest is 4294967294");
}

TEST_CASE("a capability joins three sets, the ambient one only where some are inheritable", "[cmd]") {
  auto process = cmd::apply_changes(base(), {.args = {"ls"}, .capabilities = {"CAP_CHOWN"}});
  CHECK(process.capabilities->bounding == Strings{"CAP_KILL", "CAP_CHOWN"});
  CHECK(process.capabilities->effective == Strings{"CAP_CHOWN"});
  CHECK(process.capabilities->permitted == Strings{"CAP_CHOWN"});
  CHECK(process.capabilities->inheritable.empty());
  CHECK(process.capabilities->ambient.empty());

  auto inheriting = base();
  inheriting.capabilities->inheritable = {"CAP_KILL"};
  process = cmd::apply_changes(inheriting, {.args = {"ls"}, .capabilities = {"CAP_CHOWN"}});
  CHECK(process.capabilities->inheritable == Strings{"CAP_KILL"});
  CHECK(process.capabilities->ambient == Strings{"CAP_CHOWN"});

  auto bare = base();
  bare.capabilities.reset();
  process = cmd::apply_changes(bare, {.args = {"ls"}, .capabilities = {"CAP_CHOWN"}});
  CHECK(process.capabilities->bounding == Strings{"CAP_CHOWN"});
  CHECK_FALSE(cmd::apply_changes(bare, {.args = {"ls"}}).capabilities.has_value());
}
