/* SPDX-License-Identifier: Apache-2.0 */
/* A container that is ready while nobody can be told of it. Usage: readiness BUNDLE STATE-DIRECTORY; the bundle's process says READY=1
   and lives on. */
#include <corten.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;

static void expect(const char* what, corten_code wanted, const char* part, corten_error* error) {
  const char* message = error == NULL ? "no error" : corten_error_message(error);
  if (error == NULL || corten_error_code(error) != wanted || strstr(message, part) == NULL) {
    printf("%s: %s\n", what, message);
    ++failures;
  }
  corten_error_free(error);
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const corten_runtime_options where = {.size = sizeof where, .root = argv[2], .notify_socket = "/nobody/listens"};
  const corten_create_options what = {.size = sizeof what, .bundle = argv[1]};
  corten_runtime* runtime = corten_runtime_new(&where, NULL);
  corten_process* process = NULL;
  corten_error* error = NULL;
  if (corten_container_run(runtime, "ready", &what, &process, &error) != NULL || process != NULL) ++failures;
  expect("run", CORTEN_SYSTEM, "NOTIFY_SOCKET /nobody/listens", error);
  error = NULL;
  if (corten_container_load(runtime, "ready", &error) != NULL) ++failures;
  expect("load", CORTEN_NOT_FOUND, "does not exist", error);
  corten_runtime_free(runtime);
  return failures == 0 ? 0 : 1;
}
