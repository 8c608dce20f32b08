/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line asks of the library, by a program that is its own init. Usage: options BUNDLE STATE-DIRECTORY; below the
   state directory there is "broken", whose state cannot be read, and in the bundle process.json. The bundle's process ends on SIGTERM. */
#include <corten.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static corten_error* error = NULL;

#define CHECK(what)                                                                                    \
  do {                                                                                                 \
    if (what) break;                                                                                   \
    printf("%d: %s: %s\n", __LINE__, #what, error == NULL ? "no error" : corten_error_message(error)); \
    exit(1);                                                                                           \
  } while (0)

/* A call that must fail. */
#define REFUSED(code, part, call)                                                                                      \
  do {                                                                                                                 \
    (void)(call);                                                                                                      \
    CHECK(error != NULL && corten_error_code(error) == (code) && strstr(corten_error_message(error), (part)) != NULL); \
    corten_error_free(error);                                                                                          \
    error = NULL;                                                                                                      \
  } while (0)

static void of_the_host(void) {
  char* build = corten_build(&error);
  CHECK(build != NULL && strstr(build, "commit: ") == build && strstr(build, "\nspec: 1.") != NULL);
  CHECK(strstr(build, "\nlibseccomp: ") != NULL);
  corten_text_free(build);
  printf("in a user namespace: %d\n", corten_in_user_namespace(&error));
  CHECK(error == NULL);
  CHECK(corten_signal_number("sigKILL", &error) == SIGKILL);
  CHECK(corten_signal_number("15", &error) == SIGTERM);
  CHECK(corten_signal_number("RTMIN+1", &error) == SIGRTMIN + 1);
  REFUSED(CORTEN_INVALID_ARGUMENT, "unknown signal \"nothing\"", corten_signal_number("nothing", &error));
  REFUSED(CORTEN_INVALID_ARGUMENT, "name is NULL", corten_signal_number(NULL, &error));
}

static void wrong_options(const char* root) {
  corten_runtime_options where = {.size = sizeof where, .root = root, .rootless = 3};
  REFUSED(CORTEN_INVALID_ARGUMENT, "none of corten_rootless", corten_runtime_new(&where, &error));
  where.rootless = CORTEN_ROOTLESS_AUTOMATIC;
  where.cgroups = 3;
  REFUSED(CORTEN_INVALID_ARGUMENT, "none of corten_cgroups", corten_runtime_new(&where, &error));
}

static void count(void* data, const corten_found* one) {
  ++*(int*)data;
  printf("found %s, status %d, pid %d, bundle %s, owner %s\n", one->id, (int)one->status, (int)one->pid, one->bundle,
         one->owner);
}

static void exec(const corten_runtime* runtime, const corten_exec_options* options, int wanted) {
  int status = -1;
  fflush(stdout);
  corten_process* process = corten_runtime_exec(runtime, "options", options, &error);
  CHECK(process != NULL);
  CHECK(corten_process_ready_fd(process) == -1);
  CHECK(corten_process_pass_ready(process, 1, &error) == CORTEN_OK);
  CHECK(corten_process_wait(process, &status, &error) == CORTEN_OK && status == wanted);
  corten_process_free(process);
}

static void processes(const corten_runtime* runtime, const char* document) {
  const char* args[] = {"/bin/sh", "-c", "echo \"$ADDED $(id -u) $(id -g) $(id -G) $PWD\"; exit 3", NULL};
  const char* env[] = {"ADDED=yes", NULL};
  const char* capabilities[] = {"CAP_CHOWN", NULL};
  const char* cgroups[] = {"/", NULL};
  const gid_t groups[] = {7, 8};
  const int yes = 1;
  corten_process_changes changes = {.size = sizeof changes,
                                    .args = args,
                                    .cwd = "/tmp",
                                    .env = env,
                                    .user = "5:6",
                                    .groups = groups,
                                    .group_count = 2,
                                    .no_new_privileges = &yes,
                                    .capabilities = capabilities};
  corten_exec_options options = {.size = sizeof options, .changes = &changes, .cgroups = cgroups};
  exec(runtime, &options, 3);
  changes.user = "root";
  REFUSED(CORTEN_INVALID_ARGUMENT, "bad uid", corten_runtime_exec(runtime, "options", &options, &error));
  changes.args = NULL;
  REFUSED(CORTEN_INVALID_ARGUMENT, "args cannot be empty", corten_runtime_exec(runtime, "options", &options, &error));
  REFUSED(CORTEN_NOT_FOUND, "does not exist", corten_runtime_exec(runtime, "nobody", &options, &error));
  options.process_file = document;
  exec(runtime, &options, 0);
  options.process_file = "/nothing";
  REFUSED(CORTEN_INVALID_CONFIG, "open /nothing", corten_runtime_exec(runtime, "options", &options, &error));
}

static void pid_in(const char* file, pid_t wanted) {
  char text[32] = "";
  FILE* in = fopen(file, "r");
  CHECK(in != NULL && fgets(text, sizeof text, in) != NULL && atoi(text) == (int)wanted && strchr(text, '\n') == NULL);
  fclose(in);
}

int main(int argc, char** argv) {
  corten_become_init(argc, argv);
  if (argc != 3) return 2;
  char document[4096];
  char pid_file[4096];
  int found = 0;
  int status = 0;
  snprintf(document, sizeof document, "%s/process.json", argv[1]);
  snprintf(pid_file, sizeof pid_file, "%s/pid", argv[1]);
  of_the_host();
  wrong_options(argv[2]);
  REFUSED(CORTEN_SYSTEM, "open /nowhere/trace", corten_set_trace("/nowhere/trace", &error));
  CHECK(corten_set_trace("trace", &error) == CORTEN_OK);

  const corten_runtime_options where = {
      .size = sizeof where, .root = argv[2], .init = "/proc/self/exe", .rootless = CORTEN_ROOTLESS_NO};
  corten_runtime* runtime = corten_runtime_new(&where, &error);
  CHECK(runtime != NULL);
  CHECK(corten_runtime_clear(runtime, "broken", &error) == CORTEN_OK);
  CHECK(corten_runtime_clear(runtime, "nobody", &error) == CORTEN_OK);

  const corten_stdio stdio = {.size = sizeof stdio, .pid_file = pid_file, .detach = 1};
  const corten_create_options what = {.size = sizeof what, .bundle = argv[1], .stdio = &stdio};
  corten_process* process = NULL;
  corten_container* container = corten_container_create(runtime, "options", &what, &process, &error);
  CHECK(container != NULL);
  pid_in(pid_file, corten_process_pid(process));
  CHECK(corten_runtime_find(runtime, count, &found, &error) == CORTEN_OK && found == 1);
  REFUSED(CORTEN_EXISTS, "already exists", corten_runtime_clear(runtime, "options", &error));
  REFUSED(CORTEN_INVALID_ARGUMENT, "function is NULL", corten_runtime_find(runtime, NULL, NULL, &error));
  CHECK(corten_container_start(container, &error) == CORTEN_OK);
  corten_trace_phase("the program's own");
  processes(runtime, document);
  corten_trace_phase(NULL);
  CHECK(corten_container_update_rdt(container, "{}", NULL, NULL, &error) == CORTEN_OK);

  CHECK(corten_process_signal(process, SIGTERM, &error) == CORTEN_OK);
  CHECK(corten_process_wait(process, &status, &error) == CORTEN_OK && status == 0);
  CHECK(corten_container_destroy_ended(container, &error) == CORTEN_OK);
  CHECK(corten_container_destroy_ended(container, &error) == CORTEN_OK);
  CHECK(corten_runtime_find(runtime, count, &found, &error) == CORTEN_OK && found == 1);
  corten_process_free(process);
  corten_container_free(container);
  corten_runtime_free(runtime);
  return 0;
}
