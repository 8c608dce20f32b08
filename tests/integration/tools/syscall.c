// SPDX-License-Identifier: Apache-2.0
// syscall NAME|NUMBER [ARGUMENT...]   makes a system call and prints "ok" or "errno N"
// syscall i386 NUMBER [ARGUMENT...]   the same by the 32-bit entry of x86_64, whose architecture is i386
// syscall x32 NUMBER [ARGUMENT...]    the same with the x32 bit in the number
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct name {
  const char* name;
  long number;
};

static const struct name names[] = {
    {"accept4", SYS_accept4},
    {"getppid", SYS_getppid},
    {"openat2", 437},
    {"personality", SYS_personality},
    {"recvmsg", SYS_recvmsg},
    {"sendmsg", SYS_sendmsg},
    {"sethostname", SYS_sethostname},
    {"setpriority", SYS_setpriority},
    {"socket", SYS_socket},
    {"sync", SYS_sync},
    {"umask", SYS_umask},
};

static long number_of(const char* text) {
  for (unsigned i = 0; i < sizeof names / sizeof *names; ++i) {
    if (strcmp(names[i].name, text) == 0) return names[i].number;
  }
  char* end = NULL;
  const long number = strtol(text, &end, 0);
  if (end != text && *end == '\0') return number;
  fprintf(stderr, "syscall: %s is no name that I know\n", text);
  exit(2);
}

static void report(long result) {
  if (result >= -4095 && result < 0) {
    printf("errno %ld\n", -result);
  } else {
    printf("ok\n");
  }
}

#if defined(__x86_64__)
static long call_i386(long number, const long* arguments) {
  long result = number;
  __asm__ volatile("int $0x80"
                   : "+a"(result)
                   : "b"(arguments[0]), "c"(arguments[1]), "d"(arguments[2])
                   : "memory", "r8", "r9", "r10", "r11");
  return (int)result;
}
#endif

int main(int argc, char** argv) {
  long arguments[6] = {0};
  int at = 1;
  int i386 = 0;
  long bit = 0;
  if (argc > 1 && strcmp(argv[1], "i386") == 0) i386 = at++;
  if (argc > 1 && strcmp(argv[1], "x32") == 0) {
    bit = 0x40000000;
    ++at;
  }
  if (argc <= at) return 2;
  const long number = number_of(argv[at++]) | bit;
  for (int i = 0; i < 6 && at < argc; ++i, ++at) arguments[i] = (long)strtoul(argv[at], NULL, 0);
  if (i386) {
#if defined(__x86_64__)
    report(call_i386(number, arguments));
    return 0;
#else
    fprintf(stderr, "syscall: no i386 here\n");
    return 2;
#endif
  }
  const long result =
      syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
  report(result == -1 ? -(long)errno : result);
  return 0;
}
