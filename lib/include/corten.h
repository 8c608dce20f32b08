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

/* ---- Where containers are kept ---- */

typedef enum corten_cgroups {
  CORTEN_CGROUPS_FILES = 0,  /* the files of the cgroup file system */
  CORTEN_CGROUPS_SYSTEMD = 1 /* scopes of systemd; cgroupsPath is "slice:prefix:name" */
} corten_cgroups;

typedef struct corten_runtime_options {
  size_t size;
  const char *root;          /* the state directory, absolute; NULL: /run/corten */
  corten_cgroups cgroups;    /* of new containers */
  const char *init;          /* the program that becomes a container's first process; NULL: the library's own */
  const char *notify_socket; /* NOTIFY_SOCKET of sd_notify(3), which hears that a container is ready; NULL: nobody */
} corten_runtime_options;

typedef struct corten_runtime corten_runtime;

/* `options` may be NULL. Nothing is made before the first container. */
CORTEN_API corten_runtime *corten_runtime_new(const corten_runtime_options *options, corten_error **error);
CORTEN_API void corten_runtime_free(corten_runtime *runtime);

/* The states of all containers: a JSON array. What cannot be read is left out with a warning. */
CORTEN_API char *corten_runtime_list(const corten_runtime *runtime, corten_error **error);

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
/* Leaves the process as it is: running, or to be reaped. */
CORTEN_API void corten_process_free(corten_process *process);

/* ---- Containers ---- */

typedef struct corten_stdio {
  size_t size;
  /* Descriptors that become the process's 0, 1 and 2, where it has no terminal; 0: the caller's own 0, 1 or 2. */
  int input, output, errors;
  const char *console_socket; /* an AF_UNIX path that gets the terminal's master; NULL: the handle has it */
  unsigned preserve_fds;      /* so many numbers from 3 on go to the process, less those that are close-on-exec or closed */
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
} corten_create_options;

typedef enum corten_status {
  CORTEN_STATUS_UNKNOWN = 0, /* with an error */
  CORTEN_STATUS_CREATING = 1,
  CORTEN_STATUS_CREATED = 2,
  CORTEN_STATUS_RUNNING = 3,
  CORTEN_STATUS_PAUSED = 4,
  CORTEN_STATUS_STOPPED = 5
} corten_status;

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

typedef struct corten_exec_options {
  size_t size;
  const char *process;       /* a process document: "process" of config.json */
  const corten_stdio *stdio; /* NULL: the caller's standard streams */
  int ignore_paused;
} corten_exec_options;

/* Runs one more process in the container. */
CORTEN_API corten_process *corten_container_exec(corten_container *container, const corten_exec_options *options,
                                                 corten_error **error);

/* To the first process, or with `all` to each; without a pid namespace of its own SIGKILL goes to each in any case. */
CORTEN_API corten_code corten_container_signal(corten_container *container, int number, int all, corten_error **error);
CORTEN_API corten_code corten_container_pause(corten_container *container, corten_error **error);
CORTEN_API corten_code corten_container_resume(corten_container *container, corten_error **error);
/* `resources` is a document as "linux.resources" of config.json; what it does not name stays. Where one value is refused those
   before it are put back. */
CORTEN_API corten_code corten_container_update(corten_container *container, const char *resources, corten_error **error);
/* Removes a stopped container; with `force` one that runs is killed first. */
CORTEN_API corten_code corten_container_destroy(corten_container *container, int force, corten_error **error);

/* ---- Checkpoints, by CRIU, which must be in the PATH ---- */

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

#ifdef __cplusplus
}
#endif
#endif
