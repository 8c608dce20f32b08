// SPDX-License-Identifier: Apache-2.0
// datagrams: connects to the UNIX socket ARGUMENT, then sends it rising numbers, each a datagram of its own.
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int count, char **arguments) {
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (count != 2 || strlen(arguments[1]) >= sizeof address.sun_path) return 2;
  strcpy(address.sun_path, arguments[1]);
  if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) return 1;
  for (int i = 1;; ++i) {
    char text[16];
    const int size = snprintf(text, sizeof text, "%d\n", i);
    if (send(fd, text, (size_t)size, 0) != size) return 1;
    usleep(20000);
  }
}
