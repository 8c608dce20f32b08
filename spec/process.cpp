// SPDX-License-Identifier: Apache-2.0
#include "spec/readers.hpp"

namespace corten::spec {

void read(const JsonValue& from, Box& to) {
  from.field("height", to.height);
  from.field("width", to.width);
}

void read(const JsonValue& from, User& to) {
  from.field("uid", to.uid);
  from.field("gid", to.gid);
  from.field("umask", to.umask);
  from.field("additionalGids", to.additional_gids);
}

void read(const JsonValue& from, Capabilities& to) {
  from.field("bounding", to.bounding);
  from.field("effective", to.effective);
  from.field("inheritable", to.inheritable);
  from.field("permitted", to.permitted);
  from.field("ambient", to.ambient);
}

void read(const JsonValue& from, Rlimit& to) {
  from.field("type", to.type);
  from.field("hard", to.hard);
  from.field("soft", to.soft);
}

void read(const JsonValue& from, Scheduler& to) {
  from.field("policy", to.policy);
  from.field("nice", to.nice);
  from.field("priority", to.priority);
  from.field("flags", to.flags);
  from.field("runtime", to.runtime);
  from.field("deadline", to.deadline);
  from.field("period", to.period);
}

void read(const JsonValue& from, IoPriority& to) {
  from.field("class", to.io_class);
  from.field("priority", to.priority);
}

void read(const JsonValue& from, ExecCpuAffinity& to) {
  from.field("initial", to.initial);
  from.field("final", to.final);
}

void read(const JsonValue& from, Process& to) {
  from.field("terminal", to.terminal);
  from.field("consoleSize", to.console_size);
  from.field("user", to.user);
  from.field("args", to.args);
  from.field("env", to.env);
  from.field("cwd", to.cwd);
  from.field("capabilities", to.capabilities);
  from.field("rlimits", to.rlimits);
  from.field("noNewPrivileges", to.no_new_privileges);
  from.field("apparmorProfile", to.apparmor_profile);
  from.field("oomScoreAdj", to.oom_score_adj);
  from.field("scheduler", to.scheduler);
  from.field("selinuxLabel", to.selinux_label);
  from.field("ioPriority", to.io_priority);
  from.field("execCPUAffinity", to.exec_cpu_affinity);
}

Process parse_process(std::string_view json) {
  const JsonTree tree{json, "process document", {}, Rest::ignored};
  Process process;
  read(JsonValue{tree}, process);
  return process;
}

}  // namespace corten::spec
