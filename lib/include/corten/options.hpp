// SPDX-License-Identifier: Apache-2.0
// What a program asks for of a new container, of one more process, and of CRIU.
#pragma once

#include <corten.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <corten/call.hpp>
#include <corten/config.hpp>
#include <corten/hooks.hpp>
#include <corten/json_text.hpp>

namespace corten {
inline namespace v0 {

/// A document: a value, or the JSON text of one.
template <class Value>
class Document {
 public:
  Document() = default;
  Document(const Value& value) : text_{spec::to_json(value)} {}  // NOLINT(google-explicit-constructor)
  explicit Document(std::string text) : text_{std::move(text)} {}

  /// Empty where there is none.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_ = {};
};

/// The standard streams of a process, and what else it gets of its caller's descriptors.
struct Stdio {
  int input = 0, output = 0, errors = 0;  // descriptors; 0: the caller's own 0, 1 or 2
  std::string console_socket = {};        // an AF_UNIX path that gets the terminal's master; empty: Process has it
  unsigned preserve_fds = 0;              // so many numbers from 3 on, less those that are close-on-exec or closed
  std::string pid_file = {};              // gets the process's id in the end; empty: none
  std::string pidfd_socket = {};          // an AF_UNIX path that gets a pidfd of the process; empty: none
  unsigned listen_fds = 0;                // so many from 3 on, before `preserve_fds`, as sd_listen_fds(3) finds them
  bool detach = false;                    // nobody waits for the process; corten_stdio says what follows
  bool caller_terminal_size = false;      // its terminal has the size of this process's
};

/// A new container.
struct Plan {
  std::string bundle = {};             // absolute; relative paths of `config` are below it
  Document<spec::Config> config = {};  // none: config.json of the bundle
  Stdio stdio = {};
  bool no_pivot = false;
  bool no_new_keyring = false;
  Hooks hooks = {};          // HookFunctions{.create_runtime = ...}
  bool ready_later = false;  // run() does not wait for the container to be ready: Process::ready_fd()
};

/// What one more process has otherwise than the container's own: empty texts and what is not set are the container's.
struct Changes {
  std::vector<std::string> args = {};  // never the container's, as `terminal`
  bool terminal = false;
  std::string cwd = {};
  std::vector<std::string> env = {};  // more of NAME=VALUE
  std::string user = {};              // "UID" or "UID:GID"
  std::vector<gid_t> groups = {};     // more of them
  std::string selinux_label = {}, apparmor_profile = {};
  std::optional<bool> no_new_privileges = {};
  std::vector<std::string> capabilities = {};  // more of "CAP_CHOWN"
};

/// How one more process is run.
struct ExecPlan {
  Document<spec::Process> process = {};  // none: `process_file`
  std::string process_file = {};         // the path of such a document; empty: `changes`
  Changes changes = {};
  Stdio stdio = {};
  std::vector<std::string> cgroups =
      {};  // below the container's: "PATH" or "CONTROLLER[,CONTROLLER]:PATH"; empty: its own
  bool ignore_paused = false;
};

/// A page server of CRIU's.
struct PageServer {
  std::string address = {};
  int port = 0;
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
  bool lazy_pages = false;
  corten_criu_cgroups cgroups = CORTEN_CRIU_CGROUPS_STANDARD;
  std::optional<PageServer> page_server = {};  // checkpoint only: gets the memory
  std::optional<int> status_fd = {};           // checkpoint only: told that the server for lazy pages is ready
  std::string lsm_profile = {}, lsm_mount_context = {};  // restore only; empty: as saved
};

namespace detail {

/// As the C interface has a list: pointers to `texts`, and NULL at the end.
inline std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const auto& text : texts) pointers.push_back(text.c_str());
  pointers.push_back(nullptr);
  return pointers;
}

inline corten_stdio abi_of(const Stdio& stdio) {
  corten_stdio options{};
  options.size = sizeof options;
  options.input = stdio.input;
  options.output = stdio.output;
  options.errors = stdio.errors;
  options.console_socket = detail::text_or_null(stdio.console_socket);
  options.preserve_fds = stdio.preserve_fds;
  options.pid_file = detail::text_or_null(stdio.pid_file);
  options.pidfd_socket = detail::text_or_null(stdio.pidfd_socket);
  options.listen_fds = stdio.listen_fds;
  options.detach = stdio.detach ? 1 : 0;
  options.caller_terminal_size = stdio.caller_terminal_size ? 1 : 0;
  return options;
}

inline corten_checkpoint_options abi_of(const Images& images) {
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
  options.lazy_pages = images.lazy_pages ? 1 : 0;
  options.cgroups = images.cgroups;
  options.page_server = images.page_server ? images.page_server->address.c_str() : nullptr;
  options.page_server_port = images.page_server ? images.page_server->port : 0;
  options.status_fd = images.status_fd ? &*images.status_fd : nullptr;
  options.lsm_profile = detail::text_or_null(images.lsm_profile);
  options.lsm_mount_context = detail::text_or_null(images.lsm_mount_context);
  return options;
}

}  // namespace detail

}  // namespace v0
}  // namespace corten
