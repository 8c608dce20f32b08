// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cmd/checkpoint_options.hpp"
#include "cmd/command.hpp"
#include "cmd/create_options.hpp"
#include "cmd/foreground.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  CheckpointTexts texts;
  Plan plan;
  bool no_subreaper = false;
  auto& stdio = plan.stdio;
  auto& images = texts.images;
  auto table = shared_checkpoint_options(texts);
  table.push_back({"bundle", 'b', &plan.bundle, "directory of the bundle (default: the current directory)"});
  table.push_back({"console-socket", 0, &stdio.console_socket,
                   "an AF_UNIX socket that is sent the descriptor of the terminal's master"});
  table.push_back({"detach", 'd', &stdio.detach, "do not wait for the container's process"});
  table.push_back({"pid-file", 0, &stdio.pid_file, "file to write the process id to"});
  table.push_back({"no-subreaper", 0, &no_subreaper, "do not adopt orphaned processes of the container"});
  table.push_back({"no-pivot", 0, &plan.no_pivot, "ignored, for compatibility: CRIU changes the root"});
  table.push_back({"tcp-close", 0, &images.tcp_close, "restore TCP connections as closed"});
  table.push_back({"lsm-profile", 0, &images.lsm_profile, "security label of the processes: TYPE:NAME"});
  table.push_back({"lsm-mount-context", 0, &images.lsm_mount_context, "SELinux context of the mounts that have one"});
  const auto arguments = call.parse({1, 1}, std::move(table));
  warn_if_rootless(call.global().program, "restore");
  const auto saved = parse_checkpoint(texts);
  enter_bundle(plan);
  const auto foreground = begin_foreground(stdio, !no_subreaper);
  auto started = call.runtime().restore(container_id(arguments), plan, saved);
  return foreground ? foreground->wait(std::move(started), false) : 0;
}

}  // namespace

constinit const Command restore_command = {
    .name = "restore",
    .usage = "restore a container from a previous checkpoint",
    .arguments = R"(<container-id>

"<container-id>" is the name of the new container, unique on the machine.)",
    .description =
        R"(Creates a container from the bundle and the files of "PROGRAM checkpoint". Its processes continue where they were
saved. Needs criu(8). Without "--detach" it waits for the container's process, and exits with its status, as
"PROGRAM run" does.)",
    .run = run,
};

}  // namespace corten::cmd
