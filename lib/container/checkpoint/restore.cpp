// SPDX-License-Identifier: Apache-2.0
// `restore`.
#include <optional>

#include "container/checkpoint/restoration.hpp"
#include "container/create/blueprint.hpp"
#include "container/create/claim.hpp"
#include "container/state/teardown.hpp"
#include "container/state/turn.hpp"
#include "container/streams/foreground.hpp"
#include "corten/container.hpp"
#include "notify/ready_proxy.hpp"
#include "sys/descriptors.hpp"

namespace corten::container {

int Container::restore(const Settings& settings, const std::string& id, const spec::Config& config,
                       const CreateOptions& options, const checkpoint::Options& criu) {
  sys::set_cloexec_from(3);
  check_id(id);
  auto blueprint = plan_container(settings, id, config, options);
  Claim claim{settings.root, id, options.document};
  Stdio stdio{options.stdio, config.process->terminal};
  std::optional<Foreground> foreground;
  if (!options.stdio.detach) foreground.emplace(!options.stdio.no_subreaper, config.process->terminal);
  notify::ReadyProxy::make_directory(claim.directory.fd());

  Restoration restoration{std::move(blueprint), criu, claim.directory, stdio};
  restoration.make();
  stdio.write_pid_file(restoration.pid());
  claim.directory.unlock();
  int status = 0;
  if (foreground) status = foreground->wait(restoration.pid(), stdio.master());
  restoration.commit();
  claim.kept = true;
  if (foreground) destroy_if_there(claim.directory, restoration.saved(), restoration.manager());
  return status;
}

}  // namespace corten::container
