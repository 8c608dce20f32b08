// SPDX-License-Identifier: Apache-2.0
// SELinux labels of containers and files. Without SELinux the calls that set labels do nothing, and new labels are empty.
#pragma once

#include <corten.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {
namespace selinux {

/// Whether there is a policy.
[[nodiscard]] inline bool enabled() { return corten_selinux_enabled() != 0; }

/// The option that leaves a container's process without a label of its own.
inline constexpr const char* disable = "disable";

/// For spec::Process::selinux_label and spec::Linux::mount_label.
struct Labels {
  std::string process = {}, mount = {};
};

/// Labels of a new container, with two categories that no other one of this process's has until release(). `options` are
/// "user:U", "role:R", "type:T", "level:L", "filetype:T" (of the files) and "disable".
[[nodiscard]] inline Labels new_labels(const std::vector<std::string>& options = {}) {
  std::vector<const char*> texts;
  for (const auto& option : options) texts.push_back(option.c_str());
  char* process = nullptr;
  char* mount = nullptr;
  detail::call(&corten_selinux_new_labels, texts.data(), texts.size(), &process, &mount);
  Labels labels;
  const std::unique_ptr<char, void (*)(char*)> owner{mount, &corten_text_free};
  labels.process = detail::take_text(process);
  labels.mount = mount;
  return labels;
}

/// The categories of a label are in use, by a container that another process has made; or no longer.
inline void reserve(const std::string& label) { detail::call(&corten_selinux_reserve, label.c_str()); }
inline void release(const std::string& label) { detail::call(&corten_selinux_release, label.c_str()); }

/// The options by which another container gets this label.
[[nodiscard]] inline std::vector<std::string> options_of(const std::string& label) {
  return detail::pieces(detail::take_text(detail::call(&corten_selinux_options, label.c_str())), '\n');
}

/// Of one file; a symbolic link is followed.
inline void label_file(const std::string& path, const std::string& label) {
  detail::call(&corten_selinux_label_file, path.c_str(), label.c_str());
}

enum class Sharing { own, shared };

/// Of `path` and all below it, for the container of the label or for all. Refused for /, /usr, /etc, the caller's home and their
/// like.
inline void relabel(const std::string& path, const std::string& label, Sharing sharing) {
  detail::call(&corten_selinux_relabel, path.c_str(), label.c_str(), sharing == Sharing::shared ? 1 : 0);
}

/// `options` of mount(2) with the label in them.
[[nodiscard]] inline std::string mount_options(const std::string& options, const std::string& label) {
  return detail::take_text(detail::call(&corten_selinux_mount_options, options.c_str(), label.c_str()));
}

}  // namespace selinux
}  // namespace v0
}  // namespace corten
