// SPDX-License-Identifier: Apache-2.0
#include "process/spawn.hpp"

#include "base/wire.hpp"

namespace corten::process {

void ask_for_init(Stage& stage, SpawnRequest request) {
  std::vector<int> fds;
  for (auto& ns : request.joined) {
    fds.push_back(ns.fd.get());
    request.plan.joined.emplace_back(ns.flag, std::move(ns.path));
  }
  request.plan.into_cgroup = request.cgroup >= 0;
  if (request.plan.into_cgroup) fds.push_back(request.cgroup);
  stage.send(Message::namespaces, wire::encode(request.plan), fds);
}

CloneReport await_init(Stage& stage, const MapIds& map_ids) {
  const auto map = [&] {
    map_ids(stage.pid());
    stage.send(Message::mapped);
  };
  bool in_cgroup = false;
  for (;;) {
    auto report = stage.await_clone();
    if (report.pid == 0) throw Error{"the stage that becomes the container's init ended without a message"};
    in_cgroup = in_cgroup || report.in_cgroup;
    if (report.maps_follow) map();
    report.in_cgroup = in_cgroup;
    if (report.last) return report;
  }
}

}  // namespace corten::process
