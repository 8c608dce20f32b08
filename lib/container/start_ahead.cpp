// SPDX-License-Identifier: Apache-2.0
#include "container/start_ahead.hpp"

#include "base/trace.hpp"
#include "container/streams/stdio.hpp"
#include "sys/descriptors.hpp"

namespace corten::container {

std::shared_ptr<process::Stage> start_stage(const char* kind, const StdioOptions& options) {
  trace::phase("start the init stage");
  auto passed = find_passed(options);
  sys::set_cloexec_from(3);
  return std::make_shared<process::Stage>(kind, std::move(passed));
}

bool execs_without_ack(const StdioOptions& options, const process::Launch& launch) {
  return options.pidfd_socket.empty() && !launch.terminal && !launch.seccomp.notify;
}

void start_ahead(CreateOptions& options) { options.stage = start_stage(process::stage_kind::container, options.stdio); }

void start_ahead(ExecOptions& options) { options.stage = start_stage(process::stage_kind::exec, options.stdio); }

}  // namespace corten::container
