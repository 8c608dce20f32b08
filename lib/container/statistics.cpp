// SPDX-License-Identifier: Apache-2.0
// What a container has used.
#include "cgroup/statistics.hpp"

#include "api/container.hpp"
#include "cgroup/rdma.hpp"
#include "container/container_data.hpp"
#include "container/interfaces.hpp"
#include "container/rdt.hpp"
#include "container/state/status.hpp"

namespace corten::container {

resources::Statistics Container::statistics() const {
  auto statistics = cgroup::read_statistics(data_->saved.cgroup_paths);
  statistics.rdt = rdt_statistics(data_->saved);
  return statistics;
}

resources::Statistics Container::full_statistics() const {
  auto statistics = this->statistics();
  statistics.rdma = cgroup::read_rdma(data_->saved.cgroup_paths);
  if (init_alive(data_->saved)) statistics.interfaces = read_interfaces(data_->saved.init_pid);
  return statistics;
}

}  // namespace corten::container
