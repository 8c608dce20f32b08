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
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <corten/config.hpp>
#include <corten/features.hpp>
#include <corten/json_reader.hpp>
#include <corten/json_text.hpp>
#include <corten/state.hpp>
#include <corten/usage.hpp>
#include <corten/usage_fields.hpp>

namespace corten {

/// What went wrong: what() is one sentence with the step, the object and the reason.
class Error : public std::exception {
 public:
  explicit Error(corten_error* error) : error_{error, &corten_error_free} {}
  [[nodiscard]] const char* what() const noexcept override { return corten_error_message(error_.get()); }
  [[nodiscard]] corten_code code() const noexcept { return corten_error_code(error_.get()); }
  /// The errno behind it, or 0.
  [[nodiscard]] int number() const noexcept { return corten_error_errno(error_.get()); }

 private:
  std::shared_ptr<corten_error> error_;
};

namespace detail {

/// The text of the library's, which is freed.
inline std::string take_text(char* text) {
  const std::unique_ptr<char, void (*)(char*)> owner{text, &corten_text_free};
  return std::string{text};
}

/// The same for bytes.
inline std::string take_bytes(char* bytes, std::size_t size) {
  const std::unique_ptr<char, void (*)(char*)> owner{bytes, &corten_text_free};
  return std::string{bytes, size};
}

/// The pieces of a list, each of which has `end` behind it; the last one need not.
inline std::vector<std::string> pieces(std::string_view list, char end) {
  std::vector<std::string> all;
  while (!list.empty()) {
    const auto at = list.find(end);
    all.emplace_back(list.substr(0, at));
    list.remove_prefix(at == std::string_view::npos ? list.size() : at + 1);
  }
  return all;
}

/// Makes a call whose last argument is a corten_error**, and throws what it sets.
template <class Function, class... Arguments>
auto call(Function function, Arguments... arguments) {
  corten_error* error = nullptr;
  const auto result = function(arguments..., &error);
  using Result = std::remove_const_t<decltype(result)>;
  if constexpr (std::is_pointer_v<Result>) {
    if (result == nullptr) throw Error{error};
  } else if constexpr (std::is_same_v<Result, corten_code>) {
    if (result != CORTEN_OK) throw Error{error};
  } else {
    if (error != nullptr) throw Error{error};
  }
  return result;
}

inline const char* text_or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

/// All pids of which `ask`, given a place for some of them, tells the number.
template <class Ask>
std::vector<pid_t> all_pids(Ask ask) {
  std::vector<pid_t> pids(16);
  for (size_t count = 0;; pids.resize(count)) {
    ask(pids.data(), pids.size(), &count);
    if (count > pids.size()) continue;  // there are more by now
    pids.resize(count);
    return pids;
  }
}

template <class Handle, void (*free_handle)(Handle*)>
struct Free {
  void operator()(Handle* handle) const { free_handle(handle); }
};
template <class Handle, void (*free_handle)(Handle*)>
using Owner = std::unique_ptr<Handle, Free<Handle, free_handle>>;

/// The value that a text of the library's has.
template <class T>
T value_of(const std::string& text) {
  const Owner<corten_json, corten_json_free> json{call(&corten_json_read, text.c_str())};
  T value{};
  spec::JsonReader{json.get()}.read(value);
  return value;
}

}  // namespace detail

enum class Status { creating, created, running, paused, stopped };

/// The standard streams of a process, and what else it gets of its caller's descriptors.
struct Stdio {
  int input = 0, output = 0, errors = 0;  // descriptors; 0: the caller's own 0, 1 or 2
  std::string console_socket = {};        // an AF_UNIX path that gets the terminal's master; empty: Process has it
  unsigned preserve_fds = 0;              // so many numbers from 3 on, less those that are close-on-exec or closed
};

/// Hooks that are functions of the program, called in its own namespaces after those of the configuration. Each may be empty. What
/// one throws makes it fail. <corten.h>, corten_hooks, says who calls them.
struct HookFunctions {
  using Function = std::function<void(const spec::State&)>;

  Function prestart = {};        // once the namespaces are there; a failure undoes the container
  Function create_runtime = {};  // the same, afterwards
  Function poststart = {};       // once the process has been started; a failure ends and destroys the container
  Function poststop = {};        // once the container is destroyed, or undone; a failure is a warning
};

/// Such functions, as a container has them: copies share them.
class Hooks {
 public:
  Hooks() = default;
  Hooks(HookFunctions functions) : block_{std::make_shared<Block>(std::move(functions))} {  // NOLINT: a conversion
    const auto& own = block_->functions;
    block_->abi = {sizeof(corten_hooks),
                   &block_->functions,
                   abi_of<&HookFunctions::prestart>(own),
                   abi_of<&HookFunctions::create_runtime>(own),
                   abi_of<&HookFunctions::poststart>(own),
                   abi_of<&HookFunctions::poststop>(own)};
  }
  /// For <corten.h>; NULL where there are none.
  [[nodiscard]] const corten_hooks* abi() const { return block_ ? &block_->abi : nullptr; }

 private:
  struct Block {
    explicit Block(HookFunctions given) : functions{std::move(given)} {}
    HookFunctions functions;
    corten_hooks abi{};
  };

  template <HookFunctions::Function HookFunctions::*function>
  static corten_hook_function abi_of(const HookFunctions& functions) {
    return functions.*function ? &call<function> : nullptr;
  }

  template <HookFunctions::Function HookFunctions::*function>
  static int call(void* functions, const char* state, char* reason, size_t size) noexcept {
    try {
      (static_cast<const HookFunctions*>(functions)->*function)(detail::value_of<spec::State>(state));
      return 0;
    } catch (const std::exception& error) {
      reason[std::string_view{error.what()}.copy(reason, size - 1)] = '\0';
    } catch (...) {  // NOLINT: the library then says that it returned 1
    }
    return 1;
  }

  std::shared_ptr<Block> block_;
};

/// A new container.
struct Plan {
  std::string bundle = {};                  // absolute; relative paths of `config` are below it
  std::optional<spec::Config> config = {};  // not set: config.json of the bundle
  Stdio stdio = {};
  bool no_pivot = false;
  bool no_new_keyring = false;
  Hooks hooks = {};  // HookFunctions{.create_runtime = ...}
};

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

 private:
  detail::Owner<corten_process, corten_process_free> handle_;
};

/// Where CRIU keeps processes as files, and what it is allowed and told.
struct Images {
  std::string directory = {};  // absolute
  std::string work = {};       // of CRIU's logs, absolute; empty: the same
  std::string parent = {};     // that of an earlier pre-dump, relative; empty: none
  bool leave_running = false, pre_dump = false, auto_dedup = false;
  bool tcp_established = false, external_unix_sockets = false, file_locks = false, shell_job = false;
  bool tcp_skip_in_flight = false, link_remap = false;
  bool tcp_close = false;  // restore only
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
  [[nodiscard]] Status status() const {
    switch (detail::call(&corten_container_status, look())) {
      case CORTEN_STATUS_CREATING: return Status::creating;
      case CORTEN_STATUS_CREATED: return Status::created;
      case CORTEN_STATUS_RUNNING: return Status::running;
      case CORTEN_STATUS_PAUSED: return Status::paused;
      default: return Status::stopped;
    }
  }
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
  [[nodiscard]] Process exec(const spec::Process& process, const Stdio& stdio = {}, bool ignore_paused = false) {
    const auto text = spec::to_json(process);
    const auto streams = abi_of(stdio);
    const corten_exec_options options{sizeof options, text.c_str(), &streams, ignore_paused ? 1 : 0};
    return Process{detail::call(&corten_container_exec, handle_.get(), &options)};
  }
  /// To the first process, or to all.
  void signal(int number, bool all = false) {
    detail::call(&corten_container_signal, handle_.get(), number, all ? 1 : 0);
  }
  void pause() { detail::call(&corten_container_pause, handle_.get()); }
  void resume() { detail::call(&corten_container_resume, handle_.get()); }
  /// Changes the limits that are set, and leaves the others.
  void update(const spec::Resources& limits) {
    const auto text = spec::to_json(limits);
    detail::call(&corten_container_update, handle_.get(), text.c_str());
  }
  /// Saves the processes as files, by CRIU; then the container is destroyed, unless it keeps running.
  void checkpoint(const Images& images) {
    const auto options = abi_of(images);
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

  /// For the functions of <corten.h>.
  [[nodiscard]] corten_container* handle() const { return handle_.get(); }

 private:
  friend class Runtime;

  static corten_stdio abi_of(const Stdio& stdio) {
    return {sizeof(corten_stdio), stdio.input, stdio.output, stdio.errors, detail::text_or_null(stdio.console_socket),
            stdio.preserve_fds};
  }

  static corten_checkpoint_options abi_of(const Images& images) {
    corten_checkpoint_options options{};
    options.size = sizeof options;
    options.images = images.directory.c_str();
    options.work = detail::text_or_null(images.work);
    options.parent = detail::text_or_null(images.parent);
    options.leave_running = images.leave_running ? 1 : 0;
    options.pre_dump = images.pre_dump ? 1 : 0;
    options.auto_dedup = images.auto_dedup ? 1 : 0;
    options.tcp_established = images.tcp_established ? 1 : 0;
    options.external_unix_sockets = images.external_unix_sockets ? 1 : 0;
    options.file_locks = images.file_locks ? 1 : 0;
    options.shell_job = images.shell_job ? 1 : 0;
    options.tcp_skip_in_flight = images.tcp_skip_in_flight ? 1 : 0;
    options.link_remap = images.link_remap ? 1 : 0;
    options.tcp_close = images.tcp_close ? 1 : 0;
    return options;
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

/// Where containers are kept, and how they are made.
class Runtime {
 public:
  struct Options {
    std::string root = {};  // the state directory, absolute; empty: /run/corten
    bool systemd_cgroups = false;
    std::string init = {};  // the program that becomes a container's first process; empty: the library's own
    std::string notify_socket =
        {};                   // NOTIFY_SOCKET of sd_notify(3), which hears that a container is ready; empty: nobody
    bool keep_ready = false;  // a process for the next container is started ahead: <corten.h>, corten_runtime_options
  };

  Runtime() : Runtime{Options{}} {}
  explicit Runtime(const Options& options) {
    const corten_runtime_options given{sizeof given,
                                       detail::text_or_null(options.root),
                                       options.systemd_cgroups ? CORTEN_CGROUPS_SYSTEMD : CORTEN_CGROUPS_FILES,
                                       detail::text_or_null(options.init),
                                       detail::text_or_null(options.notify_socket),
                                       options.keep_ready ? 1 : 0};
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
    const auto saved = Container::abi_of(images);
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

 private:
  template <class Make>
  [[nodiscard]] Started make(Make how, const std::string& id, const Plan& plan) const {
    const auto text = plan.config ? spec::to_json(*plan.config) : std::string{};
    const auto streams = Container::abi_of(plan.stdio);
    const corten_create_options options{sizeof options,  plan.bundle.c_str(),   detail::text_or_null(text),
                                        &streams,        plan.no_pivot ? 1 : 0, plan.no_new_keyring ? 1 : 0,
                                        plan.hooks.abi()};
    corten_process* process = nullptr;
    Container container{detail::call(how, look(), id.c_str(), &options, &process), plan.hooks};
    return {std::move(container), Process{process}};
  }

  [[nodiscard]] const corten_runtime* look() const { return handle_.get(); }

  detail::Owner<corten_runtime, corten_runtime_free> handle_;
};

[[nodiscard]] inline std::string_view version() { return corten_version(); }

/// What the library supports, as features.md of the runtime-spec says it, as JSON.
[[nodiscard]] inline std::string features_text() { return detail::take_text(detail::call(&corten_features)); }
[[nodiscard]] inline spec::Features features() { return detail::value_of<spec::Features>(features_text()); }

/// Reads config.json's text. What is not known is left out; a wrong type is an error with the field's path.
[[nodiscard]] inline spec::Config parse_config(const std::string& json) {
  return detail::value_of<spec::Config>(detail::take_text(detail::call(&corten_config_read, json.c_str())));
}

/// A configuration to begin with; `rootless` for a caller without privileges.
[[nodiscard]] inline spec::Config default_config(bool rootless = false) {
  return parse_config(detail::take_text(detail::call(&corten_default_config, rootless ? 1 : 0)));
}

/// `config` for a caller without privileges: <corten.h>, corten_config_rootless().
[[nodiscard]] inline spec::Config to_rootless(const spec::Config& config, uid_t uid = ::geteuid(),
                                              gid_t gid = ::getegid()) {
  const auto text = spec::to_json(config);
  return detail::value_of<spec::Config>(
      detail::take_text(detail::call(&corten_config_rootless, text.c_str(), uid, gid)));
}

/// Throws what is wrong with a container of `config` in `bundle`, which is absolute: <corten.h>, corten_config_check().
inline void check(const spec::Config& config, const std::string& bundle) {
  detail::call(&corten_config_check, spec::to_json(config).c_str(), bundle.c_str());
}

}  // namespace corten
