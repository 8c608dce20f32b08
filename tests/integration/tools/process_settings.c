// SPDX-License-Identifier: Apache-2.0
// Sets what its arguments say on itself, starts a child, and both write their settings to /settings.parent and
// /settings.child, whenever such a file is not there (CRIU cannot restore one that is being renamed): a line each for affinity, io (I/O priority), memory (policy), slack (of timers),
// filter (of core dumps), keyring (its description), scheduler (policy, flags, nice value), clamp (least utilization).
//
//   process_settings [affinity=CPU] [io=NUMBER] [memory=MODE] [slack=NANOSECONDS] [filter=HEX] [clamp=NUMBER] [key=NAME]
//                    [watch=PID] [name=PREFIX] [reset] [vfork]
//
// `key` adds a key to the session keyring, `watch` keeps a pidfd of that process open, `name` is for /PREFIX.parent, `reset`
// has the child take back CPU affinity and I/O priority, and `vfork` has the parent wait in vfork(2) for a child that only sleeps.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct scheduler {
  unsigned size, policy;
  unsigned long long flags;
  int nice;
  unsigned priority;
  unsigned long long runtime, deadline, period;
  unsigned least, most;
};

static const char *prefix = "settings";
static int resets;

static const char *value_of(const char *argument, const char *name) {
  const size_t length = strlen(name);
  return strncmp(argument, name, length) == 0 && argument[length] == '=' ? argument + length + 1 : NULL;
}

static int write_text(const char *path, const char *text) {
  const int fd = open(path, O_WRONLY);
  return fd >= 0 && write(fd, text, strlen(text)) >= 0 ? close(fd) : -1;
}

static int set(const char *argument) {
  const char *value;
  if ((value = value_of(argument, "affinity"))) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(atoi(value), &cpus);
    return sched_setaffinity(0, sizeof cpus, &cpus);
  }
  if ((value = value_of(argument, "io"))) return syscall(SYS_ioprio_set, 1, 0, atoi(value));
  if ((value = value_of(argument, "memory"))) {
    unsigned long nodes = 1;
    return syscall(SYS_set_mempolicy, atoi(value), atoi(value) ? &nodes : NULL, atoi(value) ? 64 : 0);
  }
  if ((value = value_of(argument, "slack"))) return prctl(PR_SET_TIMERSLACK, atol(value));
  if ((value = value_of(argument, "filter"))) return write_text("/proc/self/coredump_filter", value);
  if ((value = value_of(argument, "key"))) {
    return syscall(SYS_add_key, "user", value, "secret", 6, KEY_SPEC_SESSION_KEYRING) < 0 ? -1 : 0;
  }
  if ((value = value_of(argument, "clamp"))) {
    struct scheduler wanted = {.size = sizeof wanted, .flags = 0x38, .least = atoi(value)};  // KEEP_ALL, UTIL_CLAMP_MIN
    return syscall(SYS_sched_setattr, 0, &wanted, 0);
  }
  if ((value = value_of(argument, "name"))) {
    prefix = value;
    return 0;
  }
  if (strcmp(argument, "reset") == 0) {
    resets = 1;
    return 0;
  }
  if ((value = value_of(argument, "watch"))) return syscall(SYS_pidfd_open, atoi(value), 0) < 0 ? -1 : 0;
  if (strcmp(argument, "vfork") == 0) {
    if (vfork() == 0) {
      syscall(SYS_pause);
      _exit(0);
    }
    return 0;
  }
  return -1;
}

static void print(const char *name) {
  char path[64], new_path[72], keyring[256] = "none", filter[32] = "";
  struct scheduler now = {0};
  unsigned long cpus[16] = {0};
  int mode = -1;
  snprintf(path, sizeof path, "/%s.%s", prefix, name);
  snprintf(new_path, sizeof new_path, "%s.new", path);
  if (access(path, F_OK) == 0) return;
  FILE *file = fopen(new_path, "w");
  if (!file) return;
  syscall(SYS_sched_getaffinity, 0, sizeof cpus, cpus);
  syscall(SYS_get_mempolicy, &mode, NULL, 0, NULL, 0);
  const long length = syscall(SYS_keyctl, KEYCTL_DESCRIBE, KEY_SPEC_SESSION_KEYRING, keyring, sizeof keyring - 1);
  if (length < 0) strcpy(keyring, "none");
  const int fd = open("/proc/self/coredump_filter", O_RDONLY);
  if (fd >= 0) {
    const long size = read(fd, filter, sizeof filter - 1);
    filter[size > 0 ? size - 1 : 0] = 0;
    close(fd);
  }
  syscall(SYS_sched_getattr, 0, &now, sizeof now, 0);
  fprintf(file, "affinity %lx\nio %ld\nmemory %d\nslack %d\nfilter %s\nkeyring %s\nscheduler %u %llu %d\nclamp %u\n", cpus[0],
          syscall(SYS_ioprio_get, 1, 0), mode, prctl(PR_GET_TIMERSLACK), filter, keyring, now.policy, now.flags, now.nice,
          now.least);
  fclose(file);
  rename(new_path, path);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    if (set(argv[i]) != 0) {
      perror(argv[i]);
      return 1;
    }
  }
  const char *name = fork() == 0 ? "child" : "parent";
  if (resets && strcmp(name, "child") == 0) {
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    sched_setaffinity(0, sizeof all, &all);
    syscall(SYS_ioprio_set, 1, 0, 0);
  }
  for (;;) {
    print(name);
    usleep(100000);
  }
}
