// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/restoration.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "base/log.hpp"
#include "base/namespace_kinds.hpp"
#include "base/text.hpp"
#include "cgroup/layout.hpp"
#include "container/checkpoint/external_mounts.hpp"
#include "container/checkpoint/mounts_now.hpp"
#include "container/checkpoint/thread_settings.hpp"
#include "container/hooks.hpp"
#include "container/state/status.hpp"
#include "container/state/teardown.hpp"
#include "init/cgroup_entry.hpp"
#include "init/keyring.hpp"
#include "init/launch.hpp"
#include "network/loopback.hpp"
#include "process/user_limits.hpp"
#include "security/labels.hpp"
#include "sys/file.hpp"
#include "sys/process_stat.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

std::vector<checkpoint::NamespaceToJoin> joined_namespaces(const config::NamespacePlan& plan) {
  std::vector<checkpoint::NamespaceToJoin> joined;
  for (const auto& [flag, path] : plan.joined) {
    for (const auto& kind : namespace_kinds.rows) {
      if (kind.value.flag == flag) joined.push_back({std::string{kind.value.file}, path});
    }
  }
  return joined;
}

int terminal_number(const UniqueFd& master) {
  int number = std::numeric_limits<int>::max();
  static_cast<void>(::ioctl(master.get(), TIOCGPTN, &number));
  return number;
}

}  // namespace

void Restoration::make() {
  config_ = open_config(container_.saved.annotations);
  checkpoint::check_version();
  container_.manager().check_free();
  // Written before anything is made: a `delete --force` clears what a killed restorer leaves.
  container_.directory.write(container_.saved);
  const auto directories = open_directories(options_, false);
  if (auto list = load_mounts(directories.images)) {
    mounts_ = std::move(*list);
  } else {
    mounts_ = place_mounts(blueprint_.init.rootfs.root, external_mounts(blueprint_.init.rootfs, std::nullopt));
    keys_ = checkpoint::Keys::mountpoints;
  }
  if (blueprint_.init.launch.seccomp.notify) {
    log::warn(fmt::format(
        "the seccomp agent at {} is not asked any more: CRIU restores a filter without its listener, and the calls of "
        "its SCMP_ACT_NOTIFY rules get ENOSYS",
        blueprint_.seccomp_agent.path));
  }
  settings_ = load_settings(directories.images);
  with_context("making mount points", [&] { make_mount_points(blueprint_.init.rootfs, mounts_); });
  container_.make_cgroup();
  restore(directories);
}

checkpoint::RestoreFacts Restoration::facts(const UniqueFd& images, const CriuMounts& stage) const {
  checkpoint::RestoreFacts facts;
  facts.root = stage.root();
  facts.joined = joined_namespaces(blueprint_.namespaces);
  facts.descriptors = load_descriptors(images);
  facts.first_namespace_fd = checkpoint::first_descriptor;
  auto external = external_mounts(blueprint_.init.rootfs, stage.sources());
  external.push_back(notify_mount(container_.directory.path()));
  facts.external_mounts = checkpoint::restore_externals(mounts_, external, keys_);
  return facts;
}

void Restoration::restore(const CheckpointDirectories& directories) {
  const CriuMounts stage{container_.directory, blueprint_.init.rootfs};
  const auto known = facts(directories.images, stage);
  auto criu_options = checkpoint::plan_restore(options_, known);
  const auto passed = checkpoint::passed_namespaces(known.joined);
  if (config_.valid())
    criu_options.config_file = fmt::format("/proc/self/fd/{}", checkpoint::first_descriptor + passed.size());

  std::vector<UniqueFd> namespaces;
  for (const auto& ns : passed) {
    namespaces.push_back(with_context(fmt::format("the {} namespace to join", ns.kind),
                                      [&] { return sys::open_at(AT_FDCWD, ns.path, O_RDONLY); }));
  }
  checkpoint::Start start;
  start.keeps_stdio = true;
  for (const auto& ns : namespaces) start.descriptors.push_back(ns.get());
  if (config_.valid()) start.descriptors.push_back(config_.get());
  start.in_child = [&](const process::Channel& channel) {
    stage.enter();
    if (blueprint_.namespaces.makes(CLONE_NEWUSER)) {
      process::raise_limits(process::limits_of_users(blueprint_.init.launch.rlimits));
    }
    open_in_child(channel);
  };
  start.last_in_child = [&] { set_what_is_inherited(); };
  process::Packet opened;
  start.in_parent = [&](pid_t pid, const process::Channel& channel) {
    opened = channel.expect(process::Message::source);
    container_.manager().add(pid);
    container_.manager().apply_initial(cgroup::LimitPart::all);
    enter_rdt(blueprint_.rdt, pid);
  };
  checkpoint::Criu criu{start};
  criu_options.images_dir_fd = opened.fds.at(0).get();
  if (opened.fds.size() > 1) criu_options.work_dir_fd = opened.fds[1].get();
  criu_options.cgroup_roots = cgroup::parse_proc_cgroup(sys::read_file(fmt::format("/proc/{}/cgroup", criu.pid())));
  const auto response = criu.talk(checkpoint::encode_request(checkpoint::Kind::restore, criu_options),
                                  [&](const auto& notification, auto fds) { on_notify(notification, std::move(fds)); });
  const auto log_path = directories.logs + "/" + criu_options.log_file;
  if (!response.success) throw_failure("RESTORE", response, log_path);
  if (criu.wait() != 0) throw_failure("RESTORE", {}, log_path);
  if (container_.pid == 0) throw Error{"criu failed: it has not said which process it restored"};
}

/// In the process that becomes CRIU, once it is in the cgroup: what its images do not have (4.2.1) the processes get from it.
void Restoration::set_what_is_inherited() const {
  const auto& init = blueprint_.init;
  init::reset_affinity(init.launch.cpu_affinity);
  if (init.session_keyring) {
    security::set_key_label(init.launch.labels);
    init::join_session_keyring(*init.session_keyring,
                               init.rootfs.user_namespace ? init::Searchable::by_others : init::Searchable::by_user);
  }
  init::set_policies(init.launch);
}

/// CRIU mounts things in its directories, and what it mounts on must be of its own mount namespace.
void Restoration::open_in_child(const process::Channel& channel) const {
  const auto here = open_directories(options_, false);
  std::vector<int> fds{here.images.get()};
  if (here.work.valid()) fds.push_back(here.work.get());
  channel.send(process::Message::source, {}, fds);
}

void Restoration::on_notify(const checkpoint::Response& notification, std::vector<UniqueFd> fds) {
  if (notification.script == "setup-namespaces") {
    set_up_namespaces(notification.pid);
  } else if (notification.script == "orphan-pts-master") {
    for (auto& fd : fds) terminals_.push_back(std::move(fd));
  } else if (notification.script == "post-restore") {
    record(notification.pid);
    check_mounts_restored();
    hand_over_console();
    set_settings(container_.manager().processes(), container_.pid, settings_, blueprint_.init.launch);
    container_.interfaces.keep();  // the processes may change them from here on
  }
}

/// The namespaces are there, and still without a process that runs: what `create` does to them, less what is in the images.
void Restoration::set_up_namespaces(pid_t pid) {
  if (blueprint_.namespaces.makes(CLONE_NEWNET)) {
    const auto network = sys::open_at(AT_FDCWD, fmt::format("/proc/{}/ns/net", pid), O_RDONLY);
    network::bring_loopback_up(network.get());
    container_.interfaces.move(blueprint_.interfaces, network.get());
  }
  if (!blueprint_.init.parent_hooks) return;
  auto saved = container_.saved;
  saved.init_pid = pid;
  const auto state = spec::hook_state_json(make_state(saved, Status::creating));
  container_.directory.unlocked([&] {
    run_hooks("prestart", blueprint_.prestart, blueprint_.functions.get(), state, blueprint_.hook_files);
    run_hooks("createRuntime", blueprint_.create_runtime, blueprint_.functions.get(), state, blueprint_.hook_files);
  });
}

/// The images say what is mounted and how. They are not to be relied on: config.json is. The processes do not run yet; what
/// is thrown here has CRIU end them.
void Restoration::check_mounts_restored() {
  const auto& plan = blueprint_.init.rootfs;
  if (!plan.own_mount_namespace) return;
  with_context("checking the mounts of the restored container", [&] {
    auto external = external_mounts(plan, std::nullopt);
    external.push_back(notify_mount(container_.directory.path()));
    const auto found = check_mounts(container_.pid, plan, std::move(external));
    check_other_namespaces(container_.manager().processes(), found);
    if (keys_ != checkpoint::Keys::indices) return;  // of which the list is not known
    for (const auto& mount : mounts_) {
      const auto same = [&](const auto& one) { return one.mount.destination == mount.destination; };
      if (std::ranges::none_of(found, same)) {
        throw Error{fmt::format("the mount on {} is missing", quote(mount.destination))};
      }
    }
  });
}

/// The container's own terminal is its first; others were those of exec, whose callers are gone.
void Restoration::hand_over_console() {
  if (blueprint_.init.launch.terminal && !terminals_.empty()) {
    const auto first = std::ranges::min_element(terminals_, {}, terminal_number);
    process::Packet packet;
    packet.payload = fmt::format("/dev/pts/{}", terminal_number(*first));
    packet.fds.push_back(std::move(*first));
    container_.stdio.take_console(std::move(packet));
  }
  terminals_.clear();
}

void Restoration::record(pid_t pid) {
  if (!container_.record_init(pid)) throw Error{"criu failed: the restored process has ended"};
  container_.directory.write(container_.saved);
}

}  // namespace corten::container
