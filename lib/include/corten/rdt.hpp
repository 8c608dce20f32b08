// SPDX-License-Identifier: Apache-2.0
// Intel RDT without a container: groups of processes that share caches and memory bandwidth.
//
//   corten::RdtGroup group{"job7", {.schemata = {"L3:0=f"}, .enable_monitoring = true}};
//   group.add(pid);
#pragma once

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {

struct RdtFeatures {
  bool cache = false;       // allocation of caches (CAT)
  bool bandwidth = false;   // allocation of memory bandwidth (MBA)
  bool monitoring = false;  // measuring of both (CMT, MBM)
};

/// What is there, where the kernel's resctrl file system is mounted at `root`; empty: where the machine has it.
[[nodiscard]] inline RdtFeatures rdt_features(const std::string& root = {}) {
  const unsigned features = corten_rdt_features(detail::text_or_null(root));
  return {(features & CORTEN_RDT_CACHE) != 0, (features & CORTEN_RDT_BANDWIDTH) != 0,
          (features & CORTEN_RDT_MONITORING) != 0};
}

/// A group. The object is a handle: the group lives on without it.
class RdtGroup {
 public:
  /// Named by its closID, else by `id`: then it is its own. Nothing is made. Throws CORTEN_NOT_FOUND where the machine has no RDT.
  explicit RdtGroup(const std::string& id, const spec::IntelRdt& settings = {}, const std::string& root = {})
      : handle_{detail::call(&corten_rdt_group_new, detail::text_or_null(root), id.c_str(),
                             spec::to_json(settings).c_str())} {}

  /// Its directory.
  [[nodiscard]] std::string path() const { return corten_rdt_group_path(handle_.get()); }
  /// Makes the group where it is not there, with its schemata, and moves a process in (0: this one).
  void add(pid_t pid) { detail::call(&corten_rdt_group_add, handle_.get(), pid); }
  /// Sets other schemata. Throws CORTEN_NOT_FOUND where there is no such group, as statistics() does.
  void update(const spec::IntelRdt& settings) {
    const auto text = spec::to_json(settings);
    detail::call(&corten_rdt_group_update, handle_.get(), text.c_str());
  }
  /// Shares and use.
  [[nodiscard]] resources::RdtStatistics statistics() const {
    return detail::value_of<resources::RdtStatistics>(
        detail::take_text(detail::call(&corten_rdt_group_statistics, handle_.get())));
  }
  /// Removes the group, or with a closID its monitoring group alone; what is gone is fine.
  void remove() { detail::call(&corten_rdt_group_remove, handle_.get()); }

 private:
  detail::Owner<corten_rdt_group, corten_rdt_group_free> handle_;
};

}  // namespace v0
}  // namespace corten
