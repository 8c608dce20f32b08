// SPDX-License-Identifier: Apache-2.0
// What is told of a container (runtime-spec: runtime.md, "State"), and what runc tells besides.
#pragma once

#include <string>

#include <corten/fields.hpp>

namespace corten::spec {

struct State {
  std::string oci_version = {}, id = {};
  std::string status = {};  // "creating", "created", "running", "paused", "stopped"
  int pid = 0;              // of the first process, on the host; 0 once that has ended
  std::string bundle = {};
  StringMap annotations = {};
  // Beyond the runtime-spec:
  std::string rootfs = {};
  std::string created = {};  // RFC 3339, UTC
  std::string owner = {};    // the user who made it; only in lists
};

/// In the order in which runc prints them.
template <class V, Same<State> T>
void fields(V&& visit, T& x) {
  visit("ociVersion", x.oci_version);
  visit("id", x.id);
  visit("pid", x.pid);
  visit("status", x.status);
  visit.always("bundle", x.bundle);
  visit.always("rootfs", x.rootfs);
  visit.always("created", x.created);
  visit("annotations", x.annotations);
  visit.always("owner", x.owner);
}

}  // namespace corten::spec
