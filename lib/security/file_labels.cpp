// SPDX-License-Identifier: Apache-2.0
#include "security/file_labels.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "security/contexts.hpp"
#include "security/labels.hpp"
#include "sys/syscall.hpp"
#include "sys/xattr.hpp"

namespace corten::security {
namespace {

constexpr const char* attribute = "security.selinux";

constexpr const char* of_the_system[] = {"/",          "/bin",        "/boot",      "/dev",  "/etc",     "/etc/passwd",
                                         "/etc/pki",   "/etc/shadow", "/home",      "/lib",  "/lib64",   "/media",
                                         "/mnt",       "/opt",        "/proc",      "/root", "/run",     "/sbin",
                                         "/srv",       "/sys",        "/tmp",       "/usr",  "/usr/bin", "/usr/lib",
                                         "/usr/lib64", "/usr/sbin",   "/usr/share", "/var",  "/var/lib", "/var/log"};

bool same_file(const struct stat& file, const char* path) {
  struct stat other {};
  return ::stat(path, &other) == 0 && other.st_dev == file.st_dev && other.st_ino == file.st_ino;
}

void check_path(const std::string& path) {
  if (path.empty()) throw Error{"the path of the file to label is empty", ErrorKind::invalid_argument};
}

}  // namespace

void check_relabel(const std::string& path, const std::string& home) {
  struct stat file {};
  sys::check([&] { return fmt::format("stat {}", quote(path)); }, [&] { return ::lstat(path.c_str(), &file); });
  bool refused = !home.empty() && same_file(file, home.c_str());
  for (const char* place : of_the_system) refused = refused || same_file(file, place);
  if (refused) {
    throw Error{fmt::format("relabelling {} would change the host itself", quote(path)), ErrorKind::invalid_argument};
  }
}

void set_file_label(const std::string& path, const std::string& label) {
  check_path(path);
  if (!selinux_enabled() || label.empty()) return;
  sys::set_attribute(path, attribute, parse_context(label).label());
}

void relabel(const std::string& path, const std::string& label, Sharing sharing, const std::string& home) {
  check_path(path);
  if (!selinux_enabled() || label.empty()) return;
  const auto text = sharing == Sharing::shared ? shared_label(label) : parse_context(label).label();
  check_relabel(path, home);
  sys::set_attribute_below(path, attribute, text);
}

}  // namespace corten::security
