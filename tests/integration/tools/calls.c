// SPDX-License-Identifier: Apache-2.0
// calls FILE LAST   makes each system call of the file's lines "NAME NUMBER" with five arguments of -1 and the sixth LAST, and
//                   prints "NAME errno N" or "NAME ok"
// Which calls are harmless so is for the caller to know.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  FILE* const file = fopen(argv[1], "re");
  if (file == NULL) {
    perror(argv[1]);
    return 1;
  }
  const long last = strtol(argv[2], NULL, 0);
  char name[64];
  long number = 0;
  while (fscanf(file, "%63s %ld", name, &number) == 2) {
    const long result = syscall(number, -1L, -1L, -1L, -1L, -1L, last);
    const int error = errno;
    if (result == -1) {
      printf("%s errno %d\n", name, error);
    } else {
      printf("%s ok\n", name);
    }
    fflush(stdout);
  }
  return 0;
}
