// SPDX-License-Identifier: Apache-2.0
#include "cmd/create_options.hpp"

#include <fcntl.h>

#include <filesystem>

#include "cmd/command.hpp"
#include "cmd/environment.hpp"
#include "cmd/system.hpp"

namespace corten::cmd {

std::vector<Option> create_options(Plan& plan, std::string& config) {
  auto& stdio = plan.stdio;
  return {
      {"bundle", 'b', &plan.bundle, "directory of the bundle (default: the current directory)"},
      {"config", 'f', &config, "file that is read in the place of the bundle's config.json"},
      {"console-socket", 0, &stdio.console_socket,
       "AF_UNIX socket that receives the descriptor of the terminal's master"},
      {"pidfd-socket", 0, &stdio.pidfd_socket, "AF_UNIX socket that receives a pidfd of the container's process"},
      {"pid-file", 0, &stdio.pid_file, "file to write the process id to"},
      {"no-pivot", 0, &plan.no_pivot, "do not use pivot_root(2), which fails on a ramdisk before Linux 7.2"},
      {"no-new-keyring", 0, &plan.no_new_keyring, "keep the caller's session keyring"},
      {"preserve-fds", 0, &stdio.preserve_fds,
       "number of descriptors to pass to the process, after stdio and $LISTEN_FDS"},
  };
}

void make_absolute(std::string& path) {
  if (!path.empty()) path = std::filesystem::absolute(path).lexically_normal().string();
}

void enter_bundle(Plan& plan, std::string config) {
  make_absolute(config);
  make_absolute(plan.stdio.pid_file);
  plan.stdio.listen_fds = listen_fds();
  if (!plan.bundle.empty()) change_directory(plan.bundle);
  plan.bundle = std::filesystem::current_path().string();
  if (config.empty()) return;
  plan.config = Document<spec::Config>{read_all(open_file(config, O_RDONLY).get(), config)};
}

}  // namespace corten::cmd
