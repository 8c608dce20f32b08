// SPDX-License-Identifier: Apache-2.0
// `checkpoint`: the processes of a container as files, by CRIU.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <functional>

#include "api/container.hpp"
#include "base/log.hpp"
#include "base/namespace_kinds.hpp"
#include "base/text.hpp"
#include "checkpoint/criu.hpp"
#include "config/mounts.hpp"
#include "config/process.hpp"
#include "container/checkpoint/checkpoint_files.hpp"
#include "container/checkpoint/external_mounts.hpp"
#include "container/checkpoint/mounts_now.hpp"
#include "container/checkpoint/schedulers.hpp"
#include "container/checkpoint/thread_settings.hpp"
#include "container/container_data.hpp"
#include "container/create/blueprint.hpp"
#include "container/state/teardown.hpp"
#include "container/state/turn.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

void check_status_fd(const std::optional<int>& fd) {
  if (!fd) return;
  const int flags = sys::attempt([&] { return ::fcntl(*fd, F_GETFL); });
  if (flags < 0) throw_errno(fmt::format("invalid --status-fd argument {}", *fd), -flags);
  if ((flags & O_ACCMODE) == O_RDONLY) throw Error{fmt::format("invalid --status-fd argument {}: not writable", *fd)};
}

/// The namespaces that the container has joined, as they are now.
std::vector<checkpoint::NamespaceToJoin> joined_now(const spec::SavedState& saved) {
  std::vector<checkpoint::NamespaceToJoin> joined;
  for (const auto& [kind, path] : saved.namespace_paths) {
    const auto known = namespace_kinds.find(kind);
    if (path.empty() || !known) continue;
    const auto link = fmt::format("/proc/{}/ns/{}", saved.init_pid, known->file);
    struct stat status {};
    sys::check([&] { return "stat " + link; }, [&] { return ::stat(link.c_str(), &status); });
    joined.push_back({std::string{known->file}, path, status.st_ino});
  }
  return joined;
}

std::string freezer_of(const cgroup::Manager& manager) {
  const auto* const controller = cgroup::host_layout() == cgroup::Layout::unified ? "" : "freezer";
  for (const auto& [name, path] : manager.paths()) {
    if (name == controller) return path;
  }
  return {};
}

/// What init's standard descriptors are; an empty text where one is closed.
std::vector<std::string> descriptors_of(pid_t init) {
  std::vector<std::string> descriptors;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    std::array<char, PATH_MAX> text{};
    const auto size = ::readlink(fmt::format("/proc/{}/fd/{}", init, fd).c_str(), text.data(), text.size());
    descriptors.emplace_back(text.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
  }
  return descriptors;
}

std::vector<checkpoint::FoundMount> mounts_now(const Container::Data& data, const spec::Config& config) {
  auto plan = config::plan_rootfs(config, rootfs_context(data.cgroup()->paths(), data.saved.bundle));
  if (!plan.own_mount_namespace) return {};
  auto external = external_mounts(plan, std::nullopt);
  external.push_back(notify_mount(data.directory.path()));  // there where the container was made with a NOTIFY_SOCKET
  return with_context("checking the mounts of the container",
                      [&] { return check_mounts(data.saved.init_pid, plan, std::move(external)); });
}

std::vector<checkpoint::SavedMount> saved_of(const std::vector<checkpoint::FoundMount>& found) {
  std::vector<checkpoint::SavedMount> saved;
  for (const auto& [mount, now] : found) saved.push_back({mount.destination, now.point});
  return saved;
}

process::Launch planned_process(const spec::Config& config) {
  auto launch = config::plan_launch(*config.process);
  if (config.platform) config::add_platform(launch, *config.platform);
  return launch;
}

/// Tells who waits for it that the page server is there; once.
void tell_ready(std::optional<int>& fd) {
  if (!fd) return;
  if (::write(*fd, "", 1) != 1) log::warn(fmt::format("cannot write to --status-fd {}: {}", *fd, errno_text(errno)));
  ::close(*fd);
  fd.reset();
}

/// With what is done once CRIU has all that it saves, and the processes still stand still.
void dump(const checkpoint::Options& options, checkpoint::CriuOptions criu_options, const UniqueFd& config,
          const CheckpointDirectories& directories, const std::function<void()>& post_dump) {
  criu_options.images_dir_fd = directories.images.get();
  if (directories.work.valid()) criu_options.work_dir_fd = directories.work.get();
  const auto kind = options.pre_dump ? checkpoint::Kind::pre_dump : checkpoint::Kind::dump;
  const auto log_path = directories.logs + "/" + criu_options.log_file;
  auto status_fd = options.status_fd;
  checkpoint::Start start;
  if (config.valid()) start.descriptors.push_back(config.get());
  checkpoint::Criu criu{start};
  const auto response = criu.talk(checkpoint::encode_request(kind, criu_options), [&](const auto& notification, auto) {
    if (notification.script == "status-ready") tell_ready(status_fd);
    if (notification.script == "post-dump") post_dump();
  });
  if (!response.success) throw_failure(name_of(kind), response, log_path);
  // After a pre-dump CRIU waits for the dump proper; that it has lost its caller then is no failure.
  if (criu.wait() != 0 && !options.pre_dump) throw_failure(name_of(kind), {}, log_path);
}

}  // namespace

void Container::checkpoint(const checkpoint::Options& options) {
  take_turn(*data_);
  const auto& saved = data_->saved;
  const auto now = status();
  if (now != Status::running && now != Status::paused) {
    throw Error{fmt::format("Container cannot be checkpointed in {} state", name_of(now)),
                now == Status::stopped ? ErrorKind::stopped : ErrorKind::not_running};
  }
  const auto criu_config = open_config(saved.annotations);
  checkpoint::check_version();
  if (options.pre_dump || options.lazy_pages) {
    checkpoint::check_features({.memory_tracking = options.pre_dump, .lazy_pages = options.lazy_pages});
  }
  check_status_fd(options.status_fd);
  check_schedulers(data_->cgroup()->processes());
  const auto directories = open_directories(options, true);

  checkpoint::DumpFacts facts;
  facts.pid = saved.init_pid;
  facts.root = saved.rootfs;
  facts.freeze_cgroup = freezer_of(*data_->cgroup());
  if (criu_config.valid()) facts.config_file = fmt::format("/proc/self/fd/{}", checkpoint::first_descriptor);
  facts.joined = joined_now(saved);
  std::vector<checkpoint::FoundMount> mounts;
  if (!options.pre_dump) {
    mounts = mounts_now(*data_, config());
    const auto list = saved_of(mounts);
    facts.external_mounts = checkpoint::dump_externals(list);
    save_mounts(directories.images, list);
    save_descriptors(directories.images, descriptors_of(saved.init_pid));
  }
  dump(options, checkpoint::plan_dump(options, facts), criu_config, directories, [&] {
    // The processes have stood still since before CRIU looked at their mounts.
    check_mounts_unchanged(saved.init_pid, mounts);
    const auto plan = planned_process(config());
    save_settings(directories.images, settings_now(*data_->cgroup(), saved.init_pid, plan));
    warn_of_losses(data_->cgroup()->processes(), saved, plan);
  });
  if (options.leave_running || options.pre_dump) return;
  try {
    destroy(data_->directory, saved, *data_->cgroup(), data_->functions.get());
  } catch (const Error& error) {
    log::warn(error.what());
  }
}

}  // namespace corten::container
