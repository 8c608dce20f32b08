// SPDX-License-Identifier: Apache-2.0
// A program that takes a process's output: "binary:///path?key=value". It is executed with key and value as its arguments,
// CONTAINER_ID and CONTAINER_NAMESPACE in its environment, the output as descriptor 3, the errors as 4, and 5 to close (or, for
// "binary-v2", to write a byte to) once it is ready. Source: core/runtime/v2/README.md of github.com/containerd/containerd.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/unique_fd.hpp"
#include "shim/streams/ends.hpp"
#include "shim/streams/uri.hpp"

namespace corten::shim {

struct Logger {
  UniqueFd output, errors;  // the ends to write to
  pid_t pid = 0;            // a child, which nobody has waited for
  UniqueFd pidfd;
};

/// Starts it, and waits until it is ready. `id` is the process's.
[[nodiscard]] Logger start_logger(const Uri& uri, const std::string& id, const std::string& name_space);

}  // namespace corten::shim
