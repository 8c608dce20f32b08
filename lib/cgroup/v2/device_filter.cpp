// SPDX-License-Identifier: Apache-2.0
#include "cgroup/v2/device_filter.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "cgroup/device_rules.hpp"
#include "cgroup/files.hpp"
#include "cgroup/v2/device_program.hpp"
#include "sys/syscall.hpp"
#include "sys/user_namespace.hpp"

namespace corten::cgroup {
namespace {

/// All of it zeroed: kernels from 6.17 on write to fields beyond those a BPF_PROG_QUERY names, whatever size they are
/// told, so a shortened one would have its neighbour on the stack overwritten.
bpf_attr zeroed() {
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  return attributes;
}

template <class T>
std::uint64_t address(const T* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

std::uint32_t number(const UniqueFd& fd) { return static_cast<std::uint32_t>(fd.get()); }

/// bpf(2): its result, or -errno.
int call_bpf(int command, bpf_attr& attributes) {
  return static_cast<int>(sys::attempt([&] { return ::syscall(SYS_bpf, command, &attributes, sizeof attributes); }));
}

int load_once(const std::vector<bpf_insn>& program, std::string* log) {
  constexpr char license[] = "Apache";
  auto attributes = zeroed();
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = address(program.data());
  attributes.insn_cnt = static_cast<std::uint32_t>(program.size());
  attributes.license = address(license);
  if (log != nullptr) {
    log->resize(std::size_t{64} * 1024);
    attributes.log_buf = address(log->data());
    attributes.log_size = static_cast<std::uint32_t>(log->size());
    attributes.log_level = 1;
  }
  return call_bpf(BPF_PROG_LOAD, attributes);
}

UniqueFd load(const std::vector<bpf_insn>& program) {
  int result = load_once(program, nullptr);
  if (result == -EPERM) {
    // Before Linux 5.11 programs count as locked memory. The container must not inherit the raised limit.
    rlimit old{};
    ::getrlimit(RLIMIT_MEMLOCK, &old);
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_MEMLOCK, &unlimited);
    const ScopeExit restore{[&] { ::setrlimit(RLIMIT_MEMLOCK, &old); }};
    result = load_once(program, nullptr);
  }
  if (result >= 0) return UniqueFd{result};
  std::string log;
  if (result == -EINVAL || result == -EACCES) static_cast<void>(load_once(program, &log));
  log.resize(std::min(log.find('\0'), log.size()));
  auto what = std::string{"load the device program"};
  if (!log.empty()) what += fmt::format(" (verifier: {})", quote(trim(log)));
  throw_errno(what, -result);
}

/// The programs attached to the cgroup itself. One that a security module hides from us is left out: further programs
/// can only take away.
std::vector<UniqueFd> attached_programs(const UniqueFd& cgroup) {
  std::vector<std::uint32_t> ids(64);  // the most that a cgroup takes
  auto query = zeroed();
  query.query.target_fd = number(cgroup);
  query.query.attach_type = BPF_CGROUP_DEVICE;
  query.query.prog_ids = address(ids.data());
  query.query.prog_cnt = static_cast<std::uint32_t>(ids.size());
  if (const int result = call_bpf(BPF_PROG_QUERY, query); result < 0) throw_errno("query the device programs", -result);
  ids.resize(std::min<std::size_t>(query.query.prog_cnt, ids.size()));
  std::vector<UniqueFd> programs;
  for (const auto id : ids) {
    auto attributes = zeroed();
    attributes.prog_id = id;
    const int fd = call_bpf(BPF_PROG_GET_FD_BY_ID, attributes);
    if (fd >= 0) {
      programs.emplace_back(fd);
    } else if (!means_forbidden(-fd) && fd != -ENOENT) {
      throw_errno(fmt::format("open device program {}", id), -fd);
    }
  }
  return programs;
}

int attach(const UniqueFd& cgroup, const UniqueFd& program, const UniqueFd* replaced) {
  auto attributes = zeroed();
  attributes.target_fd = number(cgroup);
  attributes.attach_bpf_fd = number(program);
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  if (replaced != nullptr) {
    attributes.attach_flags |= BPF_F_REPLACE;
    attributes.replace_bpf_fd = number(*replaced);
  }
  return call_bpf(BPF_PROG_ATTACH, attributes);
}

void detach(const UniqueFd& cgroup, const UniqueFd& program) {
  auto attributes = zeroed();
  attributes.target_fd = number(cgroup);
  attributes.attach_bpf_fd = number(program);
  attributes.attach_type = BPF_CGROUP_DEVICE;
  if (const int result = call_bpf(BPF_PROG_DETACH, attributes); result < 0) {
    throw_errno("detach an old device program", -result);
  }
}

void install(const UniqueFd& cgroup, const std::vector<bpf_insn>& program, const std::vector<UniqueFd>& old) {
  const auto loaded = load(program);
  // In one step where the kernel can (5.6), so that no moment is without rules, or with both.
  if (old.size() == 1 && attach(cgroup, loaded, &old.front()) >= 0) return;
  if (const int result = attach(cgroup, loaded, nullptr); result < 0) throw_errno("attach the device program", -result);
  for (const auto& program_before : old) detach(cgroup, program_before);
}

/// True when failing to have a program takes nothing away from safety.
bool may_go_without(const std::vector<DeviceRule>& rules) {
  const bool only_full_access = std::ranges::all_of(
      rules, [](const DeviceRule& rule) { return rule.allow && rule.read && rule.write && rule.mknod; });
  return only_full_access || sys::in_user_namespace();
}

}  // namespace

void set_device_filter(const std::string& directory, const std::vector<DeviceRule>& rules, bool replace) {
  const auto set = DeviceSet::of_rules(rules);
  if (set.allows_everything() && !replace) return;
  try {
    int code = 0;
    const auto cgroup = try_open(directory, O_RDONLY | O_DIRECTORY, code);
    if (!cgroup.valid()) throw_errno(fmt::format("open {}", directory), code);
    const auto old = replace ? attached_programs(cgroup) : std::vector<UniqueFd>{};
    if (!set.allows_everything()) {
      install(cgroup, device_program(set), old);
    } else {
      for (const auto& program : old) detach(cgroup, program);
    }
  } catch (Error& error) {
    error.add_context("cannot set devices limit");
    if (!may_go_without(rules)) throw;
    log::debug(error.message());
  }
}

}  // namespace corten::cgroup
