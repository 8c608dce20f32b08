// SPDX-License-Identifier: Apache-2.0
// What the shim keeps in a container's bundle: for its own "delete", which knows nothing else, and for containerd.
#pragma once

#include <sys/types.h>

#include <string>

namespace corten::shim {

/// The directory in which the container's state is.
void write_state_root(const std::string& bundle, const std::string& root);
/// Empty where it was not written.
[[nodiscard]] std::string read_state_root(const std::string& bundle);

/// The id of the first process.
void write_init_pid(const std::string& bundle, pid_t pid);
/// 0 where it was not written.
[[nodiscard]] pid_t read_init_pid(const std::string& bundle);

/// The address of the shim: containerd 1.6 looks it up here when it has been started again.
void write_address(const std::string& bundle, const std::string& address);
[[nodiscard]] std::string read_address(const std::string& bundle);

/// Those of one group share a shim: the value of the first annotation that names one, of `io.containerd.runc.v2.group` and
/// `io.kubernetes.cri.sandbox-id`; `id` where there is none.
[[nodiscard]] std::string group_of(const std::string& bundle, const std::string& id);

}  // namespace corten::shim
