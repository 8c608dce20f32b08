// SPDX-License-Identifier: Apache-2.0
// SELinux labels of files.
#pragma once

#include <string>

namespace corten::security {

/// Whether files of the volume are for one container, whose categories they get, or for all.
enum class Sharing { own, shared };

/// Throws Error where `path` is a directory of the system's, under whatever name: with a container's label on /usr or /etc the
/// host would no longer work. `home` is one more; empty: none.
void check_relabel(const std::string& path, const std::string& home);

/// Sets the label of a file; a symbolic link is followed. Nothing happens without SELinux or with an empty label.
void set_file_label(const std::string& path, const std::string& label);

/// Sets the label of `path` and all below it; no symbolic link is followed. Nothing happens without SELinux or with an empty
/// label. Throws as check_relabel().
void relabel(const std::string& path, const std::string& label, Sharing sharing, const std::string& home);

}  // namespace corten::security
