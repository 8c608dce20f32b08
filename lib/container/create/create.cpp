// SPDX-License-Identifier: Apache-2.0
// `create` and `run`.
#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

#include "base/trace.hpp"
#include "container/container_data.hpp"
#include "container/create/blueprint.hpp"
#include "container/create/creation.hpp"
#include "container/start_ahead.hpp"
#include "container/state/kept_config.hpp"
#include "container/state/status.hpp"
#include "container/state/teardown.hpp"
#include "container/streams/foreground.hpp"
#include "corten/container.hpp"
#include "notify/ready_proxy.hpp"
#include "process/hooks.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

void wait_ready(notify::ReadyProxy& ready, pid_t pid) {
  if (const auto pidfd = sys::open_pidfd(pid)) ready.wait_ready(pid, *pidfd);
}

/// Runtime-spec 1.3: a poststart hook that fails is an error of start, and the container is stopped.
void run_poststart(const NewContainer& container) {
  const auto& hooks = container.blueprint.poststart;
  if (hooks.empty()) return;
  process::run_hooks("poststart", hooks, spec::hook_state_json(make_state(container.saved, Status::running)));
}

}  // namespace

Container Container::create(const Settings& settings, const std::string& id, const spec::Config& config,
                            const CreateOptions& options) {
  auto stage = options.stage ? options.stage : start_stage(process::stage_kind::container, options.stdio);
  check_id(id);
  trace::phase("plan");
  auto blueprint = plan_container(settings, id, config, options, Purpose::create);
  NewContainer container{std::move(blueprint), Stdio{options.stdio, config.process->terminal},
                         claim_and_keep(settings.root, id, options.document), std::move(stage)};
  if (notify::ReadyProxy::from_environment()) notify::ReadyProxy::make_directory(container.directory.fd());
  Creation creation{container};
  creation.make();
  container.stdio.write_pid_file(container.pid);
  creation.keep_waiting();
  container.commit();
  auto data = std::make_unique<Data>(Data{settings, id, std::move(container.directory), container.saved});
  data->directory.unlock();
  return Container{std::move(data)};
}

int Container::run(const Settings& settings, const std::string& id, const spec::Config& config,
                   const CreateOptions& options) {
  auto stage = options.stage ? options.stage : start_stage(process::stage_kind::container, options.stdio);
  check_id(id);
  trace::phase("plan");
  auto blueprint = plan_container(settings, id, config, options, Purpose::run);
  const bool detach = options.stdio.detach;
  Stdio stdio{options.stdio, config.process->terminal};
  std::optional<Foreground> foreground;  // blocks signals before anything exists that would have to be undone
  if (!detach) foreground.emplace(!options.stdio.no_subreaper, config.process->terminal);
  NewContainer container{std::move(blueprint), std::move(stdio), claim_and_keep(settings.root, id, options.document),
                         std::move(stage)};
  auto ready = notify::ReadyProxy::from_environment();
  if (ready) {
    notify::ReadyProxy::make_directory(container.directory.fd());
    ready->bind(container.directory.fd());
  }

  Creation creation{container};
  creation.make();
  container.directory.unlock();  // hooks may run from here on, and may use this container themselves
  creation.finish_start();
  run_poststart(container);
  container.stdio.write_pid_file(container.pid);
  if (detach) {
    container.commit();
    if (ready) wait_ready(*ready, container.pid);
    return 0;
  }
  if (ready) foreground->watch(ready->socket().get(), [&] { return ready->receive(::getpid()); });
  trace::phase("the container runs");
  const int status = foreground->wait(container.pid, container.stdio.master());
  trace::phase("clean up");
  container.commit();
  if (!options.keep) destroy_if_there(container.directory, container.saved, container.manager());
  return status;
}

std::string default_config(bool rootless) {
  const bool unified = cgroup::host_layout() == cgroup::Layout::unified;
  return spec::default_config(rootless, ::geteuid(), ::getegid(), unified);
}

std::string read_config(const std::string& bundle) {
  trace::phase("read config.json");
  auto text = sys::read_file_if_exists(AT_FDCWD, bundle + "/config.json");
  if (!text) throw Error{"JSON specification file config.json not found", ENOENT};
  return std::move(*text);
}

}  // namespace corten::container
