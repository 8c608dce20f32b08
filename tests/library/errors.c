/* SPDX-License-Identifier: Apache-2.0 */
/* Each call that cannot be, and the code that it gets. Usage: errors BUNDLE STATE-DIRECTORY; the bundle's process runs until it is killed. */
#define _GNU_SOURCE
#include <corten.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures = 0;

static void expect(const char* what, corten_code wanted, const char* part, corten_error* error) {
  const corten_code code = error == NULL ? CORTEN_OK : corten_error_code(error);
  const char* message = error == NULL ? "" : corten_error_message(error);
  if (code != wanted || strstr(message, part) == NULL) {
    printf("%s: code %d, \"%s\"; should be %d with \"%s\"\n", what, (int)code, message, (int)wanted, part);
    ++failures;
  }
  corten_error_free(error);
}

#define EXPECT(code, part, call)      \
  do {                                \
    corten_error* error = NULL;       \
    (void)(call);                     \
    expect(#call, code, part, error); \
  } while (0)

static corten_create_options bundle(const char* path, const char* config) {
  corten_create_options options = {.size = sizeof options, .bundle = path, .config = config};
  return options;
}

static void wrong_arguments(const corten_runtime* runtime, const char* path) {
  corten_create_options options = bundle(path, NULL);
  corten_create_options relative = bundle("bundle", NULL);
  corten_create_options newer[2] = {bundle(path, NULL), {.size = 1}};
  newer[0].size = sizeof newer;
  corten_runtime_options no_size = {.root = "/run/x"};
  corten_runtime_options no_root = {.size = sizeof no_root, .root = "x"};
  corten_hooks no_hooks = {.data = NULL};
  corten_create_options hooks = bundle(path, NULL);
  hooks.hooks = &no_hooks;
  EXPECT(CORTEN_INVALID_ARGUMENT, "size", corten_runtime_new(&no_size, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "absolute", corten_runtime_new(&no_root, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "runtime is NULL", corten_runtime_list(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "id is NULL", corten_container_load(runtime, NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "options is NULL", corten_container_create(runtime, "a", NULL, NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "invalid container ID format",
         corten_container_create(runtime, "a/b", &options, NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "no absolute path", corten_container_create(runtime, "a", &relative, NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "newer version", corten_container_create(runtime, "a", newer, NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "corten_hooks: size", corten_container_create(runtime, "a", &hooks, NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "watch is NULL", corten_watch_wait(NULL, 1, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "watch is NULL", corten_watch_fd(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "images is NULL", corten_container_restore(runtime, "a", &options, NULL, NULL, &error));
  EXPECT(CORTEN_NOT_FOUND, "does not exist", corten_container_load(runtime, "nobody", &error));
}

/* Each call with no handle at all. */
static void no_handles(void) {
  int status = 0;
  size_t count = 0;
  corten_exec_options exec = {.size = sizeof exec};
  corten_checkpoint_options images = {.size = sizeof images};
  EXPECT(CORTEN_INVALID_ARGUMENT, "runtime is NULL", corten_container_load(NULL, "a", &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "runtime is NULL", corten_container_create(NULL, "a", NULL, NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "runtime is NULL", corten_container_run(NULL, "a", NULL, NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_start(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_exec(NULL, &exec, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_status(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_state(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_statistics(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_usage(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_processes(NULL, NULL, 0, &count, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_signal(NULL, SIGTERM, 0, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_pause(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_resume(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_update(NULL, "{}", &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_destroy(NULL, 0, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_checkpoint(NULL, &images, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_watch(NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "container is NULL", corten_container_watch_for(NULL, NULL, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "process is NULL", corten_process_wait(NULL, &status, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "process is NULL", corten_process_signal(NULL, SIGTERM, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "process is NULL", corten_process_pidfd(NULL, &error));
  if (corten_container_id(NULL) != NULL || corten_process_pid(NULL) != -1 || corten_process_terminal(NULL) != -1) {
    expect("what a NULL handle says", CORTEN_OK, "nothing", NULL);
  }
  corten_runtime_free(NULL);
  corten_container_free(NULL);
  corten_process_free(NULL);
  corten_watch_free(NULL);
  corten_error_free(NULL);
  corten_text_free(NULL);
}

static void wrong_configurations(const corten_runtime* runtime, const char* path) {
  corten_create_options broken = bundle(path, "{");
  corten_create_options no_root =
      bundle(path, "{\"ociVersion\":\"1.3.0\",\"process\":{\"args\":[\"x\"],\"cwd\":\"/\"}}");
  corten_create_options wrong_type = bundle(path, "{\"mounts\":[{\"destination\":7}]}");
  EXPECT(CORTEN_INVALID_CONFIG, "line 1", corten_container_create(runtime, "a", &broken, NULL, &error));
  EXPECT(CORTEN_INVALID_CONFIG, "root", corten_container_create(runtime, "a", &no_root, NULL, &error));
  EXPECT(CORTEN_INVALID_CONFIG, "mounts[0].destination",
         corten_container_create(runtime, "a", &wrong_type, NULL, &error));
  EXPECT(CORTEN_NOT_FOUND, "does not exist", corten_container_load(runtime, "a", &error));
}

static void out_of_turn(const corten_runtime* runtime, const char* path) {
  const char* echo = "{\"args\":[\"/bin/true\"],\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0}}";
  corten_create_options options = bundle(path, NULL);
  corten_exec_options more = {.size = sizeof more, .process = echo};
  corten_error* error = NULL;
  corten_process* process = NULL;
  corten_container* container = corten_container_create(runtime, "turns", &options, &process, &error);
  if (container == NULL) {
    expect("create", CORTEN_OK, "", error);
    return;
  }
  EXPECT(CORTEN_EXISTS, "already exists", corten_container_create(runtime, "turns", &options, NULL, &error));
  EXPECT(CORTEN_OK, "", corten_container_start(container, &error));
  EXPECT(CORTEN_RUNNING, "already running", corten_container_start(container, &error));
  EXPECT(CORTEN_RUNNING, "not stopped", corten_container_destroy(container, 0, &error));
  EXPECT(CORTEN_NOT_PAUSED, "not paused", corten_container_resume(container, &error));
  EXPECT(CORTEN_INVALID_CONFIG, "memory", corten_container_update(container, "{\"memory\":7}", &error));
  EXPECT(CORTEN_OK, "", corten_container_pause(container, &error));
  EXPECT(CORTEN_PAUSED, "paused", corten_container_exec(container, &more, &error));
  EXPECT(CORTEN_NOT_RUNNING, "not running", corten_container_pause(container, &error));
  EXPECT(CORTEN_OK, "", corten_container_resume(container, &error));
  EXPECT(CORTEN_SYSTEM, "invalid argument", corten_process_signal(process, 4711, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "options->process is NULL", corten_container_exec(container, &(corten_exec_options){.size = sizeof more}, &error));
  EXPECT(CORTEN_INVALID_CONFIG, "args", corten_container_exec(container, &(corten_exec_options){.size = sizeof more, .process = "{\"cwd\":\"/\"}"}, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "resources is NULL", corten_container_update(container, NULL, &error));
  corten_checkpoint_options here = {.size = sizeof here, .images = "images"};
  EXPECT(CORTEN_INVALID_ARGUMENT, "no absolute path", corten_container_checkpoint(container, &here, &error));
  here.images = NULL;
  EXPECT(CORTEN_INVALID_ARGUMENT, "no absolute path", corten_container_checkpoint(container, &here, &error));
  corten_watch *watch = corten_container_watch(container, NULL);
  if (corten_watch_wait(watch, 1, NULL) != CORTEN_EVENT_NONE) expect("watch", CORTEN_OK, "nothing", NULL);
  EXPECT(CORTEN_OK, "", corten_process_signal(process, SIGKILL, &error));
  if (corten_watch_wait(watch, 10000, NULL) != CORTEN_EVENT_STOPPED) expect("watch", CORTEN_OK, "stopped", NULL);
  corten_watch_free(watch);
  int status = 0;
  EXPECT(CORTEN_OK, "", corten_process_wait(process, &status, &error));
  EXPECT(CORTEN_INVALID_ARGUMENT, "waited for already", corten_process_wait(process, &status, &error));
  EXPECT(CORTEN_STOPPED, "stopped", corten_container_start(container, &error));
  EXPECT(CORTEN_STOPPED, "stopped", corten_container_exec(container, &more, &error));
  EXPECT(CORTEN_NOT_RUNNING, "not running", corten_container_pause(container, &error));
  EXPECT(CORTEN_NOT_RUNNING, "not running", corten_container_signal(container, SIGTERM, 0, &error));
  EXPECT(CORTEN_NOT_RUNNING, "not running", corten_container_update(container, "{}", &error));
  if (corten_container_status(container, NULL) != CORTEN_STATUS_STOPPED) expect("status", CORTEN_OK, "stopped", NULL);
  EXPECT(CORTEN_OK, "", corten_container_destroy(container, 0, &error));
  EXPECT(CORTEN_NOT_FOUND, "does not exist", corten_container_destroy(container, 0, &error));
  corten_process_free(process);
  corten_container_free(container);
}

static void no_descriptors(const corten_runtime* runtime, const char* path) {
  corten_create_options options = bundle(path, NULL);
  const struct rlimit few = {.rlim_cur = 5, .rlim_max = 4096};
  const struct rlimit many = {.rlim_cur = 1024, .rlim_max = 4096};
  setrlimit(RLIMIT_NOFILE, &few);
  EXPECT(CORTEN_NO_DESCRIPTORS, "too many open files", corten_container_create(runtime, "few", &options, NULL, &error));
  setrlimit(RLIMIT_NOFILE, &many);
  EXPECT(CORTEN_NOT_FOUND, "does not exist", corten_container_load(runtime, "few", &error));
}

/* With no more memory to be had: in a child, for a limit below what a process has cannot be lifted again. */
static void no_memory(const corten_runtime* runtime, const char* path) {
  enum { size = 64 << 20 };
  char* config = malloc(size + 1);
  memset(config, ' ', size); /* white space, and much of it */
  memcpy(config, "{", 1);
  memcpy(config + size - 1, "}", 2);
  corten_create_options options = bundle(path, config);
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    failures = 0;
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_AS, &none);
    EXPECT(CORTEN_NO_MEMORY, "out of memory", corten_json_read(config, &error));
    EXPECT(CORTEN_NO_MEMORY, "out of memory", corten_config_read(config, &error));
    EXPECT(CORTEN_NO_MEMORY, "out of memory", corten_container_create(runtime, "heavy", &options, NULL, &error));
    fflush(stdout);
    _exit(failures == 0 ? 0 : 1);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child || status != 0) expect("no memory", CORTEN_OK, "nothing but errors", NULL);
  EXPECT(CORTEN_NOT_FOUND, "does not exist", corten_container_load(runtime, "heavy", &error));
  free(config);
  if (corten_error_code(NULL) != CORTEN_NO_MEMORY || strcmp(corten_error_message(NULL), "out of memory") != 0) {
    expect("an error that could not be made", CORTEN_OK, "speaks of memory", NULL);
  }
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const corten_runtime_options where = {.size = sizeof where, .root = argv[2]};
  corten_runtime* runtime = corten_runtime_new(&where, NULL);
  wrong_arguments(runtime, argv[1]);
  no_handles();
  wrong_configurations(runtime, argv[1]);
  out_of_turn(runtime, argv[1]);
  no_descriptors(runtime, argv[1]);
  no_memory(runtime, argv[1]);
  corten_runtime_free(runtime);
  return failures == 0 ? 0 : 1;
}
