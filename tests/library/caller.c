/* SPDX-License-Identifier: Apache-2.0 */
/* What a process has that makes containers, before and after: it must be the same. Usage: caller BUNDLE STATE-DIRECTORY */
#define _GNU_SOURCE
#include <corten.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { text_size = 16384 };

extern char** environ;

static size_t add(char* text, size_t at, const char* format, long a, long b) {
  const int size = snprintf(text + at, text_size - at, format, a, b);
  return at + (size_t)size;
}

/* All of it as a text. */
static void describe(char* text) {
  size_t at = 0;
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  for (int number = 1; number < 32; ++number) {
    struct sigaction action;
    sigaction(number, NULL, &action);
    at = add(text, at, "signal %ld: ", number, 0);
    at = add(text, at, "blocked %ld, handler %ld\n", sigismember(&mask, number), (long)action.sa_handler);
  }
  for (int fd = 0; fd < 64; ++fd) {
    const int flags = fcntl(fd, F_GETFD);
    if (flags >= 0) at = add(text, at, "descriptor %ld: %ld\n", fd, flags);
  }
  const mode_t mode = umask(0);
  umask(mode);
  char directory[4096] = "";
  if (getcwd(directory, sizeof directory) == NULL) directory[0] = '\0';
  int subreaper = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
  at = add(text, at, "umask %lo, dumpable %ld\n", mode, prctl(PR_GET_DUMPABLE));
  at = add(text, at, "subreaper %ld\n", subreaper, 0);
  at += (size_t)snprintf(text + at, text_size - at, "in %s, locale %s\n", directory, setlocale(LC_ALL, NULL));
  for (char** variable = environ; *variable != NULL; ++variable) {
    at += (size_t)snprintf(text + at, text_size - at, "%s\n", *variable);
  }
}

static void handler(int number) { (void)number; }

static int fail(corten_error* error) {
  printf("%s\n", corten_error_message(error));
  return 1;
}

static int make_and_destroy(const char* path, const char* state) {
  corten_error* error = NULL;
  const corten_runtime_options where = {.size = sizeof where, .root = state};
  const corten_create_options what = {.size = sizeof what, .bundle = path};
  const char* list = "{\"args\":[\"/bin/ls\",\"/proc/self/fd\"],\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0}}";
  const corten_exec_options more = {.size = sizeof more, .process = list};
  corten_process* process = NULL;
  int status = 0;
  corten_runtime* runtime = corten_runtime_new(&where, &error);
  corten_container* container = corten_container_run(runtime, "caller", &what, &process, &error);
  if (container == NULL) return fail(error);
  corten_process* second = corten_container_exec(container, &more, &error);
  if (second == NULL || corten_process_wait(second, &status, &error) != CORTEN_OK) return fail(error);
  if (corten_process_pidfd(process, &error) < 0) return fail(error);
  if (corten_container_destroy(container, 1, &error) != CORTEN_OK) return fail(error);
  if (corten_process_wait(process, &status, &error) != CORTEN_OK) return fail(error);
  corten_process_free(second);
  corten_process_free(process);
  corten_container_free(container);
  corten_runtime_free(runtime);
  return 0;
}

int main(int argc, char** argv) {
  static char before[text_size];
  static char after[text_size];
  if (argc != 3) return 2;
  sigset_t some;
  sigemptyset(&some);
  sigaddset(&some, SIGUSR2);
  sigprocmask(SIG_BLOCK, &some, NULL);
  signal(SIGCHLD, handler);
  signal(SIGPIPE, SIG_DFL);
  umask(027);
  const int kept =
      open("/dev/null", O_RDONLY); /* not close-on-exec: it must stay so, and must not get into a container */
  const pid_t child = fork();
  if (child == 0) _exit(42);
  describe(before);
  const int result = make_and_destroy(argv[1], argv[2]);
  describe(after);
  if (strcmp(before, after) != 0) {
    printf("before:\n%s\nafter:\n%s\n", before, after);
    return 1;
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child || WEXITSTATUS(status) != 42) {
    printf("the program's own child was waited for\n");
    return 1;
  }
  close(kept);
  return result;
}
