// SPDX-License-Identifier: Apache-2.0
// AppArmor's profiles and SELinux's labels, as far as the machine has them. Usage: labels DIRECTORY, an empty one.
#include <fstream>
#include <string>
#include <vector>

#include <corten/apparmor.hpp>
#include <corten/selinux.hpp>
#include <corten/xattr.hpp>

#include "expect.hpp"

namespace {

namespace selinux = corten::selinux;
using Texts = std::vector<std::string>;

constexpr const char* label = "system_u:object_r:container_file_t:s0:c1,c2";

std::string label_of(const std::string& path) {
  const auto text = corten::xattr::read(path, "security.selinux");
  return text.substr(0, text.find('\0'));
}

void without_selinux(const std::string& directory) {
  const auto labels = selinux::new_labels({"type:spc_t"});
  EXPECT(labels.process.empty() && labels.mount.empty());
  selinux::label_file(directory, label);
  selinux::relabel(directory, label, selinux::Sharing::own);
  selinux::relabel("/", label, selinux::Sharing::shared);
  EXPECT_ERROR(CORTEN_SYSTEM, "security.selinux", corten::xattr::read(directory, "security.selinux"));
}

void with_selinux(const std::string& directory) {
  const auto labels = selinux::new_labels();
  const auto others = selinux::new_labels();
  EXPECT(labels.process != others.process && labels.mount != others.mount);
  EXPECT(selinux::new_labels(selinux::options_of(labels.process)).process == labels.process);
  EXPECT(selinux::new_labels({selinux::disable}).process.empty());
  selinux::release(labels.process);
  std::ofstream{directory + "/file"} << "text";
  selinux::relabel(directory, labels.mount, selinux::Sharing::own);
  EXPECT(label_of(directory) == labels.mount && label_of(directory + "/file") == labels.mount);
  selinux::relabel(directory, labels.mount, selinux::Sharing::shared);
  EXPECT(label_of(directory + "/file").ends_with(":s0"));
  selinux::label_file(directory + "/file", labels.mount);
  EXPECT(label_of(directory + "/file") == labels.mount);
  for (const char* path : {"/", "/usr", "/etc/", "/usr/../etc"}) {
    EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "the host itself", selinux::relabel(path, label, selinux::Sharing::own));
  }
}

void texts() {
  EXPECT((selinux::options_of(label) ==
          Texts{"user:system_u", "role:object_r", "type:container_file_t", "level:s0:c1,c2"}));
  EXPECT(selinux::options_of("").empty());
  EXPECT(selinux::mount_options("", label) == "context=\"" + std::string{label} + "\"");
  EXPECT(selinux::mount_options("size=1m", label) == "size=1m,context=\"" + std::string{label} + "\"");
  EXPECT(selinux::mount_options("size=1m", "") == "size=1m");
  selinux::reserve(label);
  selinux::release(label);
  selinux::release("");
}

void wrong_arguments() {
  using corten::detail::call;
  const char* const none = nullptr;
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "the label option \"label=type:a\"", selinux::new_labels({"label=type:a"}));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "the label option \"level:\"", selinux::new_labels({"level:"}));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is not of the form", selinux::options_of("container_t"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is not of the form", selinux::reserve("container_t"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is not of the form", selinux::release("container_t"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "path is empty", selinux::label_file("", label));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "path is empty", selinux::relabel("", label, selinux::Sharing::own));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "label is NULL", call(&corten_selinux_options, none));
  char* text = nullptr;
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "process is NULL",
               call(&corten_selinux_new_labels, static_cast<const char* const*>(nullptr), std::size_t{0},
                    static_cast<char**>(nullptr), &text));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "one of the options is NULL",
               call(&corten_selinux_new_labels, &none, std::size_t{1}, &text, &text));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "profile is empty", corten::apparmor::loaded(""));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "profile is NULL", call(&corten_apparmor_loaded, none));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  try {
    EXPECT(!corten::apparmor::loaded("no such profile"));
    texts();
    wrong_arguments();
    selinux::enabled() ? with_selinux(argv[1]) : without_selinux(argv[1]);
  } catch (const corten::Error& error) {
    failed("labels", error.what());
  }
  return failures == 0 ? 0 : 1;
}
