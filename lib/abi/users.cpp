// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abi/guard.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"
#include "users/entries.hpp"
#include "users/resolve.hpp"

using namespace corten;

namespace {

/// Keeps C texts one behind the other. The pointers hold until the next text is added, so they are taken afterwards.
class Texts {
 public:
  explicit Texts(std::string& to) : to_{to} { to_.clear(); }

  /// Where the text begins.
  std::size_t add(std::string_view text) {
    const auto at = to_.size();
    to_.append(text).push_back('\0');
    return at;
  }
  [[nodiscard]] const char* at(std::size_t place) const { return to_.data() + place; }

 private:
  std::string& to_;
};

template <class Entry>
Entry found(const std::optional<Entry>& entry, const char* who, std::string_view what) {
  if (entry) return *entry;
  throw Error{fmt::format("the {} {} is not in {}", what, quote(who), what == "user" ? "/etc/passwd" : "/etc/group"),
              ErrorKind::not_found};
}

void give_user(const users::Resolved& resolved, corten_answer& answer, corten_user* user) {
  answer.text = resolved.home;
  answer.groups.assign(resolved.groups.begin(), resolved.groups.end());
  abi::give_answer({0, resolved.uid, resolved.gid, answer.groups.data(), answer.groups.size(), answer.text.c_str()},
                   user, "user");
}

users::Resolved resolved(const users::Database& database, const users::Wanted& wanted) {
  return users::resolve(wanted, database.passwd(), database.groups());
}

users::Wanted wanted_of(const corten_user_options* options) {
  const auto given = abi::options_of(&abi::checked(options, "options"), "corten_user_options");
  users::Wanted wanted;
  wanted.user = abi::text_of(given.user);
  wanted.uid = given.uid;
  wanted.gid = given.gid;
  if (given.home != nullptr) wanted.home = given.home;
  if (given.group_count > 0) abi::checked(given.groups, "options->groups");
  for (std::size_t at = 0; at < given.group_count; ++at) {
    wanted.groups.emplace_back(&abi::checked(given.groups[at], "a name in options->groups"));
  }
  return wanted;
}

}  // namespace

corten_users* corten_users_open(const char* root, corten_error** error) {
  return abi::guarded<corten_users*>(
      error, nullptr, [&] { return new corten_users{users::Database::open(&abi::checked(root, "root"))}; });
}

corten_users* corten_users_open_at(int directory, corten_error** error) {
  return abi::guarded<corten_users*>(error, nullptr, [&] {
    if (directory < 0) throw Error{"a negative number is no descriptor", ErrorKind::invalid_argument};
    return new corten_users{users::Database{sys::open_at(directory, ".", O_PATH | O_DIRECTORY)}};
  });
}

corten_users* corten_container_users(const corten_container* container, corten_error** error) {
  return abi::guarded<corten_users*>(error, nullptr, [&] {
    return new corten_users{users::Database{abi::checked(container, "container").container->open_root()}};
  });
}

void corten_users_free(corten_users* users) { delete users; }

corten_code corten_users_find_user(corten_users* users, const char* who, corten_passwd_entry* entry,
                                   corten_error** error) {
  return abi::attempted(error, [&] {
    auto& [database, answer] = abi::checked(users, "users");
    const auto wanted = users::parse_who(&abi::checked(who, "who"), "user");
    const auto text = database.passwd();
    const auto line = found(users::find_user(text, wanted), who, "user");
    Texts texts{answer.text};
    const auto name = texts.add(line.name), comment = texts.add(line.comment), home = texts.add(line.home),
               shell = texts.add(line.shell);
    abi::give_answer({0, texts.at(name), line.uid, line.gid, texts.at(comment), texts.at(home), texts.at(shell)}, entry,
                     "entry");
  });
}

corten_code corten_users_find_group(corten_users* users, const char* who, corten_group_entry* entry,
                                    corten_error** error) {
  return abi::attempted(error, [&] {
    auto& [database, answer] = abi::checked(users, "users");
    const auto wanted = users::parse_who(&abi::checked(who, "who"), "group");
    const auto text = database.groups();
    const auto line = found(users::find_group(text, wanted), who, "group");
    Texts texts{answer.text};
    const auto name = texts.add(line.name);
    std::vector<std::size_t> places;
    for (const auto member : line.member_names()) places.push_back(texts.add(member));
    answer.members.clear();
    for (const auto place : places) answer.members.push_back(texts.at(place));
    abi::give_answer({0, texts.at(name), line.gid, answer.members.data(), answer.members.size()}, entry, "entry");
  });
}

corten_code corten_users_resolve(corten_users* users, const corten_user_options* options, corten_user* user,
                                 corten_error** error) {
  return abi::attempted(error, [&] {
    auto& [database, answer] = abi::checked(users, "users");
    give_user(resolved(database, wanted_of(options)), answer, user);
  });
}

corten_code corten_container_user(corten_container* container, const char* who, corten_user* user,
                                  corten_error** error) {
  return abi::attempted(error, [&] {
    auto& known = abi::checked(container, "container");
    users::Wanted wanted;
    wanted.user = abi::checked_text(who, "who");
    give_user(resolved(users::Database{known.container->open_root()}, wanted), known.user, user);
  });
}
