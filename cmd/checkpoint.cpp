// SPDX-License-Identifier: Apache-2.0
#include "cmd/checkpoint_options.hpp"
#include "cmd/command.hpp"
#include "corten/container.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  CheckpointTexts texts;
  auto& options = texts.options;
  auto table = shared_checkpoint_options(texts);
  table.push_back({"parent-path", 0, &options.parent_path,
                   "the directory of an earlier --pre-dump, relative to that of the images"});
  table.push_back({"leave-running", 0, &options.leave_running, "let the container go on"});
  table.push_back(
      {"tcp-skip-in-flight", 0, &options.tcp_skip_in_flight, "leave out TCP connections that are being made"});
  table.push_back({"link-remap", 0, &options.link_remap, "link files again that were unlinked while open"});
  table.push_back({"status-fd", 0, &texts.status_fd,
                   "a descriptor that gets a zero byte when the server of --lazy-pages is ready"});
  table.push_back({"page-server", 0, &texts.page_server, "the ADDRESS:PORT that memory is sent to or served at"});
  table.push_back({"pre-dump", 0, &options.pre_dump, "save the memory alone, and let the container go on"});
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

"<container-id>" is the name of the container, which is deleted once it is saved.)",
    .description =
        R"(Saves the processes of a container as files, from which "PROGRAM restore" brings them back. It is criu(8)
that does it, and which must be installed.)",
    .run = run,
};

}  // namespace corten::cmd
