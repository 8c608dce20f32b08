// SPDX-License-Identifier: Apache-2.0
// libcorten for C++: containers as values, errors as exceptions. All of it is in headers, on the C interface of <corten.h>, so that
// a program may be built with any C++20 compiler and standard library.
//
//   corten::Runtime runtime;
//   auto [container, process] = runtime.run("web1", {.bundle = "/srv/web1", .config = config});
//   const int status = process.wait();
//   container.destroy();
//
// What corten.h says of threads, privileges and the calling process holds here, too. A handle that has been moved from may only be
// assigned to or destroyed.
#pragma once

#include <corten.h>
#include <sys/types.h>

#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <corten/config.hpp>
#include <corten/features.hpp>
#include <corten/hooks.hpp>
#include <corten/options.hpp>
#include <corten/state.hpp>
#include <corten/usage.hpp>
#include <corten/usage_fields.hpp>

// The names are of a version, so that a program may hold what was built with another.
namespace corten {
inline namespace v0 {

enum class Status { creating, created, running, paused, stopped };

[[nodiscard]] inline Status status_of(corten_status status) {
  switch (status) {
    case CORTEN_STATUS_CREATING: return Status::creating;
    case CORTEN_STATUS_CREATED: return Status::created;
    case CORTEN_STATUS_RUNNING: return Status::running;
    case CORTEN_STATUS_PAUSED: return Status::paused;
    default: return Status::stopped;
  }
}

/// A process that runs in a container, a child of this one.
class Process {
 public:
  explicit Process(corten_process* handle) : handle_{handle} {}

  [[nodiscard]] pid_t pid() const { return corten_process_pid(handle_.get()); }
  /// The master of its terminal, or -1. Process closes it.
  [[nodiscard]] int terminal() const { return corten_process_terminal(handle_.get()); }
  /// Can be read once the process has ended (poll(2)). Process closes it.
  [[nodiscard]] int pidfd() { return detail::call(&corten_process_pidfd, handle_.get()); }
  /// Waits once: the exit status, or 128 plus the signal that ended it.
  int wait() {
    int status = 0;
    detail::call(&corten_process_wait, handle_.get(), &status);
    return status;
  }
  void signal(int number) const {
    detail::call(&corten_process_signal, static_cast<const corten_process*>(handle_.get()), number);
  }
  /// With Plan::ready_later: can be read when the container says something of its readiness. -1: nothing more is said.
  [[nodiscard]] int ready_fd() const { return corten_process_ready_fd(handle_.get()); }
  /// Reads that; once the container is ready, Options::notify_socket has been told, with `main_pid` as MAINPID.
  void pass_ready(pid_t main_pid) { detail::call(&corten_process_pass_ready, handle_.get(), main_pid); }

 private:
  detail::Owner<corten_process, corten_process_free> handle_;
};

enum class Event { none, out_of_memory, stopped, low_pressure, medium_pressure, critical_pressure };

/// Levels of memory pressure to hear of; <corten.h>, corten_watch_options, says what they are.
struct WatchOptions {
  bool low_pressure = false, medium_pressure = false, critical_pressure = false;
};

/// Watches a container from the moment that it was asked for.
class Watch {
 public:
  explicit Watch(corten_watch* handle) : handle_{handle} {}

  /// Waits for something to happen; none where `limit` has passed. Once the container has stopped, each call says so.
  [[nodiscard]] Event wait(std::chrono::milliseconds limit) {
    const auto time = static_cast<unsigned>(limit.count());
    switch (detail::call(&corten_watch_wait, handle_.get(), time)) {
      case CORTEN_EVENT_OUT_OF_MEMORY: return Event::out_of_memory;
      case CORTEN_EVENT_STOPPED: return Event::stopped;
      case CORTEN_EVENT_LOW_PRESSURE: return Event::low_pressure;
      case CORTEN_EVENT_MEDIUM_PRESSURE: return Event::medium_pressure;
      case CORTEN_EVENT_CRITICAL_PRESSURE: return Event::critical_pressure;
      default: return Event::none;
    }
  }
  /// Can be read while wait() may have something to tell, which then takes no time. Watch closes it.
  [[nodiscard]] int fd() { return detail::call(&corten_watch_fd, handle_.get()); }

 private:
  detail::Owner<corten_watch, corten_watch_free> handle_;
};

/// A container that is there. The object is a handle: the container lives on without it.
class Container {
 public:
  explicit Container(corten_container* handle, Hooks hooks = {}) : hooks_{std::move(hooks)}, handle_{handle} {}

  [[nodiscard]] std::string_view id() const { return corten_container_id(handle_.get()); }
  [[nodiscard]] Status status() const { return status_of(detail::call(&corten_container_status, look())); }
  [[nodiscard]] spec::State state() const { return detail::value_of<spec::State>(state_text()); }
  /// The same as JSON.
  [[nodiscard]] std::string state_text() const {
    return detail::take_text(detail::call(&corten_container_state, look()));
  }
  /// What it has used.
  [[nodiscard]] resources::Statistics statistics() const {
    return detail::value_of<resources::Statistics>(detail::take_text(detail::call(&corten_container_usage, look())));
  }
  /// What `corten events --stats` prints of it, as JSON.
  [[nodiscard]] std::string statistics_text() const {
    return detail::take_text(detail::call(&corten_container_statistics, look()));
  }
  /// The host's pids of its processes.
  [[nodiscard]] std::vector<pid_t> processes() const {
    return detail::all_pids([&](auto... place) { detail::call(&corten_container_processes, look(), place...); });
  }

  /// Starts the process of a container that Runtime::create() has made.
  void start() { detail::call(&corten_container_start, handle_.get()); }
  /// Runs one more process.
  [[nodiscard]] Process exec(const ExecPlan& plan) {
    return run(plan,
               [&](const auto& options) { return detail::call(&corten_container_exec, handle_.get(), &options); });
  }
  [[nodiscard]] Process exec(const spec::Process& process, const Stdio& stdio = {}, bool ignore_paused = false) {
    return exec(ExecPlan{.process = process, .stdio = stdio, .ignore_paused = ignore_paused});
  }
  /// To the first process, or to all.
  void signal(int number, bool all = false) {
    detail::call(&corten_container_signal, handle_.get(), number, all ? 1 : 0);
  }
  void pause() { detail::call(&corten_container_pause, handle_.get()); }
  void resume() { detail::call(&corten_container_resume, handle_.get()); }
  /// Changes the limits that are set, and leaves the others. `cache` and `bandwidth` are new lines of resctrl for the container's
  /// group of Intel RDT; empty: none.
  void update(const Document<spec::Resources>& limits, const std::string& cache = {},
              const std::string& bandwidth = {}) {
    detail::call(&corten_container_update_rdt, handle_.get(), limits.text().c_str(), detail::text_or_null(cache),
                 detail::text_or_null(bandwidth));
  }
  /// Saves the processes as files, by CRIU; then the container is destroyed, unless it keeps running.
  void checkpoint(const Images& images) {
    const auto options = detail::abi_of(images);
    detail::call(&corten_container_checkpoint, handle_.get(), &options);
  }
  [[nodiscard]] Watch watch() const { return Watch{detail::call(&corten_container_watch, look())}; }
  [[nodiscard]] Watch watch(const WatchOptions& asked) const {
    const corten_watch_options options{sizeof options, asked.low_pressure ? 1 : 0, asked.medium_pressure ? 1 : 0,
                                       asked.critical_pressure ? 1 : 0};
    return Watch{detail::call(&corten_container_watch_for, look(), &options)};
  }
  /// Removes it; one that runs only with `force`, which kills it first.
  void destroy(bool force = false) { detail::call(&corten_container_destroy, handle_.get(), force ? 1 : 0); }
  /// Removes one that this handle has made, and whose process has been waited for; somebody else may have done so already.
  void destroy_ended() { detail::call(&corten_container_destroy_ended, handle_.get()); }

  /// For the functions of <corten.h>.
  [[nodiscard]] corten_container* handle() const { return handle_.get(); }

 private:
  friend class Runtime;

  /// Makes the call that runs a process.
  template <class Call>
  static Process run(const ExecPlan& plan, Call&& call) {
    const auto args = detail::pointers_to(plan.changes.args);
    const auto env = detail::pointers_to(plan.changes.env);
    const auto capabilities = detail::pointers_to(plan.changes.capabilities);
    const auto cgroups = detail::pointers_to(plan.cgroups);
    const int no_new_privileges = plan.changes.no_new_privileges.value_or(false) ? 1 : 0;
    const auto stdio = detail::abi_of(plan.stdio);
    corten_process_changes changes{};
    changes.size = sizeof changes;
    changes.args = args.data();
    changes.terminal = plan.changes.terminal ? 1 : 0;
    changes.cwd = detail::text_or_null(plan.changes.cwd);
    changes.env = env.data();
    changes.user = detail::text_or_null(plan.changes.user);
    changes.groups = plan.changes.groups.data();
    changes.group_count = plan.changes.groups.size();
    changes.selinux_label = detail::text_or_null(plan.changes.selinux_label);
    changes.apparmor_profile = detail::text_or_null(plan.changes.apparmor_profile);
    changes.no_new_privileges = plan.changes.no_new_privileges ? &no_new_privileges : nullptr;
    changes.capabilities = capabilities.data();
    corten_exec_options options{};
    options.size = sizeof options;
    options.process = detail::text_or_null(plan.process.text());
    options.process_file = detail::text_or_null(plan.process_file);
    options.changes = &changes;
    options.stdio = &stdio;
    options.cgroups = cgroups.data();
    options.ignore_paused = plan.ignore_paused ? 1 : 0;
    return Process{call(options)};
  }

  [[nodiscard]] const corten_container* look() const { return handle_.get(); }

  Hooks hooks_;  // goes after the handle that calls them
  detail::Owner<corten_container, corten_container_free> handle_;
};

/// A container and its first process.
struct Started {
  Container container;
  Process process;
};

/// What is known of a container that was found.
struct Found {
  std::string id = {};
  Status status = Status::stopped;
  pid_t pid = 0;  // of its first process; 0: it has stopped
  std::string bundle = {}, rootfs = {};
  std::string created = {};  // when, as in RFC 3339
  std::string owner = {};    // the name of the user who owns its state
};

/// Where containers are kept, and how they are made.
class Runtime {
 public:
  struct Options {
    std::string root = {};  // the state directory, absolute; empty: /run/corten
    corten_cgroups cgroups = CORTEN_CGROUPS_FILES;
    std::string init = {};           // the program that becomes a container's first process; empty: the library's own
    std::string notify_socket = {};  // NOTIFY_SOCKET of sd_notify(3), which hears that one is ready; empty: nobody
    corten_rootless rootless = CORTEN_ROOTLESS_AUTOMATIC;
    std::string runtime_dir = {};  // XDG_RUNTIME_DIR: a root below it outlives its clearing; empty: none
    bool keep_ready = false;   // a process for the next container is started ahead: <corten.h>, corten_runtime_options
    bool map_own_ids = false;  // an ordinary user's container without mappings gets a user namespace
  };

  Runtime() : Runtime{Options{}} {}
  explicit Runtime(const Options& options) {
    corten_runtime_options given{};
    given.size = sizeof given;
    given.root = detail::text_or_null(options.root);
    given.cgroups = options.cgroups;
    given.init = detail::text_or_null(options.init);
    given.notify_socket = detail::text_or_null(options.notify_socket);
    given.rootless = options.rootless;
    given.runtime_dir = detail::text_or_null(options.runtime_dir);
    given.keep_ready = options.keep_ready ? 1 : 0;
    given.map_own_ids = options.map_own_ids ? 1 : 0;
    handle_.reset(detail::call(&corten_runtime_new, &given));
  }

  /// Makes a container whose process waits for Container::start().
  [[nodiscard]] Started create(const std::string& id, const Plan& plan) const {
    return make(&corten_container_create, id, plan);
  }
  /// Makes it and starts it.
  [[nodiscard]] Started run(const std::string& id, const Plan& plan) const {
    return make(&corten_container_run, id, plan);
  }
  /// Makes one with the processes that Container::checkpoint() has saved.
  [[nodiscard]] Started restore(const std::string& id, const Plan& plan, const Images& images) const {
    const auto saved = detail::abi_of(images);
    return make([&](auto runtime, auto name, auto options, auto process,
                    auto error) { return corten_container_restore(runtime, name, options, &saved, process, error); },
                id, plan);
  }
  /// One that is there.
  [[nodiscard]] Container load(const std::string& id) const {
    return Container{detail::call(&corten_container_load, look(), id.c_str())};
  }
  /// The states of all, in the order of their ids. What cannot be read is left out with a warning.
  [[nodiscard]] std::vector<spec::State> list() const {
    return detail::value_of<std::vector<spec::State>>(list_text());
  }
  /// The same as a JSON array.
  [[nodiscard]] std::string list_text() const { return detail::take_text(detail::call(&corten_runtime_list, look())); }
  /// All, in the order of their ids.
  [[nodiscard]] std::vector<Found> find() const {
    std::vector<Found> all;
    const auto add = [](void* data, const corten_found* one) {
      static_cast<std::vector<Found>*>(data)->push_back(
          {one->id, status_of(one->status), one->pid, one->bundle, one->rootfs, one->created, one->owner});
    };
    detail::call(&corten_runtime_find, look(), static_cast<corten_found_function>(add), static_cast<void*>(&all));
    return all;
  }
  /// Runs one more process in the container of that id, which takes less time than to load it first.
  [[nodiscard]] Process exec(const std::string& id, const ExecPlan& plan) const {
    return Container::run(
        plan, [&](const auto& options) { return detail::call(&corten_runtime_exec, look(), id.c_str(), &options); });
  }
  /// Removes what is surely left of a container whose state cannot be read; there may be nothing.
  void clear(const std::string& id) const { detail::call(&corten_runtime_clear, look(), id.c_str()); }

 private:
  template <class Make>
  [[nodiscard]] Started make(Make how, const std::string& id, const Plan& plan) const {
    const auto streams = detail::abi_of(plan.stdio);
    corten_create_options options{};
    options.size = sizeof options;
    options.bundle = plan.bundle.c_str();
    options.config = detail::text_or_null(plan.config.text());
    options.stdio = &streams;
    options.no_pivot = plan.no_pivot ? 1 : 0;
    options.no_new_keyring = plan.no_new_keyring ? 1 : 0;
    options.hooks = plan.hooks.abi();
    options.ready_later = plan.ready_later ? 1 : 0;
    corten_process* process = nullptr;
    Container container{detail::call(how, look(), id.c_str(), &options, &process), plan.hooks};
    return {std::move(container), Process{process}};
  }

  [[nodiscard]] const corten_runtime* look() const { return handle_.get(); }

  detail::Owner<corten_runtime, corten_runtime_free> handle_;
};

[[nodiscard]] inline std::string_view version() { return corten_version(); }

/// "creating", "created", ..., as the runtime-spec has them.
[[nodiscard]] constexpr std::string_view name_of(Status status) {
  switch (status) {
    case Status::creating: return "creating";
    case Status::created: return "created";
    case Status::running: return "running";
    case Status::paused: return "paused";
    case Status::stopped: break;
  }
  return "stopped";
}

/// Measures starts from now on: corten_set_trace() says how.
inline void set_trace(const std::string& path) { detail::call(&corten_set_trace, path.c_str()); }

/// What the library was made of, a line each: "commit: ...", "spec: ...", "libseccomp: ...".
[[nodiscard]] inline std::string build() { return detail::take_text(detail::call(&corten_build)); }

/// What the library supports, as features.md of the runtime-spec says it, as JSON.
[[nodiscard]] inline std::string features_text() { return detail::take_text(detail::call(&corten_features)); }
[[nodiscard]] inline spec::Features features() { return detail::value_of<spec::Features>(features_text()); }

/// Reads config.json's text. What is not known is left out; a wrong type is an error with the field's path.
[[nodiscard]] inline spec::Config parse_config(const std::string& json) {
  return detail::value_of<spec::Config>(detail::take_text(detail::call(&corten_config_read, json.c_str())));
}

/// A config.json to begin with; `rootless` for a caller without privileges.
[[nodiscard]] inline std::string default_config_text(bool rootless) {
  return detail::take_text(detail::call(&corten_default_config, rootless ? 1 : 0));
}
/// The same as a value.
[[nodiscard]] inline spec::Config default_config(bool rootless = false) {
  return parse_config(default_config_text(rootless));
}

/// `config` for a caller without privileges: <corten.h>, corten_config_rootless().
[[nodiscard]] inline spec::Config to_rootless(const spec::Config& config, uid_t uid = ::geteuid(),
                                              gid_t gid = ::getegid()) {
  const auto text = spec::to_json(config);
  return detail::value_of<spec::Config>(
      detail::take_text(detail::call(&corten_config_rootless, text.c_str(), uid, gid)));
}

/// Throws what is wrong with a container of `config` in `bundle`, which is absolute: <corten.h>, corten_config_check().
inline void check(const Document<spec::Config>& config, const std::string& bundle) {
  detail::call(&corten_config_check, detail::text_or_null(config.text()), bundle.c_str());
}

/// Whether the caller sees less than the whole of the host's ids.
[[nodiscard]] inline bool in_user_namespace() { return detail::call(&corten_in_user_namespace) == 1; }

/// The number of a signal's name, "KILL" or "sigkill" or "9".
[[nodiscard]] inline int signal_number(const std::string& name) {
  return detail::call(&corten_signal_number, name.c_str());
}

}  // namespace v0
}  // namespace corten
