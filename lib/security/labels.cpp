// SPDX-License-Identifier: Apache-2.0
// Of libselinux only the reader of contexts is used. Its calls that set a label write to whatever is at /proc
// (CVE-2019-16884, CVE-2025-52881), and linking them would bring a constructor that looks for SELinux in each start.
#include "security/labels.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <selinux/context.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

#include "base/text.hpp"
#include "sys/file.hpp"
#include "sys/procfs.hpp"
#include "sys/syscall.hpp"

namespace corten::security {
namespace {

constexpr const char* exec_attribute = "self/attr/exec";
constexpr const char* apparmor_attribute = "self/attr/apparmor/exec";  // Linux 5.8: not shared with other modules
constexpr const char* key_attribute = "self/attr/keycreate";

struct ContextRelease {
  void operator()(context_s_t* context) const { ::context_free(context); }
};

/// An attribute in one write(2). The backquotes are what Podman looks for.
void write_attribute(const sys::Procfs& procfs, const std::string& path, std::string_view value) {
  const auto file = procfs.open_file(path, O_WRONLY);
  sys::check([&] { return fmt::format("write `/proc/{}`", path); },
             [&] { return ::write(file.get(), value.data(), value.size()); });
}

void set_apparmor_profile(const sys::Procfs& procfs, const std::string& profile) {
  const auto value = "exec " + profile;
  try {
    write_attribute(procfs, apparmor_attribute, value);
  } catch (const Error& error) {
    const bool old_kernel = error.code() == ENOENT && error.message().starts_with("open ");
    if (!old_kernel) throw;
    write_attribute(procfs, exec_attribute, value);
  }
}

/// A failure to set `name`, with the reason that a bare errno hides.
template <class Body>
void setting(const std::string& step, std::string_view hint, int hint_code, Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    const auto reason = error.code() == hint_code ? fmt::format(" ({})", hint) : std::string{};
    throw Error{fmt::format("{}: {}{}", step, error.message(), reason), error.code()};
  }
}

std::string hint_for(const std::string& selinux_label) {
  return fmt::format("process.selinuxLabel: does the policy know {}?", quote(selinux_label));
}

void check_apparmor(const std::string& profile) {
  if (profile.empty() || apparmor_enabled()) return;
  throw Error{
      fmt::format("apparmor failed to apply profile: `/proc/self/attr/exec`: cannot be set to {}, as AppArmor is not "
                  "enabled on this host (process.apparmorProfile; the kernel's apparmor=1 enables it)",
                  quote(profile))};
}

void check_selinux(const std::string& label) {
  if (label.empty()) return;
  if (!selinux_enabled()) {
    throw Error{
        fmt::format("selinux label is specified in config, but selinux is disabled or not supported "
                    "(process.selinuxLabel: {})",
                    quote(label))};
  }
  if (is_selinux_label(label)) return;
  throw Error{fmt::format("process.selinuxLabel: {} is not of the form user:role:type[:range]", quote(label))};
}

}  // namespace

bool apparmor_enabled() {
  const auto enabled = sys::read_file_if_exists(AT_FDCWD, "/sys/module/apparmor/parameters/enabled");
  return enabled && enabled->starts_with('Y');
}

bool selinux_enabled() {
  struct statfs filesystem {};
  if (::statfs("/sys/fs/selinux", &filesystem) != 0 || static_cast<std::uint32_t>(filesystem.f_type) != SELINUX_MAGIC) {
    return false;
  }
  // Read-only is what a container sees that is to think there is no SELinux. No policy: every process is "kernel".
  if ((filesystem.f_flags & ST_RDONLY) != 0) return false;
  const auto current = sys::read_file_if_exists(AT_FDCWD, "/proc/self/attr/current").value_or("");
  return current.c_str() != std::string_view{"kernel"};
}

bool is_selinux_label(const std::string& label) {
  return std::unique_ptr<context_s_t, ContextRelease>{::context_new(label.c_str())} != nullptr;
}

void check_labels(const LabelPlan& plan) {
  check_apparmor(plan.apparmor_profile);
  check_selinux(plan.selinux_label);
}

void set_exec_labels(const LabelPlan& plan) {
  if (plan.apparmor_profile.empty() && plan.selinux_label.empty()) return;
  const auto procfs = sys::Procfs::open();
  if (!plan.apparmor_profile.empty()) {
    setting("unable to apply apparmor profile: apparmor failed to apply profile",
            fmt::format("process.apparmorProfile: is the profile {} loaded? `apparmor_parser --replace FILE` loads it",
                        quote(plan.apparmor_profile)),
            ENOENT, [&] { set_apparmor_profile(procfs, plan.apparmor_profile); });
  }
  if (!plan.selinux_label.empty()) {
    setting("can't set process label", hint_for(plan.selinux_label), EINVAL,
            [&] { write_attribute(procfs, exec_attribute, plan.selinux_label); });
  }
}

void set_key_label(const LabelPlan& plan) {
  if (plan.selinux_label.empty()) return;
  setting("can't set the label of the session keyring", hint_for(plan.selinux_label), EINVAL,
          [&] { write_attribute(sys::Procfs::open(), key_attribute, plan.selinux_label); });
}

}  // namespace corten::security
