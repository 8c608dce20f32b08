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

typedef struct corten_create_options {
  size_t size;
  const char *bundle;        /* absolute; relative paths of the configuration are below it */
  const char *config;        /* config.json's text; NULL: the file in the bundle */
  const corten_stdio *stdio; /* NULL: the caller's standard streams */
  int no_pivot;              /* no pivot_root(2), which fails in an initramfs before Linux 7.2 */
  int no_new_keyring;        /* keep the caller's session keyring */
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
/* The host's pids of its processes: up to `capacity` of them in `pids`, and in `count` how many there are. */
CORTEN_API corten_code corten_container_processes(const corten_container *container, pid_t *pids, size_t capacity,
                                                  size_t *count, corten_error **error);

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
  CORTEN_EVENT_STOPPED = 2
} corten_event;

typedef struct corten_watch corten_watch;

/* Watches the container from now on. */
CORTEN_API corten_watch *corten_container_watch(const corten_container *container, corten_error **error);
/* Waits so many milliseconds at most. Once the container has stopped, each call says so. */
CORTEN_API corten_event corten_watch_wait(corten_watch *watch, unsigned milliseconds, corten_error **error);
CORTEN_API void corten_watch_free(corten_watch *watch);

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

#ifdef __cplusplus
}
#endif
#endif
