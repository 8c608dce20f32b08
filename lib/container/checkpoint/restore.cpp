// SPDX-License-Identifier: Apache-2.0
// `restore`.
#include "api/container.hpp"
#include "container/checkpoint/restoration.hpp"
#include "container/create/blueprint.hpp"
#include "container/state/kept_config.hpp"
#include "notify/ready_proxy.hpp"

namespace corten::container {

Running Container::restore(const Settings& settings, const std::string& id, const spec::Config& config,
                           const CreateOptions& options, const checkpoint::Options& criu) {
  check_id(id);
  auto blueprint = plan_container(settings, id, config, options, Purpose::restore);
  NewContainer container{std::move(blueprint), Stdio{options.stdio, config.process->terminal},
                         claim_and_keep(settings, id, options.document), nullptr};
  notify::ReadyProxy::make_directory(container.directory.fd());
  Restoration{container, criu}.make();
  container.stdio.write_pid_file(container.pid);
  container.directory.unlock();
  container.commit();
  return make_running(settings, id, container, std::nullopt);
}

}  // namespace corten::container
