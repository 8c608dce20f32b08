// SPDX-License-Identifier: Apache-2.0
// A session keyring of the container's own, so that it does not see the caller's keys.
#pragma once

#include <string>

namespace corten::init {

/// The permission to search the keyring, besides its possessor's. In a user namespace the container's users are not its owner.
enum class Searchable { as_it_is, by_user, by_others };

/// Joins a new session keyring called `name` and lets its possessor search it; nothing where the kernel has no keyrings.
void join_session_keyring(const std::string& name, Searchable searchable);

}  // namespace corten::init
