// SPDX-License-Identifier: Apache-2.0
// `update`: new limits for a container that is there.
#include <cerrno>

#include "api/container.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "cgroup/present.hpp"
#include "config/resources.hpp"
#include "container/container_data.hpp"
#include "container/rdt.hpp"
#include "container/state/saved_cgroup.hpp"
#include "container/state/status.hpp"
#include "container/state/turn.hpp"

namespace corten::container {
namespace {

/// New schemata; the old ones again where it goes without keep().
class RdtChange {
 public:
  RdtChange(const spec::SavedState& saved, const RdtSchemata& wanted) : path_{saved.intel_rdt_path} {
    check_schemata(saved, wanted.cache, wanted.bandwidth);
    std::vector<std::string> lines;
    for (const auto& line : {wanted.cache, wanted.bandwidth}) {
      if (!line.empty()) lines.push_back(line);
    }
    if (lines.empty()) return;
    auto old = rdt::schemata_of(path_);
    rdt::set_schemata(*rdt::find_root(), path_, lines);
    old_ = std::move(old);
  }
  RdtChange(const RdtChange&) = delete;
  RdtChange& operator=(const RdtChange&) = delete;
  RdtChange(RdtChange&&) = delete;
  RdtChange& operator=(RdtChange&&) = delete;
  ~RdtChange() {
    if (kept_) return;
    try {
      if (const auto root = rdt::find_root()) rdt::set_schemata(*root, path_, old_);
    } catch (const Error& error) {
      log::warn(error.what());
    }
  }

  void keep() { kept_ = true; }

 private:
  std::string path_;
  std::vector<std::string> old_;
  bool kept_ = false;
};

}  // namespace

void Container::update(const spec::Resources& limits, const RdtSchemata& schemata) {
  auto& directory = data_->directory;
  const ScopeExit unlock{[&] { directory.unlock(); }};
  take_turn(*data_);  // another update may have come before
  if (!init_alive(data_->saved)) throw Error{"container not running", ErrorKind::not_running};

  auto wanted = limits;
  wanted.devices.clear();  // engines send all that they know; rules for devices are not looked at
  const auto planned =
      config::plan_update(cgroup::present_limits(data_->saved.cgroup_paths, kept_limits(data_->saved)), wanted);
  auto next = data_->saved;
  keep_limits(next, planned.merged);
  // Written first: that a state directory is full must not be found out when the limits are set already.
  directory.write(next);
  ScopeExit put_back{[&] {
    try {
      directory.write(data_->saved);
    } catch (const Error& error) {
      log::warn(error.what());
    }
  }};
  RdtChange rdt{data_->saved, schemata};
  data_->cgroup()->change(planned.changes);
  rdt.keep();
  put_back.dismiss();
  data_->saved = std::move(next);
}

}  // namespace corten::container
