// SPDX-License-Identifier: Apache-2.0
#include "init/keyring.hpp"

#include <cerrno>
#include <cstdint>

#include "base/error.hpp"
#include "sys/keyring.hpp"

namespace corten::init {

namespace {

constexpr std::uint32_t user_may_search = 0x00080000;    // KEY_USR_SEARCH
constexpr std::uint32_t others_may_search = 0x00000008;  // KEY_OTH_SEARCH
constexpr std::uint32_t all = 0xffffffff;

}  // namespace

void join_session_keyring(const std::string& name, Searchable searchable) {
  const auto keyring = sys::join_session_keyring(name.c_str());
  if (keyring == -ENOSYS) return;
  if (keyring < 0) throw_errno("unable to join session keyring: create session key", static_cast<int>(-keyring));
  if (searchable == Searchable::as_it_is) return;
  with_context("unable to let the session keyring be searched", [&] {
    sys::change_key_permissions(keyring, all,
                                searchable == Searchable::by_others ? others_may_search : user_may_search);
  });
}

}  // namespace corten::init
