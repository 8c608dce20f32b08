// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"
#include "cmd/create_options.hpp"
#include "cmd/environment.hpp"
#include "cmd/foreground.hpp"
#include "cmd/groups.hpp"

namespace corten::cmd {
namespace {

struct Options {
  ExecPlan plan;
  std::vector<std::int64_t> groups;  // which may be no ids
};

std::vector<Option> table_of(Options& options) {
  auto& stdio = options.plan.stdio;
  auto& changes = options.plan.changes;
  return {
      {"console-socket", 0, &stdio.console_socket,
       "AF_UNIX socket that receives the descriptor of the terminal's master"},
      {"pidfd-socket", 0, &stdio.pidfd_socket, "AF_UNIX socket that receives a pidfd of the new process"},
      {"cwd", 0, &changes.cwd, "working directory in the container"},
      {"env", 'e', &changes.env, "set an environment variable; may be repeated"},
      {"tty", 't', &changes.terminal, "allocate a terminal"},
      {"user", 'u', &changes.user, "user: UID[:GID]"},
      {"additional-gids", 'g', &options.groups, "additional group; may be repeated"},
      {"process", 'p', &options.plan.process_file, "JSON file that describes the process"},
      {"detach", 'd', &stdio.detach, "do not wait for the process"},
      {"pid-file", 0, &stdio.pid_file, "file to write the process id to"},
      {"process-label", 0, &changes.selinux_label, "SELinux label of the process"},
      {"apparmor", 0, &changes.apparmor_profile, "AppArmor profile of the process"},
      {"no-new-privs", 0, &changes.no_new_privileges, "set no_new_privs: execve(2) grants no privileges"},
      {"cap", 'c', &changes.capabilities, "additional capability; may be repeated"},
      {"preserve-fds", 0, &stdio.preserve_fds,
       "number of descriptors to pass to the process, after stdio and $LISTEN_FDS"},
      {"cgroup", 0, &options.plan.cgroups,
       "cgroup below the container's: [controller[,controller]:]path; may be repeated"},
      {"ignore-paused", 0, &options.plan.ignore_paused, "allow exec in a paused container"},
  };
}

int run(Call& call) {
  Options options;
  const auto arguments = call.parse({1}, table_of(options));
  auto& plan = options.plan;
  make_absolute(plan.stdio.pid_file);
  plan.stdio.listen_fds = listen_fds();
  return with_context("exec failed", [&] {
    plan.changes.args.assign(arguments.begin() + 1, arguments.end());
    plan.changes.groups = groups_of(options.groups);
    const auto foreground = begin_foreground(plan.stdio, true);
    auto process = call.runtime().exec(container_id(arguments), plan);
    return foreground ? foreground->wait(process) : 0;
  });
}

}  // namespace

constinit const Command exec_command = {
    .name = "exec",
    .usage = "execute another process inside a container",
    .arguments = R"(<container-id> <command> [command options]  || -p process.json <container-id>

EXAMPLE:
The processes of a container, as its own ps shows them:

       # PROGRAM exec web1 ps -ef)",
    .description =
        R"(The process has the settings of the container's own process, unless options change them. Without "--detach" the
exit status is that of the process, or 128 plus the number of the signal that killed it; 255 if it cannot be run.)",
    .run = run,
    .failure = 255,
    .order = Order::options_first,
};

}  // namespace corten::cmd
