// SPDX-License-Identifier: Apache-2.0
#include "rdt/resctrl.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

#ifndef RDTGROUP_SUPER_MAGIC
#define RDTGROUP_SUPER_MAGIC 0x7655821
#endif

namespace corten::rdt {
namespace {

constexpr auto usual_root = "/sys/fs/resctrl";

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

/// Runs `body`; an Error that leaves it has what the kernel knows better than errno at its end.
template <class Body>
void with_status(const std::string& root, Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    const auto status = sys::read_file_if_exists(AT_FDCWD, root + "/info/last_cmd_status");
    if (!status) throw;
    throw Error{fmt::format("{}, last_cmd_status: {}", error.message(), trim(*status)), error.code()};
  }
}

void make_directory(const std::string& path) {
  const int result = sys::attempt([&] { return ::mkdir(path.c_str(), 0755); });
  if (result < 0 && result != -EEXIST) throw_errno(fmt::format("mkdir {}", path), -result);
}

void add_task(const std::string& directory, pid_t pid) {
  with_context(fmt::format("intelrdt: unable to add pid {}", pid),
               [&] { sys::write_file_at(AT_FDCWD, directory + "/tasks", std::to_string(pid)); });
}

void remove_directory(const std::string& path) {
  const int result = sys::attempt([&] { return ::rmdir(path.c_str()); });
  if (result < 0 && result != -ENOENT) throw_errno(fmt::format("rmdir {}", path), -result);
}

}  // namespace

std::optional<std::string> root_in(std::string_view mountinfo) {
  for (const auto line : split(mountinfo, '\n')) {
    const auto dash = line.find(" - ");  // the type follows the optional fields
    if (dash == std::string_view::npos || !line.substr(dash + 3).starts_with("resctrl ")) continue;
    const auto words = split(line, ' ');
    if (words.size() > 4) return std::string{words[4]};
  }
  return std::nullopt;
}

std::optional<std::string> find_root() {
  struct statfs info {};
  const int result = sys::attempt([&] { return ::statfs(usual_root, &info); });
  if (result < 0) return std::nullopt;  // the kernel makes the directory where the processor has it
  if (info.f_type == RDTGROUP_SUPER_MAGIC) return usual_root;
  return root_in(sys::read_file("/proc/self/mountinfo"));
}

bool allocates_cache(const std::string& root) { return is_there(root + "/info/L3"); }
bool allocates_bandwidth(const std::string& root) { return is_there(root + "/info/MB"); }
bool monitors(const std::string& root) { return is_there(root + "/info/L3_MON"); }

Group plan_group(const std::string& root, const Plan& plan) {
  Group group;
  group.path = plan.group == "/" ? root : fmt::format("{}/{}", root, plan.group);
  group.created = !plan.shared && !is_there(group.path);
  if (!plan.monitor.empty()) group.monitor_path = fmt::format("{}/mon_groups/{}", group.path, plan.monitor);
  return group;
}

void make_directories(const std::string& root, const Group& group, const Plan& plan) {
  if (plan.shared && plan.schemata.empty() && !is_there(group.path)) {
    throw_errno(fmt::format("clos dir not accessible (must be pre-created when schemata, l3CacheSchema and memBwSchema "
                            "are empty): stat {}",
                            group.path),
                errno);
  }
  with_status(root, [&] {
    make_directory(group.path);
    if (!group.monitor_path.empty()) make_directory(group.monitor_path);
  });
}

void make_group(const std::string& root, const Group& group, const Plan& plan, pid_t pid) {
  make_directories(root, group, plan);
  add_process(root, group, pid);
  set_schemata(root, group.path, plan.schemata);
}

void add_process(const std::string& root, const Group& group, pid_t pid) {
  if (!is_there(group.path)) return;
  with_status(root, [&] {
    add_task(group.path, pid);
    if (!group.monitor_path.empty() && is_there(group.monitor_path)) add_task(group.monitor_path, pid);
  });
}

void set_schemata(const std::string& root, const std::string& path, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  const auto text = join(lines, "\n") + "\n";
  with_status(root, [&] {
    with_context(fmt::format("intelrdt: unable to write {}", quote(text)),
                 [&] { sys::write_file_at(AT_FDCWD, path + "/schemata", text); });
  });
}

std::vector<std::string> schemata_of(const std::string& path) {
  std::vector<std::string> lines;
  const auto text = sys::read_file(path + "/schemata");
  for (const auto line : split(trim(text), '\n')) {
    if (!trim(line).empty()) lines.emplace_back(trim(line));
  }
  return lines;
}

void remove_group(const Group& group) {
  // The monitoring groups go with the one they are in.
  if (group.created && !group.path.empty()) return remove_directory(group.path);
  if (!group.monitor_path.empty()) remove_directory(group.monitor_path);
}

}  // namespace corten::rdt
