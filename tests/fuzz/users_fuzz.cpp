// SPDX-License-Identifier: Apache-2.0
// Who is asked for, /etc/passwd and /etc/group, from hostile bytes, one behind the other with a NUL between them: nobody gets
// ids that no entry has, and Error is the only way out.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "users/entries.hpp"
#include "users/resolve.hpp"

namespace {

using namespace corten;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take(std::string_view& rest) {
  const auto piece = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
  return piece;
}

void compare(const std::string& who, std::string_view passwd, std::string_view groups) {
  users::Wanted wanted;
  wanted.user = who;
  const auto resolved = users::resolve(wanted, passwd, groups);
  require(resolved.uid <= users::last_id && resolved.gid <= users::last_id && !resolved.home.empty());
  const auto entry = users::find_user(passwd, {{}, resolved.uid});
  const auto name = who.substr(0, who.find(':'));
  // Whoever is known by name alone has an entry, which has a line that begins with that name.
  if (!name.empty() && !parse_number<std::uint32_t>(name)) {
    require(entry.has_value() && ("\n" + std::string{passwd}).find(name + ":") != std::string::npos);
  }
  for (const auto gid : resolved.groups) require(users::find_group(groups, {{}, gid}).has_value());
  require(resolved.groups.size() <= users::most_groups);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  const std::string who{take(rest)};
  const auto passwd = take(rest);
  try {
    compare(who, passwd, rest);
  } catch (const Error& error) {
    require(!error.message().empty());
  }
  return 0;
}
