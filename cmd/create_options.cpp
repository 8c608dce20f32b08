// SPDX-License-Identifier: Apache-2.0
#include "cmd/create_options.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "cmd/command.hpp"
#include "cmd/environment.hpp"
#include "sys/file.hpp"

namespace corten::cmd {

std::vector<Option> create_options(container::CreateOptions& options, std::string& config) {
  auto& stdio = options.stdio;
  return {
      {"bundle", 'b', &options.bundle, "directory of the bundle (default: the current directory)"},
      {"config", 'f', &config, "file that is read in the place of the bundle's config.json"},
      {"console-socket", 0, &stdio.console_socket,
       "AF_UNIX socket that receives the descriptor of the terminal's master"},
      {"pidfd-socket", 0, &stdio.pidfd_socket, "AF_UNIX socket that receives a pidfd of the container's process"},
      {"pid-file", 0, &stdio.pid_file, "file to write the process id to"},
      {"no-pivot", 0, &options.no_pivot, "do not use pivot_root(2), which fails on a ramdisk before Linux 7.2"},
      {"no-new-keyring", 0, &options.no_new_keyring, "keep the caller's session keyring"},
      {"preserve-fds", 0, &stdio.preserve_fds,
       "number of descriptors to pass to the process, after stdio and $LISTEN_FDS"},
  };
}

void make_absolute(std::string& path) {
  if (!path.empty()) path = std::filesystem::absolute(path).lexically_normal().string();
}

void enter_bundle(container::CreateOptions& options) {
  make_absolute(options.stdio.pid_file);
  options.stdio.listen_fds = listen_fds();
  if (!options.bundle.empty()) change_directory(options.bundle);
  options.bundle = std::filesystem::current_path().string();
}

spec::Config read_document(container::CreateOptions& options, const std::string& config) {
  options.document = config.empty() ? container::read_config(options.bundle) : sys::read_file(config);
  return spec::parse_config(options.document);
}

}  // namespace corten::cmd
