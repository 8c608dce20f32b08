// SPDX-License-Identifier: Apache-2.0
// What the annotations of config.json that begin with "run.oci." ask for: crun's extensions of the runtime-spec. Pure.
#pragma once

#include <string>

#include "process/plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// Paths are absolute; what is empty is not asked for.
struct Annotations {
  bool keep_groups = false;           // keep_original_groups: no setgroups(2)
  bool refuse_unknown_calls = false;  // seccomp_fail_unknown_syscall
  std::string filter;                 // seccomp_bpf_data: instructions for seccomp(2), in place of linux.seccomp
  std::string filter_receiver;        // seccomp.receiver: the socket of a notify agent, where linux.seccomp names none
  std::string pidfd_receiver;         // the socket that gets a pidfd of the process
  std::string mount_context = "context";  // mount_context_type: the option that mountLabel is given by
  process::HookFiles hook_files;          // hooks.stdout, hooks.stderr
  std::string subgroup;                   // systemd.subgroup: of the unit, v2: the process is in there
  std::string delegated;          // delegate-cgroup: the process goes below the root of its cgroup namespace, v2
  std::string systemd_hierarchy;  // systemd.force_cgroup_v1: the mount that shows v1's name=systemd alone
};

/// Throws Error with the annotation's name where a value cannot be. One that is not known is ignored, with a debug line, as crun
/// does; run.oci.handler is an error, since no container may run without the handler that it asks for.
[[nodiscard]] Annotations read_annotations(const spec::StringMap& annotations);

}  // namespace corten::config
