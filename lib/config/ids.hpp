// SPDX-License-Identifier: Apache-2.0
// Ids of users and groups. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spec/config.hpp"

namespace corten::config {

/// The highest id there is. The next number is -1 to the kernel: setresuid(2) and chown(2) take it for "leave unchanged",
/// and a process that asks for it would stay root.
inline constexpr std::uint32_t last_id = 4294967294;

/// Throws Error where `id` is none. `field` is its JSON path, or the option that it comes from.
void check_id(std::uint32_t id, std::string_view field);

/// Each id of `user`; `field` is the JSON path of the object.
void check_user(const spec::User& user, std::string_view field);

/// What `options`, a mount's, say as "uid=" and "gid=". Other file systems than `type` tmpfs and devpts may have words of
/// their own there, and are left to the kernel.
void check_owner_options(std::string_view type, const std::vector<std::string>& options, std::string_view field);

}  // namespace corten::config
