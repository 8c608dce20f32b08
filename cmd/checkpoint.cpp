// SPDX-License-Identifier: Apache-2.0
#include "cmd/checkpoint_options.hpp"
#include "cmd/command.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  CheckpointTexts texts;
  auto& images = texts.images;
  auto table = shared_checkpoint_options(texts);
  table.push_back(
      {"parent-path", 0, &images.parent, "directory of an earlier --pre-dump, relative to the image directory"});
  table.push_back({"leave-running", 0, &images.leave_running, "keep the container running after the checkpoint"});
  table.push_back(
      {"tcp-skip-in-flight", 0, &images.tcp_skip_in_flight, "skip TCP connections that are being established"});
  table.push_back({"link-remap", 0, &images.link_remap, "recreate unlinked files that are still open"});
  table.push_back(
      {"status-fd", 0, &texts.status_fd, "descriptor that receives a zero byte when the --lazy-pages server is ready"});
  table.push_back({"page-server", 0, &texts.page_server, "ADDRESS:PORT of the page server"});
  table.push_back({"pre-dump", 0, &images.pre_dump, "save the memory only, and keep the container running"});
  const auto arguments = call.parse({1, 1}, std::move(table));
  warn_if_rootless(call.global().program, "checkpoint");
  auto container = load(call, arguments);
  container.checkpoint(parse_checkpoint(texts));
  return 0;
}

}  // namespace

constinit const Command checkpoint_command = {
    .name = "checkpoint",
    .usage = "checkpoint a running container",
    .arguments = R"(<container-id>

"<container-id>" is the name of the container. It is deleted after the checkpoint.)",
    .description =
        R"(Saves the processes of a container to files, from which "PROGRAM restore" restores them. Needs criu(8).)",
    .run = run,
};

}  // namespace corten::cmd
