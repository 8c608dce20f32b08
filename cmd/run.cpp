// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <utility>

#include "cmd/command.hpp"
#include "cmd/create_options.hpp"
#include "cmd/foreground.hpp"

namespace corten::cmd {
namespace {

int run(Call& call) {
  Plan plan;
  std::string file;
  bool keep = false;
  bool no_subreaper = false;
  auto table = create_options(plan, file);
  table.push_back({"detach", 'd', &plan.stdio.detach, "do not wait for the container's process"});
  table.push_back({"keep", 0, &keep, "do not delete the container after its process has exited"});
  table.push_back({"no-subreaper", 0, &no_subreaper, "do not adopt orphaned processes of the container"});
  const auto arguments = call.parse({1, 1}, std::move(table));
  return with_context(fmt::format("{} run failed", call.global().program), [&] {
    enter_bundle(plan, file);
    const auto foreground = begin_foreground(plan.stdio, !no_subreaper);
    plan.ready_later = foreground != nullptr;
    auto started = call.runtime().run(container_id(arguments), plan);
    return foreground ? foreground->wait(std::move(started), keep) : 0;
  });
}

}  // namespace

constinit const Command run_command = {
    .name = "run",
    .usage = "create and run a container",
    .arguments = R"(<container-id>

"<container-id>" is the name of the new container, unique on the machine.)",
    .description =
        R"(Creates and starts a container. Without "--detach" it waits for the container's process, deletes the container,
and exits with the status of the process, or 128 plus the number of the signal that killed it.)",
    .run = run,
};

}  // namespace corten::cmd
