// SPDX-License-Identifier: Apache-2.0
#include "cmd/spec_options.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "cmd/command.hpp"
#include "cmd/system.hpp"

namespace corten::cmd {

bool SpecOptions::any_wish() const {
  const auto lists = {&args, &cap_add, &cap_drop, &env, &mounts};
  const auto texts = {&cpus, &cwd, &memory, &rootfs, &seccomp, &user};
  return tty || writable || std::ranges::any_of(lists, [](const auto* list) { return !list->empty(); }) ||
         std::ranges::any_of(texts, [](const auto* text) { return !text->empty(); });
}

std::vector<Option> spec_options(SpecOptions& options) {
  return {{"bundle", 'b', &options.bundle, "directory to write it to (default: the current directory)"},
          {"rootless", 0, &options.rootless, "write one for a rootless container"},
          {"args", 0, &options.args, "a word of the command line; repeated for each, the program first"},
          {"cap-add", 0, &options.cap_add, "a capability, or ALL; may be repeated"},
          {"cap-drop", 0, &options.cap_drop, "a capability that it has not, or ALL; may be repeated"},
          {"cpus", 0, &options.cpus, "processors' worth of time, such as 1.5"},
          {"cwd", 0, &options.cwd, "current directory of the program"},
          {"env", 0, &options.env, "an environment variable, NAME=VALUE; may be repeated"},
          {"memory", 0, &options.memory, "memory limit, in bytes or with a unit"},
          {"mount", 0, &options.mounts, "a mount: type=bind,source=/a,destination=/b,ro; may be repeated"},
          {"rootfs", 0, &options.rootfs, "root directory, in the bundle or anywhere"},
          {"seccomp", 0, &options.seccomp, "system call filter: 'default', or a file with linux.seccomp"},
          {"tty", 0, &options.tty, "a terminal; --tty=false for none"},
          {"user", 0, &options.user, "user of the program: a name of the root's passwd or an id, and :group"},
          {"writable", 0, &options.writable, "the root can be written to"}};
}

void write_spec(const std::string& directory, std::string_view text) {
  if (!directory.empty()) change_directory(directory);
  const std::string name{spec_file};
  try {
    const auto file = open_file(name, O_WRONLY | O_CREAT | O_EXCL, 0666);
    write_all(file.get(), text, name);
  } catch (const Error& error) {
    if (error.number() == EEXIST) throw Error{fmt::format("File {} exists. Remove it first", name), EEXIST};
    throw;
  }
}

}  // namespace corten::cmd
