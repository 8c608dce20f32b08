// SPDX-License-Identifier: Apache-2.0
// Tries something in a process of its own, which takes what it has changed along when it ends.
#pragma once

#include <functional>
#include <string>

namespace corten::host {

/// What `body` returns, 0 or an errno, in a child; ETIMEDOUT where it takes longer than ten seconds, EIO where it dies.
[[nodiscard]] int in_child(const std::function<int()>& body);

/// The same as an ordinary user: root becomes nobody first.
[[nodiscard]] int as_user(const std::function<int()>& body);

/// Becomes root of a new user namespace, and makes the namespaces of `flags` with it. 0 or an errno.
[[nodiscard]] int enter_user_namespace(unsigned long flags);

/// unshare(2): 0 or an errno.
[[nodiscard]] int unshare_errno(unsigned long flags);

/// The first line of a file; empty where there is none.
[[nodiscard]] std::string first_line(const std::string& path);

/// The file that PATH finds, or an empty text.
[[nodiscard]] std::string program(const std::string& name);

}  // namespace corten::host
