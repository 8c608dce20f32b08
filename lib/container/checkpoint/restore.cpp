// SPDX-License-Identifier: Apache-2.0
// `restore`.
#include <optional>
#include <utility>

#include "container/checkpoint/restoration.hpp"
#include "container/create/blueprint.hpp"
#include "container/state/kept_config.hpp"
#include "container/state/teardown.hpp"
#include "container/streams/foreground.hpp"
#include "corten/container.hpp"
#include "notify/ready_proxy.hpp"
#include "sys/descriptors.hpp"

namespace corten::container {

int Container::restore(const Settings& settings, const std::string& id, const spec::Config& config,
                       const CreateOptions& options, const checkpoint::Options& criu) {
  sys::set_cloexec_from(3);
  check_id(id);
  auto blueprint = plan_container(settings, id, config, options, Purpose::restore);
  Stdio stdio{options.stdio, config.process->terminal};
  std::optional<Foreground> foreground;  // as in run()
  if (!options.stdio.detach) foreground.emplace(!options.stdio.no_subreaper, config.process->terminal);
  NewContainer container{std::move(blueprint), std::move(stdio), claim_and_keep(settings.root, id, options.document),
                         nullptr};
  notify::ReadyProxy::make_directory(container.directory.fd());
  Restoration{container, criu}.make();
  container.stdio.write_pid_file(container.pid);
  container.directory.unlock();
  int status = 0;
  if (foreground) status = foreground->wait(container.pid, container.stdio.master());
  container.commit();
  if (foreground) destroy_if_there(container.directory, container.saved, container.manager());
  return status;
}

}  // namespace corten::container
