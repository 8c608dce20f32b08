// SPDX-License-Identifier: Apache-2.0
#include "container/container_data.hpp"

#include "container/state/saved_cgroup.hpp"
#include "container/state/status.hpp"

namespace corten::container {

std::unique_ptr<cgroup::Manager> Container::Data::cgroup() const { return open_cgroup(saved); }

Status Container::Data::status() const { return status_in(directory, saved); }

spec::State Container::Data::state(Status now) const { return make_state(saved, now); }

}  // namespace corten::container
