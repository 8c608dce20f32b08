// SPDX-License-Identifier: Apache-2.0
// Users and groups of a root directory, by its etc/passwd and etc/group: an image's before there is a container, or a
// container's. What corten.h says of these files holds here.
//
//   process.user = corten::users::Database{bundle + "/rootfs"}.resolve("daemon:users").ids();
#pragma once

#include <corten.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {
namespace users {

/// An entry of etc/passwd.
struct User {
  std::string name = {};
  uid_t uid = 0;
  gid_t gid = 0;
  std::string comment = {}, home = {}, shell = {};
};

/// An entry of etc/group.
struct Group {
  std::string name = {};
  gid_t gid = 0;
  std::vector<std::string> members = {};
};

/// What goes with the user that a process is to run as.
struct More {
  std::vector<std::string> groups = {};  // more of them, by name or id
  uid_t uid = 0;                         // where the user is not said
  gid_t gid = 0;
  std::string home = "/";  // where etc/passwd does not say
};

struct Resolved {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups = {};  // additional ones, each once
  std::string home = {};

  /// For spec::Process::user.
  [[nodiscard]] spec::User ids() const {
    spec::User user;
    user.uid = uid;
    user.gid = gid;
    user.additional_gids.assign(groups.begin(), groups.end());
    return user;
  }
};

namespace detail {

inline Resolved resolved(const corten_user& user) {
  return {user.uid, user.gid, {user.groups, user.groups + user.group_count}, user.home};
}

}  // namespace detail

class Database {
 public:
  /// An absolute path.
  explicit Database(const std::string& root) : handle_{corten::detail::call(&corten_users_open, root.c_str())} {}
  /// A descriptor of a directory, which stays the caller's.
  explicit Database(int directory) : handle_{corten::detail::call(&corten_users_open_at, directory)} {}
  /// The container's root as its processes see it.
  explicit Database(const Container& container)
      : handle_{corten::detail::call(&corten_container_users, constant(container))} {}

  /// By name, or by id where `who` is a number. CORTEN_NOT_FOUND where there is none.
  [[nodiscard]] User find_user(const std::string& who) {
    corten_passwd_entry entry{};
    entry.size = sizeof entry;
    corten::detail::call(&corten_users_find_user, handle_.get(), who.c_str(), &entry);
    return {entry.name, entry.uid, entry.gid, entry.comment, entry.home, entry.shell};
  }

  [[nodiscard]] Group find_group(const std::string& who) {
    corten_group_entry entry{};
    entry.size = sizeof entry;
    corten::detail::call(&corten_users_find_group, handle_.get(), who.c_str(), &entry);
    return {entry.name, entry.gid, {entry.members, entry.members + entry.member_count}};
  }

  /// "daemon", "1000", "daemon:users", "1000:100", ":users"; empty: the ids of `more`. Without a group the user has its own one,
  /// and those that name it as a member.
  [[nodiscard]] Resolved resolve(const std::string& who, const More& more = {}) {
    std::vector<const char*> groups;
    for (const auto& group : more.groups) groups.push_back(group.c_str());
    const corten_user_options options{sizeof options, who.c_str(), groups.data(),    groups.size(),
                                      more.uid,       more.gid,    more.home.c_str()};
    corten_user user{};
    user.size = sizeof user;
    corten::detail::call(&corten_users_resolve, handle_.get(), &options, &user);
    return detail::resolved(user);
  }

 private:
  static const corten_container* constant(const Container& container) { return container.handle(); }

  corten::detail::Owner<corten_users, corten_users_free> handle_;
};

/// For Container::exec(): "daemon", "1000:users" and so on, by the container's own files.
[[nodiscard]] inline Resolved resolve(const Container& container, const std::string& who) {
  corten_user user{};
  user.size = sizeof user;
  corten::detail::call(&corten_container_user, container.handle(), who.c_str(), &user);
  return detail::resolved(user);
}

}  // namespace users
}  // namespace v0
}  // namespace corten
