/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcorten: containers from C, and from every language that can call C. This header is the ABI; docs/library.md says what of it
 * stays the same. <corten/corten.hpp> is the C++ interface, a layer of headers on this one.
 *
 * - A function that can fail takes a `corten_error **`, which may be NULL. Where it fails it sets that to a new error, which the
 *   caller frees, and returns NULL or a code other than CORTEN_OK. What it had begun is undone.
 * - A structure of options begins with its size, `sizeof(the type)`: a program that was compiled with an older header goes on
 *   working. Members that are 0 or NULL have the default that their comment names.
 * - Texts are UTF-8. A text that is returned belongs to the caller, who frees it with corten_text_free(), unless its comment says
 *   whose it is. Documents are JSON as in the OCI runtime-spec 1.3.
 * - No call changes the process beyond what it is asked for: no signal mask or handler, working directory, umask, environment,
 *   locale or flag of a descriptor, and it waits for no child of the program's. Nothing is printed.
 * - Any thread may call; one handle is used by one thread at a time.
 * - Most calls need what runc needs: root, or user namespaces and a delegated cgroup.
 */
#ifndef CORTEN_H
#define CORTEN_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CORTEN_API __attribute__((visibility("default")))
#else
#define CORTEN_API
#endif

/* "0.1.0": of the library that is loaded. The text is the library's. */
CORTEN_API const char *corten_version(void);

CORTEN_API void corten_text_free(char *text);

/* Becomes a container's first process, and never returns, where this process was started as one; else does nothing. A program that
   is its own `init` (corten_runtime_options) has it as the first call of its main(). */
CORTEN_API void corten_become_init(int argc, char **argv);

/* ---- Errors ---- */

typedef enum corten_code {
  CORTEN_OK = 0,
  CORTEN_FAILED = 1,           /* none of those below */
  CORTEN_INVALID_ARGUMENT = 2, /* of the call: an id, an option, a handle that is NULL */
  CORTEN_INVALID_CONFIG = 3,   /* the message names the field */
  CORTEN_EXISTS = 4,           /* there is a container with this id */
  CORTEN_NOT_FOUND = 5,        /* there is none */
  CORTEN_RUNNING = 6,          /* not while it runs */
  CORTEN_STOPPED = 7,          /* not once it has stopped */
  CORTEN_NOT_RUNNING = 8,
  CORTEN_PAUSED = 9,
  CORTEN_NOT_PAUSED = 10,
  CORTEN_BUSY = 11,   /* another call or command holds the container */
  CORTEN_SYSTEM = 12, /* the kernel has refused something: corten_error_errno() */
  CORTEN_NO_MEMORY = 13,
  CORTEN_NO_DESCRIPTORS = 14 /* EMFILE, ENFILE */
} corten_code;

typedef struct corten_error corten_error;

CORTEN_API corten_code corten_error_code(const corten_error *error);
/* The errno behind it, or 0. */
CORTEN_API int corten_error_errno(const corten_error *error);
/* One sentence: the step, the object, the reason. The text is the error's. */
CORTEN_API const char *corten_error_message(const corten_error *error);
CORTEN_API void corten_error_free(corten_error *error);

/* ---- Messages ---- */

typedef enum corten_level { CORTEN_ERROR = 0, CORTEN_WARNING = 1, CORTEN_INFO = 2, CORTEN_DEBUG = 3 } corten_level;

/* Called by whichever thread has something to say; must not call the library, nor throw. The text is the library's. */
typedef void (*corten_log_function)(void *data, corten_level level, const char *message);

/* Messages up to `most` go to `function` from now on, those of all threads; nowhere where it is NULL, as in the beginning. */
CORTEN_API void corten_set_log(corten_log_function function, void *data, corten_level most);

/* Adds to the file at `path` how long each phase of a start takes, in the Trace Event format, which https://ui.perfetto.dev shows;
   several programs may add to one file. For measurements: the program makes one container at a time then. */
CORTEN_API corten_code corten_set_trace(const char *path, corten_error **error);
/* Begins a phase of the program's own in there; `name` must live on. NULL: none, the one before it ends. */
CORTEN_API void corten_trace_phase(const char *name);

/* ---- Where containers are kept ---- */

typedef enum corten_cgroups {
  CORTEN_CGROUPS_FILES = 0,  /* the files of the cgroup file system */
  CORTEN_CGROUPS_SYSTEMD = 1, /* scopes of systemd; cgroupsPath is "slice:prefix:name" */
  CORTEN_CGROUPS_NONE = 2     /* containers stay in the caller's cgroup, without limits */
} corten_cgroups;

/* Whether a caller who may not make cgroups gets containers without one, rather than an error. */
typedef enum corten_rootless {
  CORTEN_ROOTLESS_AUTOMATIC = 0, /* where the caller is not root, or in a user namespace */
  CORTEN_ROOTLESS_YES = 1,
  CORTEN_ROOTLESS_NO = 2
} corten_rootless;

typedef struct corten_runtime_options {
  size_t size;
  const char *root;          /* the state directory, absolute; NULL: /run/corten */
  corten_cgroups cgroups;    /* of new containers */
  const char *init;          /* the program that becomes a container's first process; NULL: the library's own. "/proc/self/exe":
                                this one (corten_become_init()) */
  const char *notify_socket; /* NOTIFY_SOCKET of sd_notify(3), which hears that a container is ready; NULL: nobody */
  corten_rootless rootless;
  const char *runtime_dir; /* XDG_RUNTIME_DIR: a root below it is made sticky, and outlives its clearing; NULL: none */
} corten_runtime_options;

typedef struct corten_runtime corten_runtime;

/* `options` may be NULL. Nothing is made before the first container. */
CORTEN_API corten_runtime *corten_runtime_new(const corten_runtime_options *options, corten_error **error);
CORTEN_API void corten_runtime_free(corten_runtime *runtime);

/* The states of all containers: a JSON array. What cannot be read is left out with a warning. */
CORTEN_API char *corten_runtime_list(const corten_runtime *runtime, corten_error **error);
/* Removes what is surely left of a container whose state cannot be read, as `delete --force` does. There may be nothing;
   CORTEN_EXISTS where the state can be read. */
CORTEN_API corten_code corten_runtime_clear(const corten_runtime *runtime, const char *id, corten_error **error);

/* What this library supports, as features.md of the runtime-spec says it. */
CORTEN_API char *corten_features(corten_error **error);

/* A config.json to begin with; `rootless` for a caller without privileges. */
CORTEN_API char *corten_default_config(int rootless, corten_error **error);

/* What this library was made of, a line each: "commit: ...", "spec: ..." (the version of the runtime-spec), "libseccomp: ...". */
CORTEN_API char *corten_build(corten_error **error);

/* Whether the caller sees less than the whole of the host's ids (/proc/self/uid_map): 1 or 0. */
CORTEN_API int corten_in_user_namespace(corten_error **error);

/* The number of a signal: `name` is a name in any case, with or without SIG in front, also RTMIN+n and RTMAX-n, or a number. -1 and
   an error where there is none of that name. */
CORTEN_API int corten_signal_number(const char *name, corten_error **error);

/* ---- Processes ---- */

/* A process that runs in a container, a child of the caller's. */
typedef struct corten_process corten_process;

CORTEN_API pid_t corten_process_pid(const corten_process *process);
/* The master of its terminal, or -1. The descriptor is the process handle's. */
CORTEN_API int corten_process_terminal(const corten_process *process);
/* A descriptor that can be read once the process has ended, for the program's event loop; the handle's. -1 and an error before
   Linux 5.3. */
CORTEN_API int corten_process_pidfd(corten_process *process, corten_error **error);
/* Waits, and reaps it. `status` is its exit status, or 128 plus the signal that ended it. Once only. */
CORTEN_API corten_code corten_process_wait(corten_process *process, int *status, corten_error **error);
CORTEN_API corten_code corten_process_signal(const corten_process *process, int number, corten_error **error);
/* Of a container that was run with `ready_later`: can be read when the container says something of its readiness; the handle's. -1
   where it has nothing more to say. */
CORTEN_API int corten_process_ready_fd(const corten_process *process);
/* Reads that. Once the container is ready, `notify_socket` has been told, with `main_pid` as MAINPID. */
CORTEN_API corten_code corten_process_pass_ready(corten_process *process, pid_t main_pid, corten_error **error);
/* Leaves the process as it is: running, or to be reaped. */
CORTEN_API void corten_process_free(corten_process *process);

/* ---- Containers ---- */

typedef struct corten_stdio {
  size_t size;
  /* Descriptors that become the process's 0, 1 and 2, where it has no terminal; 0: the caller's own 0, 1 or 2. */
  int input, output, errors;
  const char *console_socket; /* an AF_UNIX path that gets the terminal's master; NULL: the handle has it */
  unsigned preserve_fds;      /* so many numbers from 3 on go to the process, less those that are close-on-exec or closed */
  const char *pid_file;       /* gets the process's id in the end, whole and without a newline; NULL: none */
  const char *pidfd_socket;   /* an AF_UNIX path that gets a pidfd of the process; NULL: none */
  unsigned listen_fds; /* so many descriptors from 3 on go to the process as LISTEN_FDS (sd_listen_fds(3)); `preserve_fds` counts
                          behind them */
  int detach;          /* nobody waits for the process: run returns once the container is ready; a terminal needs a console socket,
                          which means this in any case */
  int caller_terminal_size; /* its terminal has the size of the caller's: the first of 2, 1 and 0 that is one, or /dev/tty */
} corten_stdio;

typedef struct corten_create_options {
  size_t size;
  const char *bundle;        /* absolute; relative paths of the configuration are below it */
  const char *config;        /* config.json's text; NULL: the file in the bundle */
  const corten_stdio *stdio; /* NULL: the caller's standard streams */
  int no_pivot;              /* no pivot_root(2), which fails in an initramfs before Linux 7.2 */
  int no_new_keyring;        /* keep the caller's session keyring */
  int ready_later;           /* run does not wait for the container to be ready: corten_process_ready_fd() */
} corten_create_options;

typedef enum corten_status {
  CORTEN_STATUS_UNKNOWN = 0, /* with an error */
  CORTEN_STATUS_CREATING = 1,
  CORTEN_STATUS_CREATED = 2,
  CORTEN_STATUS_RUNNING = 3,
  CORTEN_STATUS_PAUSED = 4,
  CORTEN_STATUS_STOPPED = 5
} corten_status;

/* What is known of a container that was found. The texts are the library's, for the time of the call that tells of it. */
typedef struct corten_found {
  size_t size;
  const char *id;
  corten_status status;
  pid_t pid; /* of its first process; 0: it has stopped */
  const char *bundle, *rootfs;
  const char *created; /* when, as in RFC 3339 */
  const char *owner;   /* the name of the user who owns its state */
} corten_found;

typedef void (*corten_found_function)(void *data, const corten_found *container);

/* Tells of all containers, in the order of their ids. What cannot be read is left out with a warning. The function must not call the library, nor throw. */
CORTEN_API corten_code corten_runtime_find(const corten_runtime *runtime, corten_found_function function, void *data,
                                           corten_error **error);

typedef struct corten_container corten_container;

/* Makes a container whose process waits for corten_container_start(). `process` gets the handle of it, unless it is NULL. */
CORTEN_API corten_container *corten_container_create(const corten_runtime *runtime, const char *id,
                                                     const corten_create_options *options, corten_process **process,
                                                     corten_error **error);
/* Makes it and starts it, which takes less time than both calls. */
CORTEN_API corten_container *corten_container_run(const corten_runtime *runtime, const char *id,
                                                  const corten_create_options *options, corten_process **process,
                                                  corten_error **error);
/* One that is there. */
CORTEN_API corten_container *corten_container_load(const corten_runtime *runtime, const char *id, corten_error **error);
/* Frees the handle; the container stays. */
CORTEN_API void corten_container_free(corten_container *container);

/* The text is the handle's. */
CORTEN_API const char *corten_container_id(const corten_container *container);
CORTEN_API corten_status corten_container_status(const corten_container *container, corten_error **error);
/* The state as the runtime-spec has it, and rootfs, created and owner besides. */
CORTEN_API char *corten_container_state(const corten_container *container, corten_error **error);
/* What it has used, as `corten events --stats` prints its "data". */
CORTEN_API char *corten_container_statistics(const corten_container *container, corten_error **error);
/* The host's pids of its processes: up to `capacity` of them in `pids`, and in `count` how many there are. */
CORTEN_API corten_code corten_container_processes(const corten_container *container, pid_t *pids, size_t capacity,
                                                  size_t *count, corten_error **error);

CORTEN_API corten_code corten_container_start(corten_container *container, corten_error **error);

/* What one more process has otherwise than the container's own. */
typedef struct corten_process_changes {
  size_t size;
  const char *const *args;         /* its arguments, and NULL at the end; never the container's */
  int terminal;                    /* 1: it has one; never the container's */
  const char *cwd;                 /* NULL: the container's */
  const char *const *env;          /* more of "NAME=VALUE", and NULL at the end; NULL: none */
  const char *user;                /* "UID" or "UID:GID"; NULL: the container's */
  const gid_t *groups;             /* `group_count` more of them */
  size_t group_count;
  const char *selinux_label;       /* NULL: the container's, as of the profile */
  const char *apparmor_profile;
  const int *no_new_privileges;    /* 0 or 1; NULL: the container's */
  const char *const *capabilities; /* more of "CAP_CHOWN", and NULL at the end; NULL: none */
} corten_process_changes;

/* One of `process`, `process_file` and `changes`; of several the first. */
typedef struct corten_exec_options {
  size_t size;
  const char *process;       /* a process document: "process" of config.json */
  const corten_stdio *stdio; /* NULL: the caller's standard streams */
  int ignore_paused;
  const char *process_file;  /* the path of such a document */
  const corten_process_changes *changes;
  const char *const *cgroups; /* below the container's: "PATH" or "CONTROLLER[,CONTROLLER]:PATH", and NULL at the end; NULL: its own */
} corten_exec_options;

/* Runs one more process in the container. */
CORTEN_API corten_process *corten_container_exec(corten_container *container, const corten_exec_options *options,
                                                 corten_error **error);
/* The same in the container of that id, which takes less time than to load it first. */
CORTEN_API corten_process *corten_runtime_exec(const corten_runtime *runtime, const char *id,
                                               const corten_exec_options *options, corten_error **error);

/* To the first process, or with `all` to each; without a pid namespace of its own SIGKILL goes to each in any case. */
CORTEN_API corten_code corten_container_signal(corten_container *container, int number, int all, corten_error **error);
CORTEN_API corten_code corten_container_pause(corten_container *container, corten_error **error);
CORTEN_API corten_code corten_container_resume(corten_container *container, corten_error **error);
/* `resources` is a document as "linux.resources" of config.json; what it does not name stays. Where one value is refused those
   before it are put back. */
CORTEN_API corten_code corten_container_update(corten_container *container, const char *resources, corten_error **error);
/* The same, and new lines of resctrl for the container's group of Intel RDT, "MB:0=50"; NULL: none. */
CORTEN_API corten_code corten_container_update_rdt(corten_container *container, const char *resources, const char *cache,
                                                   const char *bandwidth, corten_error **error);
/* Removes a stopped container; with `force` one that runs is killed first. */
CORTEN_API corten_code corten_container_destroy(corten_container *container, int force, corten_error **error);
/* Removes a container that this handle has made, and whose process has been waited for. Somebody else may have done so already: a
   container that has its id by now is another. */
CORTEN_API corten_code corten_container_destroy_ended(corten_container *container, corten_error **error);

/* ---- Checkpoints, by CRIU, which must be in the PATH ---- */

/* How CRIU treats cgroups and their settings (criu(8), --manage-cgroups). */
typedef enum corten_criu_cgroups {
  CORTEN_CRIU_CGROUPS_STANDARD = 0, /* its own choice, which is soft */
  CORTEN_CRIU_CGROUPS_SOFT = 1,
  CORTEN_CRIU_CGROUPS_FULL = 2,
  CORTEN_CRIU_CGROUPS_STRICT = 3,
  CORTEN_CRIU_CGROUPS_IGNORE = 4
} corten_criu_cgroups;

/* What CRIU is allowed and told; each is 0 or 1. */
typedef struct corten_checkpoint_options {
  size_t size;
  const char *images; /* the directory of the images, absolute */
  const char *work;   /* that of CRIU's logs, absolute; NULL: the images' */
  const char *parent; /* that of an earlier pre-dump, relative to `images`; NULL: none */
  int leave_running, pre_dump, auto_dedup;                                /* checkpoint */
  int tcp_established, external_unix_sockets, file_locks, shell_job;      /* both */
  int tcp_skip_in_flight, link_remap;                                     /* checkpoint */
  int tcp_close;                                                          /* restore */
  int lazy_pages;                    /* both: memory is transferred on demand, by userfaultfd(2) */
  corten_criu_cgroups cgroups;       /* both */
  const char *page_server;           /* checkpoint: the address of the page server that gets the memory; NULL: none */
  int page_server_port;
  const int *status_fd;              /* checkpoint: gets a zero byte once the server for lazy pages is ready; NULL: none */
  const char *lsm_profile;           /* restore: the security label of the processes, "TYPE:NAME"; NULL: as saved */
  const char *lsm_mount_context;     /* restore: the SELinux context of the mounts that have one; NULL: as saved */
} corten_checkpoint_options;

/* Saves the processes as files; then the container is destroyed, unless it keeps running. */
CORTEN_API corten_code corten_container_checkpoint(corten_container *container, const corten_checkpoint_options *options,
                                                   corten_error **error);
/* Makes a container of `options` with the processes that are saved in `images`. They have the caller's standard streams: those of
   `options` are not used. */
CORTEN_API corten_container *corten_container_restore(const corten_runtime *runtime, const char *id,
                                                      const corten_create_options *options,
                                                      const corten_checkpoint_options *images, corten_process **process,
                                                      corten_error **error);

/* ---- Watching ---- */

typedef enum corten_event {
  CORTEN_EVENT_NONE = 0,          /* the time has passed, or with an error */
  CORTEN_EVENT_OUT_OF_MEMORY = 1, /* the kernel has ended a process of the container for want of memory */
  CORTEN_EVENT_STOPPED = 2
} corten_event;

typedef struct corten_watch corten_watch;

/* Watches the container from now on. */
CORTEN_API corten_watch *corten_container_watch(const corten_container *container, corten_error **error);
/* Waits so many milliseconds at most. Once the container has stopped, each call says so. */
CORTEN_API corten_event corten_watch_wait(corten_watch *watch, unsigned milliseconds, corten_error **error);
CORTEN_API void corten_watch_free(corten_watch *watch);

#ifdef __cplusplus
}
#endif
#endif
