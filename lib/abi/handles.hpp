// SPDX-License-Identifier: Apache-2.0
// What the handles of corten.h stand for.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/container.hpp"
#include "api/spare.hpp"
#include "base/unique_fd.hpp"
#include "corten.h"
#include "spec/json_tree.hpp"
#include "users/database.hpp"

struct corten_error {
  corten_code code;
  int number;  // errno
  std::string message;
};

struct corten_runtime {
  corten::container::Settings settings;
  std::unique_ptr<corten::container::Spare> spare = {};  // where it has been asked for
};

/// What the structures of an answer point to.
struct corten_answer {
  std::string text;  // of several, each with a NUL behind it
  std::vector<const char*> members;
  std::vector<gid_t> groups;
};

struct corten_container {
  std::optional<corten::container::Container> container;  // always, outside of the call that makes it
  corten_answer user = {};                                // of the last corten_container_user()
};

struct corten_users {
  corten::users::Database database;
  corten_answer answer = {};  // the last one
};

struct corten_watch {
  corten::container::Watch watch;
};

struct corten_json {
  corten::spec::JsonTree tree;
};

struct corten_process {
  pid_t pid = 0;
  corten::UniqueFd terminal = {};
  std::optional<corten::UniqueFd> pidfd = {};
  bool waited_for = false;
  std::optional<corten::container::Readiness> readiness = {};
};
