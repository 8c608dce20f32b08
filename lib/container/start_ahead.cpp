// SPDX-License-Identifier: Apache-2.0
#include "container/start_ahead.hpp"

#include "base/trace.hpp"
#include "container/streams/stdio.hpp"

namespace corten::container {

std::shared_ptr<process::Stage> start_stage(const char* kind, const Settings& settings, const StdioOptions& options) {
  trace::phase("start the init stage");
  return std::make_shared<process::Stage>(kind, settings.init_file, find_passed(options), options.streams);
}

bool execs_without_ack(const StdioOptions& options, const process::Launch& launch) {
  return options.pidfd_socket.empty() && !launch.terminal && !launch.seccomp.notify;
}

void start_ahead(const Settings& settings, CreateOptions& options) {
  options.stage = start_stage(process::stage_kind::container, settings, options.stdio);
}

void start_ahead(const Settings& settings, ExecOptions& options) {
  options.stage = start_stage(process::stage_kind::exec, settings, options.stdio);
}

}  // namespace corten::container
