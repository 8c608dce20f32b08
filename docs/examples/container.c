/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a bundle, and one more process in it, by the C interface. Usage: container BUNDLE STATE-DIRECTORY */
#include <corten.h>
#include <stdio.h>

static int fail(corten_error* error) {
  fprintf(stderr, "%s\n", corten_error_message(error));
  corten_error_free(error);
  return 1;
}

int main(int argc, char** argv) {
  corten_error* error = NULL;
  corten_process* process = NULL;
  int status = 0;
  if (argc != 3) return 2;

  const corten_runtime_options where = {.size = sizeof where, .root = argv[2]};
  corten_runtime* runtime = corten_runtime_new(&where, &error);
  if (runtime == NULL) return fail(error);

  const corten_create_options what = {.size = sizeof what, .bundle = argv[1]};
  corten_container* container = corten_container_run(runtime, "c-example", &what, &process, &error);
  if (container == NULL) return fail(error);

  const char* echo = "{\"args\":[\"/bin/echo\",\"hello from C\"],\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0}}";
  const corten_exec_options more = {.size = sizeof more, .process = echo};
  corten_process* second = corten_container_exec(container, &more, &error);
  if (second == NULL || corten_process_wait(second, &status, &error) != CORTEN_OK) return fail(error);
  printf("exec ended with status %d\n", status);
  corten_process_free(second);

  char* statistics = corten_container_statistics(container, &error);
  if (statistics == NULL) return fail(error);
  printf("%s\n", statistics);
  corten_text_free(statistics);

  if (corten_process_signal(process, 9, &error) != CORTEN_OK) return fail(error);
  if (corten_process_wait(process, &status, &error) != CORTEN_OK) return fail(error);
  printf("ended with status %d\n", status);
  if (corten_container_destroy(container, 0, &error) != CORTEN_OK) return fail(error);

  corten_process_free(process);
  corten_container_free(container);
  corten_runtime_free(runtime);
  return 0;
}
