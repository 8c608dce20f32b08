// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "abi/guard.hpp"
#include "base/text.hpp"
#include "rootfs/filesystem.hpp"
#include "security/apparmor.hpp"
#include "security/container_labels.hpp"
#include "security/contexts.hpp"
#include "security/file_labels.hpp"
#include "security/labels.hpp"
#include "users/database.hpp"
#include "users/entries.hpp"

using namespace corten;

namespace {

/// The caller's, by the host's /etc/passwd; empty where that does not know the user, or nothing will be labelled.
std::string home_of_caller() {
  if (!security::selinux_enabled()) return {};
  const auto passwd = users::Database::open("/").passwd();
  const auto entry = users::find_user(passwd, {{}, ::getuid()});
  return entry ? std::string{entry->home} : std::string{};
}

struct Free {
  void operator()(char* text) const { std::free(text); }
};

}  // namespace

int corten_apparmor_enabled() {
  return abi::guarded(nullptr, 0, [] { return security::apparmor_enabled() ? 1 : 0; });
}

int corten_apparmor_loaded(const char* profile, corten_error** error) {
  return abi::guarded(error, -1,
                      [&] { return security::apparmor_profile_loaded(abi::checked_text(profile, "profile")) ? 1 : 0; });
}

int corten_selinux_enabled() {
  return abi::guarded(nullptr, 0, [] { return security::selinux_enabled() ? 1 : 0; });
}

corten_code corten_selinux_new_labels(const char* const* options, std::size_t count, char** process, char** mount,
                                      corten_error** error) {
  return abi::attempted(error, [&] {
    auto& process_label = abi::checked(process, "process");
    auto& mount_label = abi::checked(mount, "mount");
    if (count > 0) abi::checked(options, "options");
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < count; ++at) texts.emplace_back(&abi::checked(options[at], "one of the options"));
    const auto labels = security::new_container_labels(texts);
    std::unique_ptr<char, Free> first{abi::new_text(labels.process)};
    mount_label = abi::new_text(labels.mount);
    process_label = first.release();
  });
}

corten_code corten_selinux_reserve(const char* label, corten_error** error) {
  return abi::attempted(error, [&] { security::reserve_level(&abi::checked(label, "label")); });
}

corten_code corten_selinux_release(const char* label, corten_error** error) {
  return abi::attempted(error, [&] { security::release_level(&abi::checked(label, "label")); });
}

char* corten_selinux_options(const char* label, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] {
    return abi::new_text(join(security::options_of_label(&abi::checked(label, "label")), "\n"));
  });
}

corten_code corten_selinux_label_file(const char* path, const char* label, corten_error** error) {
  return abi::attempted(
      error, [&] { security::set_file_label(abi::checked_text(path, "path"), &abi::checked(label, "label")); });
}

corten_code corten_selinux_relabel(const char* path, const char* label, int shared, corten_error** error) {
  return abi::attempted(error, [&] {
    const auto sharing = shared != 0 ? security::Sharing::shared : security::Sharing::own;
    security::relabel(abi::checked_text(path, "path"), &abi::checked(label, "label"), sharing, home_of_caller());
  });
}

char* corten_selinux_mount_options(const char* options, const char* label, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] {
    const auto context = abi::text_of(label);
    return abi::new_text(rootfs::labelled(abi::text_of(options), context.empty() ? "" : "context=" + context));
  });
}
