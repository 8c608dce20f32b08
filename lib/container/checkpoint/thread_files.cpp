// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/thread_files.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"

namespace corten::container {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    const auto end = std::min(line.find_first_of(" \t", at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

/// Nothing where the thread has ended, which a read tells by ESRCH.
std::optional<std::string> read_of(pid_t thread, const char* file) {
  try {
    return sys::read_file_if_exists(AT_FDCWD, fmt::format("/proc/{}/{}", thread, file));
  } catch (const Error& error) {
    if (error.code() != ESRCH) throw;
    return std::nullopt;
  }
}

}  // namespace

std::vector<pid_t> threads_in(int task_directory) {
  std::vector<pid_t> threads;
  try {
    for (const auto& name : sys::names_in(task_directory, "/proc/PID/task")) {
      if (const auto thread = parse_number<pid_t>(name)) threads.push_back(*thread);
    }
  } catch (const Error& error) {
    if (error.code() != ENOENT && error.code() != ESRCH) throw;
  }
  return threads;
}

void each_thread(const std::vector<pid_t>& processes, const std::function<void(pid_t process, pid_t thread)>& visit) {
  for (const pid_t process : processes) {
    const auto directory = sys::try_open_at(AT_FDCWD, fmt::format("/proc/{}/task", process), O_RDONLY | O_DIRECTORY);
    if (!directory) continue;
    for (const pid_t thread : threads_in(directory->get())) visit(process, thread);
  }
}

ThreadStatus parse_status(std::string_view text) {
  ThreadStatus status;
  for (const auto line : split(text, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 2) continue;
    if (words[0] == "Cpus_allowed_list:") status.cpus = words[1];
    if (words[0] == "PPid:") status.parent = parse_number<pid_t>(words[1]).value_or(0);
    if (words[0] != "NSpid:") continue;
    for (std::size_t i = 1; i < words.size(); ++i) status.pids.push_back(parse_number<pid_t>(words[i]).value_or(0));
  }
  return status;
}

std::optional<ThreadStatus> read_status(pid_t thread) {
  const auto text = read_of(thread, "status");
  if (!text) return std::nullopt;
  return parse_status(*text);
}

std::vector<pid_t> strangers_to(pid_t init, const std::vector<pid_t>& processes) {
  struct Known {
    pid_t pid, parent;
  };
  std::vector<Known> known;
  for (const pid_t pid : processes) {
    if (const auto status = read_status(pid)) known.push_back({pid, status->parent});
  }
  std::ranges::sort(known, {}, &Known::pid);
  const auto parent_of = [&](pid_t pid) {
    const auto at = std::ranges::lower_bound(known, pid, {}, &Known::pid);
    return at != known.end() && at->pid == pid ? at->parent : 0;
  };
  std::vector<pid_t> strangers;
  for (const auto& process : known) {
    auto ancestor = process.pid;
    while (ancestor != init && ancestor != 0) ancestor = parent_of(ancestor);
    if (ancestor != init) strangers.push_back(process.pid);
  }
  return strangers;
}

std::optional<std::uint64_t> read_number(pid_t thread, const char* file, int base) {
  const auto text = read_of(thread, file);
  return text ? parse_number<std::uint64_t>(trim(*text), base) : std::nullopt;
}

std::string other_policy(std::string_view numa_maps, std::string_view expected) {
  for (const auto line : split(numa_maps, '\n')) {
    // "ADDRESS POLICY KEY=VALUE...": of the policies, two are called by two words ("prefer (many)", "weighted interleave").
    const auto start = line.find(' ');
    if (start == std::string_view::npos) continue;
    auto policy = line.substr(start + 1);
    const auto two = policy.starts_with("prefer (many)") || policy.starts_with("weighted ");
    const auto end = policy.find(' ', two ? policy.find(' ') + 1 : 0);
    policy = policy.substr(0, end);
    if (policy.substr(0, policy.find_first_of("=:")) != expected) return std::string{policy};
  }
  return {};
}

std::uint64_t keys_in(std::string_view proc_keys, std::string_view name) {
  for (const auto line : split(proc_keys, '\n')) {
    const auto words = words_of(line);  // SERIAL FLAGS USAGE EXPIRY PERMISSIONS UID GID TYPE NAME: COUNT
    if (words.size() < 10 || words[7] != "keyring" || words[8] != fmt::format("{}:", name)) continue;
    return parse_number<std::uint64_t>(words[9]).value_or(0);  // or "empty"
  }
  return 0;
}

}  // namespace corten::container
