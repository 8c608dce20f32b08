// SPDX-License-Identifier: Apache-2.0
#include "cmd/command.hpp"
#include "cmd/create_options.hpp"
#include "cmd/exec_process.hpp"
#include "corten/container.hpp"
#include "spec/config.hpp"
#include "sys/file.hpp"

namespace corten::cmd {
namespace {

struct Options {
  container::ExecOptions exec;
  ProcessChanges changes;
  std::string process_file;
};

std::vector<Option> table_of(Options& options) {
  auto& stdio = options.exec.stdio;
  auto& changes = options.changes;
  return {
      {"console-socket", 0, &stdio.console_socket,
       "an AF_UNIX socket that is sent the descriptor of the terminal's master"},
      {"pidfd-socket", 0, &stdio.pidfd_socket, "an AF_UNIX socket that is sent a pidfd of the new process"},
      {"cwd", 0, &changes.cwd, "its working directory in the container"},
      {"env", 'e', &changes.env, "set an environment variable; may be repeated"},
      {"tty", 't', &changes.tty, "give it a terminal"},
      {"user", 'u', &changes.user, "run it as UID or UID:GID"},
      {"additional-gids", 'g', &changes.additional_gids, "add a group; may be repeated"},
      {"process", 'p', &options.process_file, "the file that describes the process, as JSON"},
      {"detach", 'd', &stdio.detach, "do not wait for it"},
      {"pid-file", 0, &stdio.pid_file, "the file to write its process id to"},
      {"process-label", 0, &changes.selinux_label, "run it with this SELinux label"},
      {"apparmor", 0, &changes.apparmor_profile, "run it under this AppArmor profile"},
      {"no-new-privs", 0, &changes.no_new_privileges, "let it gain no privileges by execve(2)"},
      {"cap", 'c', &changes.capabilities, "add a capability; may be repeated"},
      {"preserve-fds", 0, &stdio.preserve_fds,
       "pass so many more descriptors to it, after stdio and those of $LISTEN_FDS"},
      {"cgroup", 0, &options.exec.cgroup,
       "run it in this cgroup below the container's: [controller[,controller]:]path; may be repeated"},
      {"ignore-paused", 0, &options.exec.ignore_paused, "do not refuse when the container is paused"},
  };
}

spec::Process process_of(Options& options, const container::Container& container, std::vector<std::string> arguments) {
  if (!options.process_file.empty()) return spec::parse_process(sys::read_file(options.process_file));
  const auto& config = container.config();
  if (arguments.size() < 2) throw Error{"exec args cannot be empty"};
  options.changes.args.assign(arguments.begin() + 1, arguments.end());
  return apply_changes(config.process.value_or(spec::Process{}), options.changes);
}

int run(Call& call) {
  Options options;
  const auto arguments = call.parse({1}, table_of(options));
  make_absolute(options.exec.stdio.pid_file);
  return with_context("exec failed", [&] {
    container::start_ahead(options.exec);
    auto container = load(call, arguments);
    options.exec.process = process_of(options, container, arguments);
    return container.exec(options.exec);
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
        R"(The process is like the container's own in all that no option changes. Without "--detach" the exit status is
the process's, or 128 and the number of the signal that ended it; it is 255 when the process cannot be run.)",
    .run = run,
    .failure = 255,
    .order = Order::options_first,
};

}  // namespace corten::cmd
