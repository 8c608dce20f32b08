// SPDX-License-Identifier: Apache-2.0
#include "cmd/checkpoint_options.hpp"
#include "cmd/command.hpp"
#include "cmd/create_options.hpp"
#include "corten/container.hpp"
#include "spec/config.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  CheckpointTexts texts;
  container::CreateOptions create;
  auto& stdio = create.stdio;
  auto& options = texts.options;
  auto table = shared_checkpoint_options(texts);
  table.push_back({"bundle", 'b', &create.bundle, "the directory of the bundle, instead of the current one"});
  table.push_back({"console-socket", 0, &stdio.console_socket,
                   "an AF_UNIX socket that is sent the descriptor of the terminal's master"});
  table.push_back({"detach", 'd', &stdio.detach, "do not wait for the container's process"});
  table.push_back({"pid-file", 0, &stdio.pid_file, "the file to write the process's id to"});
  table.push_back({"no-subreaper", 0, &stdio.no_subreaper, "do not become the parent of orphaned processes"});
  table.push_back({"no-pivot", 0, &create.no_pivot, "taken for the sake of callers; the root is CRIU's to change"});
  table.push_back({"tcp-close", 0, &options.tcp_close, "restore TCP connections as closed"});
  table.push_back({"lsm-profile", 0, &options.lsm_profile, "run the processes with another label: TYPE:NAME"});
  table.push_back({"lsm-mount-context", 0, &options.lsm_mount_context, "the SELinux context of mounts that have one"});
  const auto arguments = call.parse({1, 1}, std::move(table));
  warn_if_rootless(call.global().program, "restore");
  const auto criu = parse_checkpoint(texts);
  enter_bundle(create);
  create.document = container::read_config(create.bundle);
  const auto config = spec::parse_config(create.document);
  return container::Container::restore(call.settings(), container_id(arguments), config, create, criu);
}

}  // namespace

constinit const Command restore_command = {
    .name = "restore",
    .usage = "restore a container from a previous checkpoint",
    .arguments = R"(<container-id>

"<container-id>" is the name of the new container, of which there is one on a machine.)",
    .description =
        R"(Makes a container of the bundle and of what "PROGRAM checkpoint" has saved; its processes go on where they
were. It is criu(8) that does it, and which must be installed. Without "--detach" this lasts as long as the container's
process and ends with its exit status, as "PROGRAM run" does.)",
    .run = run,
};

}  // namespace corten::cmd
