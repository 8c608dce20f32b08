// SPDX-License-Identifier: Apache-2.0
#include "process/spawn.hpp"

namespace corten::process {

void ask_for_init(Stage& stage, const NamespaceRequest& request) { stage.send_values(Message::namespaces, request); }

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
