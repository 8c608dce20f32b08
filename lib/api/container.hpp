// SPDX-License-Identifier: Apache-2.0
// The library: a container from its bundle to its deletion. The command `corten` parses, makes these calls, prints, and waits for
// what runs in the foreground. Every function throws corten::Error with one sentence, and leaves nothing behind then.
//
// The calls change nothing of the process that makes them: no signal mask or handler, working directory, umask, environment or
// flag of a descriptor. Processes of containers are children of the caller, which waits for them; the library waits for the
// others that it starts, by their pids.
//
// The init stage of a container is a program of its own, executed from Settings::init_file. Where that is the program itself, its
// main() calls init::run_if_asked() first.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "cgroup/plan.hpp"
#include "checkpoint/plan.hpp"
#include "config/plan.hpp"
#include "corten/usage.hpp"
#include "spec/config.hpp"
#include "spec/state.hpp"

namespace corten::cgroup {
class Manager;
}
namespace corten::notify {
class ReadyProxy;
}
namespace corten::process {
class Stage;
}

namespace corten::container {

enum class Rootless { no, yes, automatic };

/// The settings of a caller for all its containers: runc's global options.
struct Settings {
  std::string root;                                      // state directory; state of a container is below <root>/<id>
  cgroup::Driver cgroup_driver = cgroup::Driver::files;  // for new containers; existing ones keep theirs in their state
  Rootless rootless = Rootless::automatic;
  std::string init_file = "/proc/self/exe";  // is executed as the init stage, from a view that nobody can write to
  std::string notify_socket;  // NOTIFY_SOCKET of sd_notify(3), which is told when a container is ready; empty: nobody
  bool map_own_ids = false;   // an ordinary user's container without mappings gets a user namespace, as crun has it
  std::string runtime_dir;    // $XDG_RUNTIME_DIR: a root below it is made sticky, so that it outlives its clearing
};

enum class Status { creating, created, running, paused, stopped };
[[nodiscard]] std::string_view name_of(Status status);

/// The terminal and the descriptors of a process: options of create, run, exec and restore.
struct StdioOptions {
  std::string console_socket;  // AF_UNIX path that receives the terminal's master; empty: none
  std::string pidfd_socket;    // AF_UNIX path that receives a pidfd of the process; empty: none
  std::string pid_file;        // written last, atomically, without newline; empty: none
  unsigned listen_fds = 0;     // so many descriptors from 3 on go to the process as LISTEN_FDS (sd_listen_fds(3))
  unsigned preserve_fds = 0;   // so many numbers after those go to the process, less those that are closed
  std::array<int, 3> streams{-1, -1, -1};  // become the process's 0, 1 and 2; -1: the caller's own
  bool caller_terminal_size = false;  // the process's terminal has the size of the caller's, else the kernel's default
  bool detach = false;  // the caller does not wait for the process: its terminal goes to the console socket
};

/// A process in a container, a child of the caller.
struct Process {
  pid_t pid = 0;
  UniqueFd terminal;  // the master, where the process has a terminal and no console socket took it
};

/// Hooks of one container that are functions of the calling program.
class HookFunctions {
 public:
  virtual ~HookFunctions() = default;

  /// `kind` is "prestart", "createRuntime", "poststart" or "poststop". Throws Error where the hook fails.
  virtual void run(std::string_view kind, const std::string& state_json) const = 0;
};

struct CreateOptions {
  StdioOptions stdio;
  std::string bundle;  // absolute
  // The text of the configuration, which is kept for later commands: a bundle that is changed or removed has no effect on them.
  // Where it is empty they look into the bundle.
  std::string document;
  bool no_pivot = false;
  bool no_new_keyring = false;
  std::shared_ptr<process::Stage> stage;           // of start_ahead(), which may be left out
  std::shared_ptr<const HookFunctions> functions;  // run after the hooks of the configuration; none: empty
};

struct ExecOptions {
  StdioOptions stdio;
  std::variant<config::ProcessChanges, spec::Process> process;  // changes to the container's, or a document of its own
  std::vector<std::string> cgroup;  // exec --cgroup: "PATH" or "controller[,controller]:PATH"
  bool ignore_paused = false;
  std::shared_ptr<process::Stage> stage;  // of start_ahead(), which may be left out
};

/// Starts the process that create(), run() or exec() will need, for one call, so that it is executed while the caller reads and
/// parses. `options.stdio` must have all that it passes by then. The process is ended with the last copy of `options`, unless it has become a
/// container's.
void start_ahead(const Settings& settings, CreateOptions& options);
void start_ahead(const Settings& settings, ExecOptions& options);

/// Hears from a container that it is ready, and tells Settings::notify_socket.
class Readiness {
 public:
  /// Readable when the container has something to say.
  [[nodiscard]] int fd() const;

  /// Reads one message. True once the container is ready: whoever listens has been told, with `main_pid` as MAINPID, and has
  /// processed that.
  bool receive(pid_t main_pid);

  /// receive() until the container is ready, or its process has ended.
  void wait(pid_t main_pid);

  Readiness(Readiness&&) noexcept;
  Readiness& operator=(Readiness&&) noexcept;
  ~Readiness();
  explicit Readiness(notify::ReadyProxy proxy);

 private:
  std::unique_ptr<notify::ReadyProxy> proxy_;
};

/// Tells when a container runs out of memory, when its memory is under pressure, and when it stops.
class Watch {
 public:
  enum class Event { nothing, out_of_memory, stopped, low_pressure, medium_pressure, critical_pressure };

  /// Waits for one of them, or until `limit` has passed. Of levels of pressure that are reached at once it tells the highest. Once
  /// the container has stopped, it says so at each call.
  [[nodiscard]] Event wait(std::chrono::nanoseconds limit);

  /// Readable while wait() may have something to tell, for the caller's event loop; the watch's own.
  [[nodiscard]] int fd();

  Watch(Watch&&) noexcept;
  Watch& operator=(Watch&&) noexcept;
  ~Watch();

  struct Data;  // the library's own
  explicit Watch(std::unique_ptr<Data> data);

 private:
  std::unique_ptr<Data> data_;
};

/// Levels of memory pressure to hear of.
struct PressureLevels {
  bool low = false, medium = false, critical = false;
};

/// Changes to the container's group of Intel RDT, as lines of resctrl; empty: none.
struct RdtSchemata {
  std::string cache, bandwidth;
};

class NewContainer;
struct Running;

/// One container of <settings.root>. Cheap to make; load() reads state.json once.
class Container {
 public:
  /// Makes the container of `config` and leaves its init waiting for start(). Throws
  /// "container with given ID already exists".
  static Running create(const Settings& settings, const std::string& id, const spec::Config& config,
                        const CreateOptions& options);

  /// create() and start() in one.
  static Running run(const Settings& settings, const std::string& id, const spec::Config& config,
                     const CreateOptions& options);

  /// An existing one; throws "container does not exist".
  static Container load(const Settings& settings, const std::string& id);

  /// Starts the process of a created container, and runs poststart hooks. Throws "cannot start a container that has
  /// stopped" and "cannot start an already running container".
  void start();

  /// Runs one more process in the container.
  Process exec(const ExecOptions& options);

  /// Sends a signal to init, or with `all` to every process; "container not running" unless `all`.
  void kill(int signal, bool all = false);

  /// Deletes a stopped (or only created) container; with `force` a running one too.
  void remove(bool force);

  /// Deletes the container after its process has been waited for, unless somebody else has: a container that has its name by
  /// now is another.
  void remove_ended();

  void pause();   // "container not running" unless running or created
  void resume();  // "container not paused"

  /// Saves the processes as files, with CRIU; then the container is deleted, unless it keeps running. After a failure it keeps
  /// running. Throws where CRIU is missing, is too old, or fails, with what its log tells.
  void checkpoint(const checkpoint::Options& options);

  /// Restores the container of `config` with the processes that checkpoint() saved.
  static Running restore(const Settings& settings, const std::string& id, const spec::Config& config,
                         const CreateOptions& options, const checkpoint::Options& criu);

  /// Changes the limits that `limits` sets, and leaves the others and all device rules as they are. Where one is refused,
  /// those set before it are restored. Throws "container not running".
  void update(const spec::Resources& limits) { update(limits, {}); }
  void update(const spec::Resources& limits, const RdtSchemata& schemata);

  /// What the container has used so far, as far as runc tells it.
  [[nodiscard]] resources::Statistics statistics() const;

  /// The same with network interfaces and RDMA devices.
  [[nodiscard]] resources::Statistics full_statistics() const;

  /// Tells from now on when the container's memory runs out. Throws "memory controller missing".
  [[nodiscard]] Watch watch_oom() const;

  /// Tells of memory pressure, too. Throws where the kernel does not measure it.
  [[nodiscard]] Watch watch(const PressureLevels& levels) const;

  /// The status now, from the kernel: is init alive (pid and start time), its fifo there, its cgroup frozen?
  [[nodiscard]] Status status() const;

  /// What `state` prints.
  [[nodiscard]] spec::State state() const;

  /// Host pids of all processes in the container's cgroup.
  [[nodiscard]] std::vector<pid_t> processes() const;

  /// The config.json that it was made from, read once. The bundle's, which may have been changed
  /// since, where that was not kept (CreateOptions::document).
  [[nodiscard]] const spec::Config& config() const;

  [[nodiscard]] const std::string& id() const;

  /// The root directory (O_PATH) as the container's processes see it; of one without processes as it is on the host, without
  /// the container's mounts. What is in there may change at any time, and may be hostile.
  [[nodiscard]] UniqueFd open_root() const;

  Container(Container&&) noexcept;
  Container& operator=(Container&&) noexcept;
  ~Container();

  struct Data;  // the library's own

 private:
  explicit Container(std::unique_ptr<Data> data);
  static Container make_container(const Settings& settings, const std::string& id, NewContainer& made);
  static Running make_running(const Settings& settings, const std::string& id, NewContainer& made,
                              std::optional<notify::ReadyProxy> ready);

  std::unique_ptr<Data> data_;
};

/// What create(), run() and restore() return.
struct Running {
  Container container;
  Process process;
  std::optional<Readiness> readiness;  // run(), with a Settings::notify_socket and without StdioOptions::detach
};

/// Removes what is surely left of <root>/<id> when no state can be read there; absent is fine, a container throws EEXIST.
void remove_leftovers(const Settings& settings, const std::string& id);

/// Every container below settings.root, in the order of their ids; broken entries are skipped with a warning.
/// A missing root is an empty list.
[[nodiscard]] std::vector<spec::State> list(const Settings& settings);

/// A fresh config.json for this host: on cgroup v2 with a cgroup namespace, so that the container does not see the host's
/// tree.
[[nodiscard]] std::string default_config(bool rootless);

/// Plans a container of `config` as create() would, and throws what is wrong with it. Makes nothing.
void check_config(const spec::Config& config, const std::string& bundle);

/// The text of <bundle>/config.json; the error names the file ("JSON specification file config.json not found").
[[nodiscard]] std::string read_config(const std::string& bundle);

}  // namespace corten::container
