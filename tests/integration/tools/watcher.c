// SPDX-License-Identifier: Apache-2.0
// Looks, from inside a container, for anything of the host at the processes that /proc shows: their descriptors, roots,
// working directories, executables, memory and capabilities. It only lists, asks, and opens for reading.
//
//   watcher [-c] MARKER [NAMESPACE…]
//
// MARKER is the path of a file on the host: a directory from which it can be reached leads out of the container.
// NAMESPACE is one of the host's as readlink(2) names it ("mnt:[4026531841]"). With -c nothing at all of a process of the
// runtime may be open to the watcher: it is in a user namespace. SIGTERM ends it; it prints "rounds N runtime N" (how often
// it looked around, and at a process of the runtime), and a line "host N WHAT" for each kind of thing that it saw.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { most_kinds = 64, text_size = 512, standard_streams = 3 };

static struct {
  char what[text_size];
  long count;
} seen[most_kinds];
static volatile sig_atomic_t over;
static char marker[4096];
static char** host_namespaces;
static int closed;  // -c
static long runtime_looks;

static void end(int signal) {
  (void)signal;
  over = 1;
}

static void saw(const char* kind, const char* what) {
  char text[text_size];
  size_t used = 0;
  for (const char *pieces[] = {kind, " ", what, NULL}, **piece = pieces; *piece != NULL; ++piece) {
    for (const char* c = *piece; *c != '\0' && used + 1 < sizeof text; ++c) {
      if (*c >= '0' && *c <= '9' && used > 0 && text[used - 1] == '0') continue;
      text[used++] = (char)(*c >= '0' && *c <= '9' ? '0' : *c);  // numbers differ each time
    }
  }
  text[used] = '\0';
  for (int i = 0; i < most_kinds; ++i) {
    if (seen[i].count == 0) memcpy(seen[i].what, text, sizeof text);
    if (strcmp(seen[i].what, text) != 0) continue;
    ++seen[i].count;
    return;
  }
}

static int leads_out(int directory, const char* name) {
  char path[sizeof marker + 256];
  struct stat status;
  snprintf(path, sizeof path, "%s/../../../../../../../../../../../../../../../../..%s", name, marker);
  return fstatat(directory, path, &status, 0) == 0;
}

static const char* link_text(int directory, const char* name) {
  static char text[4096];
  const ssize_t size = readlinkat(directory, name, text, sizeof text - 1);
  text[size < 0 ? 0 : size] = '\0';
  return text;
}

static int is_runtime(int process) {
  char line[64] = "";
  const int fd = openat(process, "cmdline", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  const ssize_t size = read(fd, line, sizeof line - 1);
  close(fd);
  if (size <= 0) return 0;
  for (ssize_t i = 0; i < size; ++i) line[i] = line[i] == '\0' ? ' ' : line[i];
  return strstr(line, "corten") != NULL || strstr(line, "runc") != NULL || strstr(line, "crun") != NULL;
}

/// Whether a file is where its path says, below the root of the process that has it open.
static int is_below_root(int process, const char* path, const struct stat* file) {
  char inside[4200];
  struct stat status;
  snprintf(inside, sizeof inside, "root%s", path);
  return fstatat(process, inside, &status, 0) == 0 && status.st_dev == file->st_dev && status.st_ino == file->st_ino;
}

static void look_at_descriptor(int process, int fds, const char* name) {
  struct stat status;
  const char* text = link_text(fds, name);
  if (*text == '\0' || strncmp(text, "socket:", 7) == 0 || strncmp(text, "pipe:", 5) == 0) return;
  for (char** host = host_namespaces; *host != NULL; ++host) {
    if (strcmp(text, *host) == 0) saw("namespace", text);
  }
  if (fstatat(fds, name, &status, 0) != 0) return;
  if (S_ISDIR(status.st_mode) ? leads_out(fds, name) : S_ISREG(status.st_mode)) {
    if (*text == '/' && strncmp(text, "/memfd:", 7) != 0 &&
        (S_ISDIR(status.st_mode) || !is_below_root(process, text, &status)))
      saw("descriptor", text);
  }
}

static void look_at_descriptors(int process) {
  const int fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const fds = fd < 0 ? NULL : fdopendir(fd);
  if (fds == NULL) return;
  for (struct dirent* entry; (entry = readdir(fds)) != NULL;) {
    if (entry->d_name[0] != '.' && atoi(entry->d_name) >= standard_streams)
      look_at_descriptor(process, fd, entry->d_name);
  }
  closedir(fds);
}

/// What the container was not given: the right to load modules stands for all of it.
static void look_at_capabilities(int process) {
  enum { sys_module = 16 };
  char text[4096] = "";
  const int fd = openat(process, "status", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  const ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  const char* const set = size > 0 ? strstr(text, "CapPrm:") : NULL;
  if (set != NULL && (strtoull(set + 7, NULL, 16) >> sys_module & 1) != 0) saw("capability", "CAP_SYS_MODULE");
}

/// The runtime's executable may be seen, but not through a mount that can be written to.
static void look_at_executable(int process) {
  struct statvfs filesystem;
  const char* const text = link_text(process, "exe");
  if (*text == '\0' || strncmp(text, "/memfd:", 7) == 0) return;
  const int fd = openat(process, "exe", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (fstatvfs(fd, &filesystem) == 0 && (filesystem.f_flag & ST_RDONLY) == 0 && is_runtime(process)) saw("exe", text);
  close(fd);
}

static void look_at_closed(int process, const char* name, int flags) {
  const int fd = openat(process, name, flags | O_CLOEXEC);
  if (fd < 0) return;
  close(fd);
  if (is_runtime(process)) saw("open", name);  // still: it has not become the container's process meanwhile
}

static void look_at(int proc, const char* name) {
  const int process = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (process < 0) return;
  const int runtime = is_runtime(process);
  runtime_looks += runtime;
  look_at_descriptors(process);
  if (leads_out(process, "root")) saw("root", link_text(process, "root"));
  if (leads_out(process, "cwd")) saw("cwd", link_text(process, "cwd"));
  if (runtime) look_at_executable(process);
  if (runtime && !closed) look_at_capabilities(process);  // else nobody can make use of them
  if (runtime && closed) {
    look_at_closed(process, "fd", O_RDONLY | O_DIRECTORY);
    look_at_closed(process, "root", O_PATH);
    look_at_closed(process, "cwd", O_PATH);
    look_at_closed(process, "exe", O_PATH);
    look_at_closed(process, "maps", O_RDONLY);
    look_at_closed(process, "mem", O_RDONLY);
    look_at_closed(process, "environ", O_RDONLY);
    look_at_closed(process, "ns/mnt", O_RDONLY);
  }
  close(process);
}

int main(int argc, char** argv) {
  int first = 1;
  if (argc > first && strcmp(argv[first], "-c") == 0) closed = first++;
  if (argc <= first) return 2;
  snprintf(marker, sizeof marker, "%s", argv[first]);
  host_namespaces = argv + first + 1;
  signal(SIGTERM, end);
  const int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const processes = fdopendir(proc);
  if (processes == NULL) return 1;
  char self[32];
  snprintf(self, sizeof self, "%d", (int)getpid());
  long rounds = 0;
  printf("ready\n");
  fflush(stdout);
  while (!over) {
    rewinddir(processes);
    for (struct dirent* entry; (entry = readdir(processes)) != NULL;) {
      const char c = entry->d_name[0];
      if (c >= '1' && c <= '9' && strcmp(entry->d_name, self) != 0) look_at(proc, entry->d_name);
    }
    ++rounds;
  }
  printf("rounds %ld runtime %ld\n", rounds, runtime_looks);
  for (int i = 0; i < most_kinds && seen[i].count != 0; ++i) printf("host %ld %s\n", seen[i].count, seen[i].what);
  return 0;
}
