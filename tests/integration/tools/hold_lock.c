// SPDX-License-Identifier: Apache-2.0
// hold_lock: locks /lock with flock(2), then writes rising numbers to /count.
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

int main(void) {
  const int lock = open("/lock", O_RDWR | O_CREAT, 0600);
  if (lock < 0 || flock(lock, LOCK_EX) != 0) return 1;
  for (int i = 1;; ++i) {
    FILE *count = fopen("/next", "w");
    if (count == NULL) return 1;
    fprintf(count, "%d\n", i);
    fclose(count);
    if (rename("/next", "/count") != 0) return 1;
    usleep(20000);
  }
}
