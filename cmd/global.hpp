// SPDX-License-Identifier: Apache-2.0
// What every command is given: the global options, and the name we were called by.
#pragma once

#include <string>

#include "corten/container.hpp"

namespace corten::cmd {

struct Global {
  std::string program;            // base name of argv[0]: usage, version line and errors use it
  container::Settings settings;
  std::string log;                // --log
  bool debug = false;
};

}  // namespace corten::cmd
