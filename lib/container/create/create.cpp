// SPDX-License-Identifier: Apache-2.0
// `create` and `run`.
#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

#include "api/container.hpp"
#include "base/trace.hpp"
#include "container/container_data.hpp"
#include "container/create/blueprint.hpp"
#include "container/create/creation.hpp"
#include "container/hooks.hpp"
#include "container/start_ahead.hpp"
#include "container/state/kept_config.hpp"
#include "container/state/status.hpp"
#include "container/state/teardown.hpp"
#include "notify/ready_proxy.hpp"
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
  const auto& plan = container.blueprint;
  if (plan.poststart.empty() && !plan.functions) return;
  run_hooks("poststart", plan.poststart, plan.functions.get(),
            spec::hook_state_json(make_state(container.saved, Status::running)), plan.hook_files);
}

}  // namespace

Running Container::create(const Settings& settings, const std::string& id, const spec::Config& config,
                          const CreateOptions& options) {
  auto stage = options.stage ? options.stage : start_stage(process::stage_kind::container, settings, options.stdio);
  check_id(id);
  trace::phase("plan");
  auto blueprint = plan_container(settings, id, config, options, Purpose::create);
  Stdio stdio{options.stdio, config.process && config.process->terminal, blueprint.pidfd_receiver};
  NewContainer container{std::move(blueprint), std::move(stdio), claim_and_keep(settings, id, options.document),
                         std::move(stage)};
  if (!settings.notify_socket.empty()) notify::ReadyProxy::make_directory(container.directory.fd());
  Creation creation{container};
  creation.make();
  container.stdio.write_pid_file(container.pid);
  creation.keep_waiting();
  container.commit();
  container.directory.unlock();
  return make_running(settings, id, container, std::nullopt);
}

Container Container::make_container(const Settings& settings, const std::string& id, NewContainer& made) {
  return Container{std::make_unique<Data>(
      Data{settings, id, std::move(made.directory), made.saved, {}, made.blueprint.manager, made.blueprint.functions})};
}

Running Container::make_running(const Settings& settings, const std::string& id, NewContainer& made,
                                std::optional<notify::ReadyProxy> ready) {
  Running running{make_container(settings, id, made), {made.pid, made.stdio.take_master()}, {}};
  if (ready) running.readiness.emplace(std::move(*ready));
  return running;
}

Running Container::run(const Settings& settings, const std::string& id, const spec::Config& config,
                       const CreateOptions& options) {
  auto stage = options.stage ? options.stage : start_stage(process::stage_kind::container, settings, options.stdio);
  check_id(id);
  trace::phase("plan");
  auto blueprint = plan_container(settings, id, config, options, Purpose::run);
  Stdio stdio{options.stdio, config.process->terminal, blueprint.pidfd_receiver};
  NewContainer container{std::move(blueprint), std::move(stdio), claim_and_keep(settings, id, options.document),
                         std::move(stage)};
  auto ready = notify::ReadyProxy::to(settings.notify_socket);
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
  if (ready && options.stdio.detach) {
    wait_ready(*ready, container.pid);
    ready.reset();
  }
  container.commit();
  return make_running(settings, id, container, std::move(ready));
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
