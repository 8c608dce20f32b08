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
#include <stdint.h>
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
  CORTEN_EXISTS = 4,           /* there is one with this id, name or path */
  CORTEN_NOT_FOUND = 5,        /* there is none */
  CORTEN_RUNNING = 6,          /* not while it runs */
  CORTEN_STOPPED = 7,          /* not once it has stopped */
  CORTEN_NOT_RUNNING = 8,
  CORTEN_PAUSED = 9,
  CORTEN_NOT_PAUSED = 10,
  CORTEN_BUSY = 11,   /* another call or command holds the container */
  CORTEN_SYSTEM = 12, /* the kernel has refused something: corten_error_errno() */
  CORTEN_NO_MEMORY = 13,
  CORTEN_NO_DESCRIPTORS = 14, /* EMFILE, ENFILE */
  CORTEN_FOREIGN = 15 /* the container was made by another runtime, and is left as it is */
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
  /* With 1 each call that makes a container starts a process for the next one, which takes less time then: a child of the program,
     which waits, with /dev/null as its streams, until it becomes a container's or the handle is freed. It has the namespaces, user,
     limits, working directory and cgroup that the thread had which made that call. Linux 5.4. */
  int keep_ready;
  /* With 1 a container of an ordinary user whose configuration maps no ids gets a user namespace: the user is root there, and the
     ranges that subuid(5) and subgid(5) give the user follow from 1 on. */
  int map_own_ids;
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

/* ---- Configurations ---- */

/* Reads config.json's text as corten_container_create() does, and writes it with the runtime-spec's names alone: what is not
   known, or is null, is left out. A text that is no JSON, or has a wrong type, is CORTEN_INVALID_CONFIG with line and column or
   the field's path. */
CORTEN_API char *corten_config_read(const char *config, corten_error **error);

/* Plans a container of `config` (NULL: the file in the bundle) as corten_container_create() of this caller would with cgroups by
   files, and says what is wrong with it, mostly CORTEN_INVALID_CONFIG. `bundle` is absolute; the root file system must be
   there. Nothing is made. */
CORTEN_API corten_code corten_config_check(const char *config, const char *bundle, corten_error **error);

/* `config` for a caller without privileges, whose ids are `uid` and `gid`: a user namespace in which root is that user, no network
   namespace of its own, and so neither sysctls of the network nor network devices, /sys bound from the host, no option uid= or
   gid= of a mount, no resources. Reads `config` as corten_config_read() does. */
CORTEN_API char *corten_config_rootless(const char *config, uid_t uid, gid_t gid, corten_error **error);
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

/* Hooks that are functions of the program. They are called by the thread that makes the call, in the caller's namespaces, after
   the hooks of the same kind that the configuration names. createContainer and startContainer can be no functions: they run in
   the container, where the program's memory is not.
   `state` is the state as the runtime-spec has it. A function that returns something else than 0 has failed; it may say why, as a
   text in `reason`, which has `size` bytes. Must not throw. It may use the library, but not the container's own handle, for which
   there is another: corten_container_load(). */
typedef int (*corten_hook_function)(void *data, const char *state, char *reason, size_t size);

/* The functions belong to the handle of the container, and are called by nobody else: not for a handle of corten_container_load(),
   not where the command or another process starts or deletes the container. `data` must be there as long as the handle. */
typedef struct corten_hooks {
  size_t size;
  void *data;                          /* is given to each */
  corten_hook_function prestart;       /* once the namespaces are there, before the root changes; a failure undoes the container */
  corten_hook_function create_runtime; /* the same, afterwards */
  corten_hook_function poststart;      /* once the process has been started; a failure ends and destroys the container */
  corten_hook_function poststop;       /* once the container is destroyed, or undone; a failure is a warning */
} corten_hooks;

typedef struct corten_create_options {
  size_t size;
  const char *bundle;        /* absolute; relative paths of the configuration are below it */
  const char *config;        /* config.json's text; NULL: the file in the bundle */
  const corten_stdio *stdio; /* NULL: the caller's standard streams */
  int no_pivot;              /* no pivot_root(2), which fails in an initramfs before Linux 7.2 */
  int no_new_keyring;        /* keep the caller's session keyring */
  const corten_hooks *hooks; /* functions of the program; NULL: none */
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
/* The same and what runc does not tell: "network_interfaces" are those of its network namespace, as long as the first process
   runs, and "rdma" has a row a device. <corten/usage.hpp> tells the units. */
CORTEN_API char *corten_container_usage(const corten_container *container, corten_error **error);
/* The host's pids of its processes: up to `capacity` of them in `pids`, and in `count` how many there are. */
CORTEN_API corten_code corten_container_processes(const corten_container *container, pid_t *pids, size_t capacity,
                                                  size_t *count, corten_error **error);

/* Starts the process of a container that was made. With a `notify_socket` it waits until that is ready; where nobody can be told of it
   the process runs on, in spite of the error. */
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
  CORTEN_EVENT_STOPPED = 2,
  CORTEN_EVENT_LOW_PRESSURE = 3, /* levels of memory pressure: corten_watch_options */
  CORTEN_EVENT_MEDIUM_PRESSURE = 4,
  CORTEN_EVENT_CRITICAL_PRESSURE = 5
} corten_event;

typedef struct corten_watch corten_watch;

/* Watches the container from now on. Needs a memory cgroup. */
CORTEN_API corten_watch *corten_container_watch(const corten_container *container, corten_error **error);

/* Levels of memory pressure to hear of; 0: not. On cgroup v1 the kernel decides (memory.pressure_level, cgroup-v1/memory.rst): low is
   that it looks for memory to take back; medium that of what it looked through it could not take 60 %, critical 95 %. On v2 they
   are PSI triggers (Linux 5.2) of memory.pressure: within two seconds some process waited for memory for 100 ms (low) or 200 ms
   (medium), or all at once did for 200 ms (critical); low is also that memory.high or memory.max was reached (memory.events).
   CORTEN_SYSTEM where the kernel measures no pressure (psi=1). */
typedef struct corten_watch_options {
  size_t size;
  int low_pressure, medium_pressure, critical_pressure;
} corten_watch_options;

/* The same for what `options` asks besides. */
CORTEN_API corten_watch *corten_container_watch_for(const corten_container *container, const corten_watch_options *options,
                                                    corten_error **error);

/* A descriptor for the program's event loop, the watch's: readable (POLLIN) while corten_watch_wait() may have something to tell,
   which then takes no time. */
CORTEN_API int corten_watch_fd(corten_watch *watch, corten_error **error);
/* Waits so many milliseconds at most. Of levels that are reached at once it tells the highest. Once the container has stopped,
   each call says so. */
CORTEN_API corten_event corten_watch_wait(corten_watch *watch, unsigned milliseconds, corten_error **error);
CORTEN_API void corten_watch_free(corten_watch *watch);

/* ---- Documents, read: for languages without a JSON reader, <corten/corten.hpp> among them ---- */

/* A JSON text that has been read. */
typedef struct corten_json corten_json;

/* One value in it. 0 is the whole text. */
typedef uint32_t corten_json_value;
#define CORTEN_JSON_NOTHING UINT32_MAX

typedef enum corten_json_kind {
  CORTEN_JSON_NONE = 0, /* there is no such value */
  CORTEN_JSON_NULL = 1,
  CORTEN_JSON_BOOLEAN = 2,
  CORTEN_JSON_NUMBER = 3,
  CORTEN_JSON_TEXT = 4,
  CORTEN_JSON_ARRAY = 5,
  CORTEN_JSON_OBJECT = 6
} corten_json_kind;

/* Reads a text (RFC 8259); what is wrong is CORTEN_INVALID_ARGUMENT with line and column. */
CORTEN_API corten_json *corten_json_read(const char *text, corten_error **error);
CORTEN_API void corten_json_free(corten_json *json);

/* None of these fails. Of a value of another kind they say 0, NULL or CORTEN_JSON_NOTHING; texts are those of `json`, and end after
   `size` bytes without a 0. */
CORTEN_API corten_json_kind corten_json_kind_of(const corten_json *json, corten_json_value value);
/* The member of an object; of two with one name the last. */
CORTEN_API corten_json_value corten_json_member(const corten_json *json, corten_json_value object, const char *name);
/* What comes after `last` in an array or object, in the order of the text; after CORTEN_JSON_NOTHING the first. */
CORTEN_API corten_json_value corten_json_next(const corten_json *json, corten_json_value within, corten_json_value last);
/* The name of a member. */
CORTEN_API const char *corten_json_name(const corten_json *json, corten_json_value member, size_t *size);
CORTEN_API const char *corten_json_text(const corten_json *json, corten_json_value value, size_t *size);
CORTEN_API int corten_json_boolean(const corten_json *json, corten_json_value value);
/* A whole number; 0 where it does not fit. */
CORTEN_API int64_t corten_json_signed(const corten_json *json, corten_json_value value);
CORTEN_API uint64_t corten_json_unsigned(const corten_json *json, corten_json_value value);
/* Any number. */
CORTEN_API double corten_json_real(const corten_json *json, corten_json_value value);
/* ---- Users and groups of a root directory: etc/passwd, etc/group ---- */

/* The files are read at each call. Links in the root do not lead out of it, files of more than 16 MiB are refused, lines that
   are no entries are passed over, no name service is asked. What they say is the image's or the container's: it may be
   hostile. */
typedef struct corten_users corten_users;

/* `root` is an absolute path; the other is a descriptor of a directory, which stays the caller's. */
CORTEN_API corten_users *corten_users_open(const char *root, corten_error **error);
CORTEN_API corten_users *corten_users_open_at(int directory, corten_error **error);
/* The root of a container as its processes see it; of one that has stopped as it is on the host, without its mounts. A file
   system that the container provides (FUSE) decides how long a call takes. */
CORTEN_API corten_users *corten_container_users(const corten_container *container, corten_error **error);
CORTEN_API void corten_users_free(corten_users *users);

/* In these structures the caller sets `size` alone. What they point to is the handle's, until its next call or its end. */

typedef struct corten_passwd_entry {
  size_t size;
  const char *name;
  uid_t uid;
  gid_t gid;
  const char *comment, *home, *shell; /* "" where the line ends before */
} corten_passwd_entry;

typedef struct corten_group_entry {
  size_t size;
  const char *name;
  gid_t gid;
  const char *const *members;
  size_t member_count;
} corten_group_entry;

/* The first entry of a name, or of an id where `who` is a number. CORTEN_NOT_FOUND where there is none. */
CORTEN_API corten_code corten_users_find_user(corten_users *users, const char *who, corten_passwd_entry *entry,
                                              corten_error **error);
CORTEN_API corten_code corten_users_find_group(corten_users *users, const char *who, corten_group_entry *entry,
                                               corten_error **error);

typedef struct corten_user_options {
  size_t size;
  const char *user;          /* "daemon", "1000", "daemon:users", "1000:100", ":users"; NULL or "": `uid` and `gid` */
  const char *const *groups; /* `group_count` more groups, by name or id */
  size_t group_count;
  uid_t uid; /* where `user` does not say */
  gid_t gid;
  const char *home; /* where etc/passwd does not say; NULL: "/" */
} corten_user_options;

/* As what a process is to run. */
typedef struct corten_user {
  size_t size;
  uid_t uid;
  gid_t gid;
  const gid_t *groups; /* additional ones, each once */
  size_t group_count;
  const char *home;
} corten_user;

/* Without a group the user has its own one, and those of etc/group that name it as a member. A number need not have an entry. A
   name without one is CORTEN_NOT_FOUND, what is neither a name nor an id CORTEN_INVALID_ARGUMENT. */
CORTEN_API corten_code corten_users_resolve(corten_users *users, const corten_user_options *options, corten_user *user,
                                            corten_error **error);
/* The same in one call, for corten_container_exec(): `who` as in `user` of the options. What `user` points to is the
   container handle's, until the next such call. */
CORTEN_API corten_code corten_container_user(corten_container *container, const char *who, corten_user *user,
                                             corten_error **error);

/* ---- Capabilities: capabilities(7) ---- */

/* "CAP_CHOWN" for 0 and so on; NULL for one that the kernel or the library does not know. The text is the library's. */
CORTEN_API const char *corten_capability_name(int number);
/* The number of such a name, or -1. */
CORTEN_API int corten_capability_number(const char *name);
/* The highest number that the kernel knows. */
CORTEN_API int corten_capability_last(void);

/* Bit n is capability n. */
typedef struct corten_capability_sets {
  size_t size;
  uint64_t bounding, effective, inheritable, permitted, ambient;
} corten_capability_sets;

/* Those of the calling thread; the caller sets `size` alone. */
CORTEN_API corten_code corten_capabilities_read(corten_capability_sets *sets, corten_error **error);
/* Sets all five of the calling thread; the other threads of the process keep theirs. What the thread may not do is an error
   (EPERM) before anything is changed. What it has given up does not come back. */
CORTEN_API corten_code corten_capabilities_set(const corten_capability_sets *sets, corten_error **error);

/* ---- System call filters: seccomp(2) ---- */

/* Whether the kernel has them. */
CORTEN_API int corten_seccomp_enabled(void);

typedef enum corten_seccomp_names {
  CORTEN_SECCOMP_ACTIONS = 0,       /* "SCMP_ACT_ERRNO" */
  CORTEN_SECCOMP_OPERATORS = 1,     /* "SCMP_CMP_EQ" */
  CORTEN_SECCOMP_ARCHITECTURES = 2, /* "SCMP_ARCH_X86_64" */
  CORTEN_SECCOMP_FLAGS = 3          /* "SECCOMP_FILTER_FLAG_LOG" */
} corten_seccomp_names;

/* The names that the library takes in a profile, from index 0 on, and NULL behind the last. The text is the library's. */
CORTEN_API const char *corten_seccomp_name(corten_seccomp_names of, size_t index);

/* `profile` is a document as "linux.seccomp" of config.json. The error names the field: CORTEN_INVALID_CONFIG. System calls that
   nobody knows are told as a warning. */
CORTEN_API corten_code corten_seccomp_check(const char *profile, corten_error **error);
/* The filter as the kernel takes it: an array of struct sock_filter (linux/filter.h) of `size` bytes, and in `flags` those of
   seccomp(2). No bytes: the profile filters nothing. corten_text_free() frees it. */
CORTEN_API char *corten_seccomp_compile(const char *profile, size_t *size, unsigned *flags, corten_error **error);

/* ---- AppArmor ---- */

/* Whether the kernel has it, and has it enabled. */
CORTEN_API int corten_apparmor_enabled(void);
/* Whether a profile of that name is loaded, 0 without AppArmor; -1 with an error. Root alone may read the list, from securityfs
   at /sys/kernel/security. */
CORTEN_API int corten_apparmor_loaded(const char *profile, corten_error **error);

/* ---- SELinux labels ---- */

/* Whether there is a policy. Without one the calls that set labels do nothing, and new labels are "". */
CORTEN_API int corten_selinux_enabled(void);
/* The labels of a new container: process.selinuxLabel and linux.mountLabel. Both have two categories that no other container of
   this process's has, until corten_selinux_release(). `options` are "user:U", "role:R", "type:T", "level:L", "filetype:T" (of the
   files) and "disable", which leaves the process without a label of its own. Each text is the caller's. */
CORTEN_API corten_code corten_selinux_new_labels(const char *const *options, size_t count, char **process, char **mount,
                                                 corten_error **error);
/* The categories of a label are in use, by a container that another process has made; or no longer. */
CORTEN_API corten_code corten_selinux_reserve(const char *label, corten_error **error);
CORTEN_API corten_code corten_selinux_release(const char *label, corten_error **error);
/* The options by which another container gets the label of this one: "user:U", "role:R", "type:T", "level:L", each on a line of its
   own; "" for "". */
CORTEN_API char *corten_selinux_options(const char *label, corten_error **error);
/* The label of one file; a symbolic link is followed. */
CORTEN_API corten_code corten_selinux_label_file(const char *path, const char *label, corten_error **error);
/* The label of `path` and all that is below it, following no symbolic link; with `shared` the files are for all containers,
   without the categories. Refused for /, /usr, /etc, the caller's home and their like, whatever name they go by. One descriptor
   is open for each level of directories. */
CORTEN_API corten_code corten_selinux_relabel(const char *path, const char *label, int shared, corten_error **error);
/* `options` of mount(2) and after them context="LABEL"; `options` alone for an empty label. */
CORTEN_API char *corten_selinux_mount_options(const char *options, const char *label, corten_error **error);

/* ---- Keyrings: keyrings(7) ---- */

/* The calling thread joins the session keyring called `name`, a new one where there is none, with NULL always a new one; in
   `serial` its number. ENOSYS: the kernel has no keyrings. */
CORTEN_API corten_code corten_keys_join_session(const char *name, int32_t *serial, corten_error **error);
/* The permissions of a key or keyring become (permissions & mask) | bits, as KEYCTL_SETPERM has them. */
CORTEN_API corten_code corten_keys_change_permissions(int32_t serial, uint32_t mask, uint32_t bits,
                                                      corten_error **error);

/* ---- Extended attributes of files: xattr(7) ---- */

/* The value of one, `size` bytes with a NUL behind them. ENODATA: the file does not have it. A symbolic link at the end of
   `path` is followed where `follow` says so. The descriptor must not be one of O_PATH. */
CORTEN_API char *corten_xattr_read(const char *path, const char *name, int follow, size_t *size, corten_error **error);
CORTEN_API char *corten_xattr_read_at(int file, const char *name, size_t *size, corten_error **error);
/* The names of all, each with a NUL behind it, `size` bytes; none where the file system has no attributes. */
CORTEN_API char *corten_xattr_list(const char *path, int follow, size_t *size, corten_error **error);
CORTEN_API char *corten_xattr_list_at(int file, size_t *size, corten_error **error);

/* ---- Processes of the system ---- */

/* When a process began, in clock ticks after boot: field 22 of /proc/PID/stat, which tells it from a later one with the same
   pid. CORTEN_NOT_FOUND where there is none. */
CORTEN_API corten_code corten_system_start_time(pid_t pid, uint64_t *ticks, corten_error **error);
/* Whether orphaned descendants of the calling process become its children: PR_SET_CHILD_SUBREAPER. Read: 1, 0, or -1 with an
   error. */
CORTEN_API corten_code corten_system_set_subreaper(int on, corten_error **error);
CORTEN_API int corten_system_subreaper(corten_error **error);
/* The signal that the process gets when the thread that made it ends, 0: none. Each thread has a setting of its own, this is the
   caller's: PR_SET_PDEATHSIG. Read: the number, or -1 with an error. */
CORTEN_API corten_code corten_system_set_parent_death_signal(int number, corten_error **error);
CORTEN_API int corten_system_parent_death_signal(corten_error **error);
/* ---- Cgroups, without a container ---- */

typedef enum corten_cgroup_layout {
  CORTEN_CGROUP_NONE = 0,    /* with an error */
  CORTEN_CGROUP_LEGACY = 1,  /* v1: a hierarchy for each controller */
  CORTEN_CGROUP_HYBRID = 2,  /* v1, and a v2 hierarchy without controllers beside it */
  CORTEN_CGROUP_UNIFIED = 3  /* v2 */
} corten_cgroup_layout;

/* What is mounted at /sys/fs/cgroup: cgroups(7). CORTEN_NOT_FOUND where nothing is. */
CORTEN_API corten_cgroup_layout corten_cgroup_host_layout(corten_error **error);

/* Where process `pid` is (0: the caller), as a path below the mount: "/user.slice". `controller` is one of v1 as in
   /proc/PID/cgroup: "memory", "name=systemd"; NULL: v2, also that of a hybrid layout. CORTEN_NOT_FOUND where there is no such
   process or hierarchy. */
CORTEN_API char *corten_cgroup_of(pid_t pid, const char *controller, corten_error **error);

typedef struct corten_cgroup_options {
  size_t size;
  /* By files: absolute, below the mount of each hierarchy; relative, below the caller's own cgroup (v1) or beside it (v2). By
     systemd: "slice:prefix:name", for the scope prefix-name.scope. */
  const char *path;
  corten_cgroups driver;
  int user;              /* by systemd: that of the calling user, not the machine's */
  const char *resources; /* of a new cgroup, a document as "linux.resources"; NULL: no limits. Where it has no device rules, all
                            devices are allowed; where it has some, they begin with none allowed. */
} corten_cgroup_options;

typedef struct corten_cgroup corten_cgroup;

/* Makes a cgroup, those above it that are missing, and its limits; where a limit is refused, nothing of it stays. systemd makes
   one with its first process: corten_cgroup_add(). CORTEN_EXISTS where a hierarchy has it. */
CORTEN_API corten_cgroup *corten_cgroup_create(const corten_cgroup_options *options, corten_error **error);
/* One that is there, in the hierarchies that have it; `resources` is not used. CORTEN_NOT_FOUND where none has;
   CORTEN_INVALID_ARGUMENT for the root of a hierarchy. */
CORTEN_API corten_cgroup *corten_cgroup_open(const corten_cgroup_options *options, corten_error **error);
/* Frees the handle; the cgroup stays. */
CORTEN_API void corten_cgroup_free(corten_cgroup *cgroup);

/* 1 or 0. The calls below fail with CORTEN_NOT_FOUND where it is 0; corten_cgroup_remove() does not. */
CORTEN_API int corten_cgroup_exists(const corten_cgroup *cgroup);
/* Its directory in the hierarchy of `controller`, which may be NULL: one that stands for all, on v2 the only one. */
CORTEN_API char *corten_cgroup_path(const corten_cgroup *cgroup, const char *controller, corten_error **error);
/* Moves process `pid` in (0: the caller), with its threads. Where a hierarchy refuses it, it goes back to where it was. */
CORTEN_API corten_code corten_cgroup_add(corten_cgroup *cgroup, pid_t pid, corten_error **error);
/* As corten_container_update(), and limits of huge pages, network and RDMA besides. Device rules cannot be changed:
   CORTEN_INVALID_CONFIG. */
CORTEN_API corten_code corten_cgroup_update(corten_cgroup *cgroup, const char *resources, corten_error **error);
/* The pids of its processes, with `below` also of those in cgroups below it: up to `capacity` of them in `pids`, and in `count`
   how many there are. */
CORTEN_API corten_code corten_cgroup_processes(const corten_cgroup *cgroup, int below, pid_t *pids, size_t capacity,
                                               size_t *count, corten_error **error);
/* What it has used, as corten_container_statistics() but for Intel RDT. */
CORTEN_API char *corten_cgroup_statistics(const corten_cgroup *cgroup, corten_error **error);
/* Stops all processes in it and below, or lets them go on. Waits until they stand still, some seconds at most. */
CORTEN_API corten_code corten_cgroup_freeze(corten_cgroup *cgroup, corten_error **error);
CORTEN_API corten_code corten_cgroup_thaw(corten_cgroup *cgroup, corten_error **error);
/* 1 where that was asked for at this cgroup and all stand still, else 0; -1 with an error. */
CORTEN_API int corten_cgroup_is_frozen(const corten_cgroup *cgroup, corten_error **error);
/* Sends a signal to all processes in it and below. */
CORTEN_API corten_code corten_cgroup_kill(corten_cgroup *cgroup, int number, corten_error **error);
/* Removes it and those below it; one that is gone is fine. CORTEN_RUNNING where there are processes, which `force` kills; not
   where the caller is one of them: CORTEN_INVALID_ARGUMENT. Cgroups above it stay. */
CORTEN_API corten_code corten_cgroup_remove(corten_cgroup *cgroup, int force, corten_error **error);

/* ---- Device nodes of the host ---- */

typedef struct corten_device {
  char type;             /* as in mknod(1): 'b', 'c', or 'p' for a FIFO, which has no numbers */
  unsigned major, minor;
  mode_t mode;           /* permissions: 0666 */
  uid_t uid;
  gid_t gid;
  const char *path;
} corten_device;

/* The items and their texts are the list's. */
typedef struct corten_device_list corten_device_list;

/* A list of one, the node at `path`; a symlink is none. CORTEN_NOT_FOUND where there is no file; CORTEN_INVALID_ARGUMENT where it
   is no device. */
CORTEN_API corten_device_list *corten_device_at(const char *path, corten_error **error);
/* All block and character devices below `directory` (NULL: /dev), sorted by path. No symlink is followed; directories on other
   file systems (pts, shm, mqueue) and /dev/console are left out. Needs permission to read each directory. */
CORTEN_API corten_device_list *corten_devices_below(const char *directory, corten_error **error);
/* The nodes that every container has: config-linux.md, "Default Devices". */
CORTEN_API corten_device_list *corten_default_devices(corten_error **error);
CORTEN_API size_t corten_device_list_size(const corten_device_list *list);
/* NULL where `index` is not below the size. */
CORTEN_API const corten_device *corten_device_list_item(const corten_device_list *list, size_t index);
CORTEN_API void corten_device_list_free(corten_device_list *list);

/* ---- Network devices, without a container ---- */

/* `network_namespace` is a file that stands for one: "/proc/PID/ns/net", or "/run/netns/NAME" of ip-netns(8); NULL: the calling
   thread's. Another one's needs CAP_SYS_ADMIN there, and a fork(2) whose child joins it: the caller stays where it is. Changes need
   CAP_NET_ADMIN. CORTEN_NOT_FOUND where there is no such file or device, CORTEN_INVALID_ARGUMENT for a file that stands for
   another thing. */

/* Brings `lo` up, by which it gets its addresses. */
CORTEN_API corten_code corten_network_loopback(const char *network_namespace, corten_error **error);

typedef struct corten_veth_options {
  size_t size;
  const char *host_name;        /* the end that stays in the caller's network namespace: at most 15 bytes */
  const char *name;             /* the end in the other one: "eth0" */
  const char *bridge;           /* that `host_name` becomes a part of; NULL: none */
  int hairpin;                  /* the bridge may send back through it what came from it */
  const char *hardware_address; /* of `name`: "02:42:ac:11:00:02"; NULL: the kernel's choice */
  unsigned mtu;                 /* of both, in bytes; 0: the kernel's */
  unsigned queue_length;        /* of both, in packets; 0: the kernel's */
  const char *address;          /* of `name`: "192.0.2.2/24"; NULL: none */
  const char *gateway;          /* of the default route there: "192.0.2.1"; NULL: none */
  const char *address_v6;       /* the same of IPv6: "2001:db8::2/64" */
  const char *gateway_v6;
} corten_veth_options;

/* Makes a pair of devices, veth(4), and brings both up. Where a step fails both are gone. CORTEN_NOT_FOUND where there is no such
   bridge; CORTEN_EXISTS where a namespace has a device of that name. */
CORTEN_API corten_code corten_network_add_veth(const char *network_namespace, const corten_veth_options *options,
                                               corten_error **error);
/* Removes a device of the calling thread's network namespace; the other end of a pair goes with it. A device that the kernel has
   for hardware cannot be removed: CORTEN_SYSTEM. */
CORTEN_API corten_code corten_network_remove(const char *name, corten_error **error);

typedef struct corten_interface {
  const char *name;
  int index;
  int up;
  unsigned mtu; /* bytes */
  uint64_t rx_bytes, rx_packets, rx_errors, rx_dropped;
  uint64_t tx_bytes, tx_packets, tx_errors, tx_dropped;
} corten_interface;

/* The items and their texts are the list's. */
typedef struct corten_interface_list corten_interface_list;

/* The devices and what went through them (IFLA_STATS64 of rtnetlink(7)), sorted by index; or the one of this name, where `name` is
   not NULL. What a container receives is what the host's end of its pair has sent. */
CORTEN_API corten_interface_list *corten_interfaces(const char *network_namespace, const char *name, corten_error **error);
CORTEN_API size_t corten_interface_list_size(const corten_interface_list *list);
/* NULL where `index` is not below the size. */
CORTEN_API const corten_interface *corten_interface_list_item(const corten_interface_list *list, size_t index);
CORTEN_API void corten_interface_list_free(corten_interface_list *list);

/* ---- Intel RDT, without a container ---- */

/* The kernel's resctrl file system (Documentation/filesystems/resctrl.rst), mounted at `root`; NULL: where the machine has it. */

typedef enum corten_rdt_feature {
  CORTEN_RDT_CACHE = 1,      /* allocation of caches (CAT) */
  CORTEN_RDT_BANDWIDTH = 2,  /* allocation of memory bandwidth (MBA) */
  CORTEN_RDT_MONITORING = 4  /* measuring of both (CMT, MBM) */
} corten_rdt_feature;

/* The sum of those that are there; 0 where none is, or where it cannot be seen. */
CORTEN_API unsigned corten_rdt_features(const char *root);

typedef struct corten_rdt_group corten_rdt_group;

/* A group as `settings`, a document as "linux.intelRdt", asks for it (NULL: the empty one). Its name is the closID; without one it
   is `id`, and the group is its own. A monitoring group is named `id`. Nothing is made. CORTEN_NOT_FOUND where `root` is NULL and
   the machine has none. */
CORTEN_API corten_rdt_group *corten_rdt_group_new(const char *root, const char *id, const char *settings,
                                                  corten_error **error);
/* Frees the handle; the group stays. */
CORTEN_API void corten_rdt_group_free(corten_rdt_group *group);
/* Its directory. The text is the handle's. */
CORTEN_API const char *corten_rdt_group_path(const corten_rdt_group *group);
/* Makes the group where it is not there, sets its schemata, and moves process `pid` in (0: the caller). Where a step fails, what it
   made is gone. Errors end with what info/last_cmd_status says. */
CORTEN_API corten_code corten_rdt_group_add(corten_rdt_group *group, pid_t pid, corten_error **error);
/* Sets the schemata that `settings` has. CORTEN_NOT_FOUND where there is no such group. */
CORTEN_API corten_code corten_rdt_group_update(corten_rdt_group *group, const char *settings, corten_error **error);
/* Shares and use, as "intel_rdt" of corten_container_statistics(). CORTEN_NOT_FOUND where there is no such group. */
CORTEN_API char *corten_rdt_group_statistics(const corten_rdt_group *group, corten_error **error);
/* Removes the group, or with a closID the monitoring group alone; what is gone is fine. */
CORTEN_API corten_code corten_rdt_group_remove(corten_rdt_group *group, corten_error **error);

#ifdef __cplusplus
}
#endif
#endif
