// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.hpp"
#include "host/attempt.hpp"
#include "host/report.hpp"
#include "sys/file.hpp"

namespace corten::host {
namespace {

/// Executes `path ARGUMENT` without output: its exit status, or 255.
int quietly(const std::string& path, const char* argument) {
  return in_child([&] {
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, fd);
    ::execl(path.c_str(), path.c_str(), argument, nullptr);
    return 255;
  });
}

void look_at_criu(Report& report) {
  Row row;
  row.name = "criu";
  row.rootless = false;
  const auto path = program("criu");
  if (path.empty()) {
    row.root = false;
    row.found = "not in PATH: there is no checkpoint and no restore";
    row.mend = "apt install criu";
  } else if (report.as_root) {
    row.root = quietly(path, "check") == 0;
    row.found = *row.root ? path : fmt::format("{} check fails", path);
    if (!*row.root) row.mend = fmt::format("{} check, which says what this kernel lacks", path);
  }
  report.rows.push_back(std::move(row));
}

void look_at_systemd(Report& report) {
  Row row;
  row.name = "systemd";
  row.root = ::access("/run/systemd/system", F_OK) == 0;
  if (!*row.root) row.found = "not the first process: --systemd-cgroup does not work";
  const char* const directory = std::getenv("XDG_RUNTIME_DIR");
  if (!report.as_root)
    row.rootless = directory != nullptr && ::access(fmt::format("{}/systemd/private", directory).c_str(), F_OK) == 0;
  if (row.rootless == false) row.mend = "loginctl enable-linger, and a login by PAM, which sets XDG_RUNTIME_DIR";
  report.rows.push_back(std::move(row));
}

/// Whether a program may set ids: set-user-ID root, or with a capability in its file.
bool may_set_ids(const std::string& path) {
  struct stat file {};
  if (path.empty() || ::stat(path.c_str(), &file) != 0) return false;
  return ((file.st_mode & S_ISUID) != 0 && file.st_uid == 0) ||
         ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
}

/// How many ids `path`, which is /etc/subuid or /etc/subgid, gives to a user.
std::uint64_t given_ids(const char* path, std::string_view name, std::string_view uid) {
  std::uint64_t sum = 0;
  const auto text = sys::read_file_if_exists(AT_FDCWD, path).value_or("");
  for (const auto line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() == 3 && (fields[0] == name || fields[0] == uid))
      sum += parse_number<std::uint64_t>(fields[2]).value_or(0);
  }
  return sum;
}

/// The caller's name by /etc/passwd; name services are out of a static program's reach.
std::string user_name(std::string_view uid) {
  const auto text = sys::read_file_if_exists(AT_FDCWD, "/etc/passwd").value_or("");
  for (const auto line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() > 2 && fields[2] == uid) return std::string{fields[0]};
  }
  return {};
}

void look_at_ids(Report& report) {
  Row helpers;
  helpers.name = "newuidmap";
  helpers.rootless = may_set_ids(program("newuidmap")) && may_set_ids(program("newgidmap"));
  if (!*helpers.rootless) {
    helpers.found = "newuidmap and newgidmap are not there, or may not set ids: a rootless container has one id";
    helpers.mend = "apt install uidmap";
  }
  report.rows.push_back(std::move(helpers));
  if (report.as_root) return;  // root has all ids
  const auto uid = fmt::format("{}", ::geteuid());
  const auto name = user_name(uid);
  const auto uids = given_ids("/etc/subuid", name, uid);
  const auto gids = given_ids("/etc/subgid", name, uid);
  constexpr std::uint64_t enough = 65536;
  Row row;
  row.name = "sub-ids";
  row.rootless = uids >= enough && gids >= enough;
  row.found = fmt::format("{} in /etc/subuid, {} in /etc/subgid", uids, gids);
  if (!*row.rootless)
    row.mend =
        fmt::format("usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {}", name.empty() ? uid : name);
  report.rows.push_back(std::move(row));
}

}  // namespace

void look_at_programs(Report& report) {
  look_at_criu(report);
  look_at_systemd(report);
  look_at_ids(report);
}

}  // namespace corten::host
