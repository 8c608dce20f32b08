// SPDX-License-Identifier: Apache-2.0
#include "users/resolve.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

namespace corten::users {
namespace {

using Ids = std::vector<std::uint32_t>;

constexpr std::string_view passwd =
    "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:2::/usr/sbin:/bin/false\nanna:x:1000:1000:::\n";
constexpr std::string_view groups = "root:x:0:\nbin:x:2:daemon\nusers:x:100:anna,daemon\nanna:x:1000:\n42:x:77:anna\n";

Resolved of(std::string user, std::vector<std::string> more = {}) {
  Wanted wanted;
  wanted.user = std::move(user);
  wanted.groups = std::move(more);
  return resolve(wanted, passwd, groups);
}

ErrorKind kind_of(const std::string& user) {
  try {
    static_cast<void>(of(user));
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::other;
}

}  // namespace

TEST_CASE("a user by name has the ids, the home and the groups of the files", "[users]") {
  const auto daemon = of("daemon");
  CHECK(daemon.uid == 1);
  CHECK(daemon.gid == 2);
  CHECK(daemon.home == "/usr/sbin");
  CHECK(daemon.groups == Ids{2, 100});
}

TEST_CASE("an id is looked up as a name is, but needs no entry", "[users]") {
  CHECK(of("1").groups == Ids{2, 100});
  CHECK(of("1").gid == 2);
  const auto unknown = of("5000");
  CHECK(unknown.uid == 5000);
  CHECK(unknown.gid == 0);
  CHECK(unknown.home == "/");
  CHECK(unknown.groups.empty());
  CHECK(of("anna").home == "/");  // which has none in the file
}

TEST_CASE("a group that is asked for is the only one", "[users]") {
  const auto daemon = of("daemon:users");
  CHECK(daemon.uid == 1);
  CHECK(daemon.gid == 100);
  CHECK(daemon.groups.empty());
  CHECK(of("anna:5").gid == 5);
  CHECK(of("anna:42").gid == 42);  // digits are an id, whatever groups are called
  CHECK(of("5000:6000").gid == 6000);
  const auto root = of(":users");
  CHECK(root.uid == 0);
  CHECK(root.gid == 100);
  CHECK(root.home == "/root");
}

TEST_CASE("nothing that is asked for leaves what is given, with its entry", "[users]") {
  Wanted wanted;
  wanted.uid = 1000;
  wanted.gid = 7;
  wanted.home = "/srv";
  CHECK(resolve(wanted, passwd, groups).gid == 1000);
  CHECK(resolve(wanted, passwd, groups).groups == Ids{100, 77});
  wanted.uid = 5000;
  const auto unknown = resolve(wanted, passwd, groups);
  CHECK(unknown.uid == 5000);
  CHECK(unknown.gid == 7);
  CHECK(unknown.home == "/srv");
  wanted.uid = 4294967295;
  CHECK_THROWS_WITH(resolve(wanted, passwd, groups), "the highest id is 4294967294");
}

TEST_CASE("more groups come by name or id, each once", "[users]") {
  CHECK(of("daemon", {"users", "1000", "root", "1000"}).groups == Ids{2, 100, 1000, 0});
  CHECK(of("daemon:bin", {"users"}).groups == Ids{100});
  CHECK_THROWS_WITH(of("daemon", {"nobody"}), R"(the group "nobody" is not in /etc/group)");
  CHECK_THROWS_WITH(of("daemon", {""}), "the name of a group is empty");
}

TEST_CASE("names without an entry are not found, what is no name is an argument that cannot be", "[users]") {
  CHECK_THROWS_WITH(of("nobody"), R"(the user "nobody" is not in /etc/passwd)");
  CHECK_THROWS_WITH(of("daemon:nobody"), R"(the group "nobody" is not in /etc/group)");
  CHECK(kind_of("nobody") == ErrorKind::not_found);
  CHECK(kind_of("-1") == ErrorKind::not_found);
  CHECK(kind_of("daemon:users:more") == ErrorKind::not_found);
  CHECK(kind_of("daemon:") == ErrorKind::invalid_argument);
  CHECK(kind_of("4294967295") == ErrorKind::invalid_argument);
  CHECK(kind_of("0:4294967295") == ErrorKind::invalid_argument);
}

TEST_CASE("a user in more groups than a process can be in is an error", "[users]") {
  std::string many;
  for (std::size_t i = 1; i <= most_groups + 1; ++i) many += "g:x:" + std::to_string(i) + ":daemon\n";
  Wanted wanted;
  wanted.user = "daemon";
  CHECK_THROWS_WITH(resolve(wanted, passwd, many), "the user 1 is in 65537 groups, a process can be in 65536");
}

}  // namespace corten::users
