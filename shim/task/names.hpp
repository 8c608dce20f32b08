// SPDX-License-Identifier: Apache-2.0
// What a client has asked a process's standard streams to be.
#pragma once

#include <string>

namespace corten::shim {

/// Paths of fifos or files, or URIs; empty: /dev/null.
struct StreamNames {
  std::string input, output, errors;
  bool terminal = false;
};

}  // namespace corten::shim
