// SPDX-License-Identifier: Apache-2.0
#include "cgroup/files_manager.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cgroup/disk_weights.hpp"
#include "cgroup/files.hpp"
#include "cgroup/tree.hpp"
#include "cgroup/write.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

const Write* find_write(const LimitPlan& limits, std::string_view file) {
  const auto& writes = limits.others;
  const auto found =
      std::find_if(writes.rbegin(), writes.rend(), [&](const Write& write) { return write.file == file; });
  return found == writes.rend() ? nullptr : &*found;
}

struct Excess {
  std::uint64_t limit, usage;
};

/// What is in use beyond a limit of memory, where v2 is told to take less. (v1 answers EBUSY.)
std::optional<Excess> memory_excess(const LimitPlan& limits, const Paths& paths) {
  const auto* write = find_write(limits, "memory.max");
  const auto limit = write == nullptr ? std::nullopt : parse_number<std::uint64_t>(trim(write->value));
  if (!limit) return std::nullopt;
  const auto usage = read_number(directory_of(paths, "memory") + "/memory.current");
  if (!usage || *usage <= *limit) return std::nullopt;
  return Excess{*limit, *usage};
}

/// The kernel takes no weight for a cgroup that is idle (EINVAL), and systemd would end that it is.
void refuse_weight_of_idle(const LimitPlan& limits, const Paths& paths) {
  for (const auto* file : {"cpu.weight", "cpu.shares"}) {
    if (find_write(limits, file) == nullptr || find_write(limits, "cpu.idle") != nullptr) continue;
    if (read_number(directory_of(paths, "cpu") + "/cpu.idle") != 1U) continue;
    throw Error{fmt::format("cannot set {}: the container is idle (cpu.idle is 1) and has no weight; end that with "
                            "--cpu-idle 0 (\"idle\": 0)",
                            file),
                EINVAL};
  }
}

}  // namespace

using namespace std::chrono_literals;

void FilesManager::check(const LimitPlan& limits) const {
  if (!limits.checked_memory) return;
  const auto usage = read_number(directory_of(paths(), "memory") + "/memory.current");
  if (!usage) return;
  const auto refuse_below_usage = [&](std::string_view what, std::int64_t limit) {
    if (limit > 0 && static_cast<std::uint64_t>(limit) <= *usage) {
      throw Error{fmt::format("rejecting {} limit {} <= usage {}", what, limit, *usage)};
    }
  };
  refuse_below_usage("memory+swap", limits.checked_memory->swap.value_or(0));
  refuse_below_usage("memory", limits.checked_memory->limit.value_or(0));
}

void FilesManager::change(const Resources& limits) {
  const auto planned = plan(limits);
  announce(planned);
  write(planned);
}

void FilesManager::announce(const LimitPlan& limits) const {
  check(limits);
  if (limits.weighs_disks) warn_of_unused_weights();
  refuse_weight_of_idle(limits, paths());
  const auto excess = memory_excess(limits, paths());
  if (!excess) return;
  log::warn(
      fmt::format("the memory limit {} is less than the {} bytes in use: the kernel reclaims, and kills processes of "
                  "the container where that is not enough",
                  excess->limit, excess->usage));
}

void FilesManager::write(const LimitPlan& limits) const {
  apply_writes(writes_of(limits), paths(), true);
  const auto excess = memory_excess(limits, paths());
  if (!excess) return;
  log::warn(
      fmt::format("{} bytes are still in use, more than the memory limit {}: the kernel finds no process to kill "
                  "(oom_score_adj -1000); the limit holds for what is asked for from now on",
                  excess->usage, excess->limit));
}

void FilesManager::apply_initial(LimitPart part) {
  const auto& limits = options_.limits;
  if (part == LimitPart::tasks) return apply_writes(limits.tasks, paths(), !created_);
  check(limits);
  if (limits.weighs_disks) warn_of_unused_weights();
  auto writes = part == LimitPart::all ? limits.tasks : std::vector<Write>{};
  writes.insert(writes.end(), limits.others.begin(), limits.others.end());
  apply_writes(writes, paths(), !created_);
  apply_devices();
}

void refuse_occupied(std::size_t processes, FreezerState state) {
  if (processes != 0) throw Error{fmt::format("container's cgroup is not empty: {} process(es) found", processes)};
  if (state == FreezerState::frozen) throw Error{"container's cgroup unexpectedly frozen"};
}

std::string sub_cgroup(const std::string& directory, const std::string& path) {
  const auto words = split(path, '/');
  if (std::ranges::find(words, "..") != words.end()) throw Error{fmt::format("bad sub cgroup path: {}", path)};
  return path.empty() || path == "/" ? directory : fmt::format("{}/{}", directory, path);
}

void signal_processes(const std::string& directory, int signal) {
  std::vector<std::pair<pid_t, UniqueFd>> found;
  for (const auto pid : processes_below(directory)) {
    if (auto pidfd = sys::open_pidfd(pid)) found.emplace_back(pid, std::move(*pidfd));
  }
  // Listed once more: a pid that was given to another process before its pidfd was opened is not there any more.
  auto still = processes_below(directory);
  std::ranges::sort(still);
  for (const auto& [pid, pidfd] : found) {
    if (!std::ranges::binary_search(still, pid)) continue;
    try {
      sys::send_signal(pidfd, signal);
    } catch (const Error& error) {
      log::warn(fmt::format("kill {}: {}", pid, errno_text(error.code())));
    }
  }
}

int try_add(const std::string& directory, pid_t pid) {
  int code = EINVAL;
  // EINVAL is what a process gets that clone has not quite finished.
  for (int tries = 0; code == EINVAL && tries < 5; ++tries) {
    if (tries > 0) sleep_for(30ms);
    code = try_write(directory + "/cgroup.procs", std::to_string(pid));
  }
  return code;
}

}  // namespace corten::cgroup
