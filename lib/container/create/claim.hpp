// SPDX-License-Identifier: Apache-2.0
// The state directory of a new container.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "container/state/kept_config.hpp"

namespace corten::container {

/// The constructor claims the id; the destructor removes the directory, unless `kept` is set.
class Claim {
 public:
  Claim(const std::string& root, const std::string& id, std::string_view document)
      : directory{claim_and_keep(root, id, document)} {}
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  Claim(Claim&&) = delete;
  Claim& operator=(Claim&&) = delete;
  ~Claim() {
    try {
      if (!kept && directory.try_lock() && directory.still_there()) directory.remove();  // else another command has it
    } catch (const std::exception& error) {
      log::warn(error.what());
    }
  }

  StateDir directory;
  bool kept = false;
};

}  // namespace corten::container
