// SPDX-License-Identifier: Apache-2.0
// Users and groups of a bundle's root and of its container. Usage: users BUNDLE STATE-DIRECTORY; areas.bats writes the files.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

#include <corten/users.hpp>

#include "expect.hpp"

namespace {

using corten::users::Database;

void look_up(Database database) {
  const auto daemon = database.find_user("daemon");
  EXPECT(daemon.name == "daemon" && daemon.uid == 1 && daemon.gid == 2);
  EXPECT(daemon.comment == "The Daemon" && daemon.home == "/sbin" && daemon.shell == "/bin/sh");
  EXPECT(database.find_user("1").name == "daemon");
  const auto users = database.find_group("users");
  EXPECT(users.name == "users" && users.gid == 100);
  EXPECT((users.members == std::vector<std::string>{"bert", "daemon"}));
  EXPECT(database.find_group("0").members.empty());
  EXPECT_ERROR(CORTEN_NOT_FOUND, "\"nobody\" is not in /etc/passwd", database.find_user("nobody"));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "\"anna\" is not in /etc/passwd", database.find_user("anna"));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "\"nobody\" is not in /etc/group", database.find_group("nobody"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is empty", database.find_user(""));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "the highest id", database.find_group("4294967295"));
}

void resolve(Database database) {
  const auto daemon = database.resolve("daemon");
  EXPECT(daemon.uid == 1 && daemon.gid == 2 && daemon.home == "/sbin");
  EXPECT(daemon.groups == std::vector<gid_t>{100});
  EXPECT(daemon.ids().uid == 1 && daemon.ids().additional_gids == std::vector<std::uint32_t>{100});
  EXPECT(database.resolve("1000:users").gid == 100);
  EXPECT((database.resolve("daemon:bin", {.groups = {"users", "77"}}).groups == std::vector<gid_t>{100, 77}));
  const auto given = database.resolve("", {.uid = 5000, .gid = 6000, .home = "/srv"});
  EXPECT(given.uid == 5000 && given.gid == 6000 && given.home == "/srv" && given.groups.empty());
  EXPECT_ERROR(CORTEN_NOT_FOUND, "\"nobody\" is not in /etc/passwd", database.resolve("nobody:users"));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "\"none\" is not in /etc/group", database.resolve("daemon", {.groups = {"none"}}));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "the name of a group is empty", database.resolve("daemon:"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "the highest id", database.resolve("", {.uid = 4294967295}));
}

void wrong_arguments(const std::string& bundle) {
  using corten::detail::call;
  const Database linked{bundle + "/linked"};
  EXPECT_ERROR(CORTEN_NOT_FOUND, "is not in /etc/passwd", Database{bundle + "/linked"}.find_user("outside"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "no absolute path", Database{"rootfs"});
  EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "no such file", Database{bundle + "/none"}) == ENOENT);
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "no descriptor", Database{-1});
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "root is NULL", call(&corten_users_open, static_cast<const char*>(nullptr)));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "container is NULL",
               call(&corten_container_users, static_cast<const corten_container*>(nullptr)));
  corten_user user{};
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "users is NULL",
               call(&corten_users_resolve, static_cast<corten_users*>(nullptr),
                    static_cast<const corten_user_options*>(nullptr), &user));
  corten_passwd_entry entry{};
  corten_users* const handle = call(&corten_users_open, "/");
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "size is not set", call(&corten_users_find_user, handle, "0", &entry));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "who is NULL",
               call(&corten_users_find_user, handle, static_cast<const char*>(nullptr), &entry));
  corten_users_free(handle);
  corten_users_free(nullptr);
}

/// The container has another /etc/passwd, by a mount.
void in_container(const std::string& bundle, const std::string& state) {
  const corten::Runtime runtime{{.root = state}};
  auto started = runtime.run("users", {.bundle = bundle});
  auto& container = started.container;
  EXPECT(Database{container}.find_user("daemon").uid == 7);
  const auto daemon = corten::users::resolve(container, "daemon:users");
  EXPECT(daemon.uid == 7 && daemon.gid == 100 && daemon.home == "/");
  EXPECT_ERROR(CORTEN_NOT_FOUND, "\"anna\" is not in /etc/passwd", corten::users::resolve(container, "anna"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "who is empty", corten::users::resolve(container, ""));
  corten::spec::Process id;
  id.args = {"/bin/busybox", "id"};
  id.cwd = "/";
  id.user = daemon.ids();
  EXPECT(container.exec(id).wait() == 0);
  container.signal(SIGKILL);
  started.process.wait();
  EXPECT(Database{container}.find_user("daemon").uid == 1);
  container.destroy();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string bundle = argv[1];
  try {
    look_up(Database{bundle + "/rootfs"});
    const int directory = ::open((bundle + "/rootfs").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    resolve(Database{directory});
    ::close(directory);
    wrong_arguments(bundle);
    in_container(bundle, argv[2]);
  } catch (const corten::Error& error) {
    failed("users", error.what());
  }
  return failures == 0 ? 0 : 1;
}
