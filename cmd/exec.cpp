// SPDX-License-Identifier: Apache-2.0
#include "api/container.hpp"
#include "cmd/command.hpp"
#include "cmd/create_options.hpp"
#include "cmd/environment.hpp"
#include "cmd/exec_process.hpp"
#include "cmd/foreground.hpp"
#include "spec/config.hpp"
#include "sys/file.hpp"

namespace corten::cmd {
namespace {

struct Options {
  container::ExecOptions exec;
  ProcessOptions process;
  std::string process_file;
};

std::vector<Option> table_of(Options& options) {
  auto& stdio = options.exec.stdio;
  auto& changes = options.process.changes;
  return {
      {"console-socket", 0, &stdio.console_socket,
       "AF_UNIX socket that receives the descriptor of the terminal's master"},
      {"pidfd-socket", 0, &stdio.pidfd_socket, "AF_UNIX socket that receives a pidfd of the new process"},
      {"cwd", 0, &changes.cwd, "working directory in the container"},
      {"env", 'e', &changes.env, "set an environment variable; may be repeated"},
      {"tty", 't', &changes.terminal, "allocate a terminal"},
      {"user", 'u', &options.process.user, "user: UID[:GID]"},
      {"additional-gids", 'g', &options.process.additional_gids, "additional group; may be repeated"},
      {"process", 'p', &options.process_file, "JSON file that describes the process"},
      {"detach", 'd', &stdio.detach, "do not wait for the process"},
      {"pid-file", 0, &stdio.pid_file, "file to write the process id to"},
      {"process-label", 0, &changes.selinux_label, "SELinux label of the process"},
      {"apparmor", 0, &changes.apparmor_profile, "AppArmor profile of the process"},
      {"no-new-privs", 0, &changes.no_new_privileges, "set no_new_privs: execve(2) grants no privileges"},
      {"cap", 'c', &changes.capabilities, "additional capability; may be repeated"},
      {"preserve-fds", 0, &stdio.preserve_fds,
       "number of descriptors to pass to the process, after stdio and $LISTEN_FDS"},
      {"cgroup", 0, &options.exec.cgroup,
       "cgroup below the container's: [controller[,controller]:]path; may be repeated"},
      {"ignore-paused", 0, &options.exec.ignore_paused, "allow exec in a paused container"},
  };
}

void read_process(Options& options, const std::vector<std::string>& arguments) {
  if (!options.process_file.empty()) {
    options.exec.process = spec::parse_process(sys::read_file(options.process_file));
    return;
  }
  if (arguments.size() < 2) throw Error{"exec args cannot be empty"};
  options.process.changes.args.assign(arguments.begin() + 1, arguments.end());
  options.exec.process = parse_changes(options.process);
}

int run(Call& call) {
  Options options;
  const auto arguments = call.parse({1}, table_of(options));
  auto& stdio = options.exec.stdio;
  make_absolute(stdio.pid_file);
  stdio.listen_fds = listen_fds();
  return with_context("exec failed", [&] {
    container::start_ahead(call.settings(), options.exec);
    auto container = load(call, arguments);
    read_process(options, arguments);
    const auto foreground = begin_foreground(stdio, has_terminal(options.exec.process), true);
    const auto process = container.exec(options.exec);
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
