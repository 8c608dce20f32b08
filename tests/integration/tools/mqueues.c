// SPDX-License-Identifier: Apache-2.0
// Makes message queues of ten messages of 8192 bytes each, and prints how many it got.
//
//   mqueues MOST
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv) {
  const int most = argc > 1 ? atoi(argv[1]) : 1;
  int made = 0;
  for (; made < most; ++made) {
    char name[32];
    struct mq_attr attributes = {.mq_maxmsg = 10, .mq_msgsize = 8192};
    snprintf(name, sizeof name, "/queue-%d", made);
    if (mq_open(name, O_RDWR | O_CREAT, 0600, &attributes) < 0) break;
  }
  printf("%d\n", made);
  return 0;
}
