// SPDX-License-Identifier: Apache-2.0
// What the handles of corten.h stand for.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "api/container.hpp"
#include "base/unique_fd.hpp"
#include "corten.h"

struct corten_error {
  corten_code code;
  int number;  // errno
  std::string message;
};

struct corten_runtime {
  corten::container::Settings settings;
};

struct corten_container {
  std::optional<corten::container::Container> container;  // always, outside of the call that makes it
};

struct corten_watch {
  corten::container::OomWatch watch;
};

struct corten_process {
  pid_t pid = 0;
  corten::UniqueFd terminal = {};
  std::optional<corten::UniqueFd> pidfd = {};
  bool waited_for = false;
  std::optional<corten::container::Readiness> readiness = {};
};
