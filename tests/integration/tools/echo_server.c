// SPDX-License-Identifier: Apache-2.0
// echo_server: sends the clients of 127.0.0.1:7777, one after another, back what they say.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(7777)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 1) != 0) return 1;
  for (;;) {
    const int client = accept(server, NULL, NULL);
    if (client < 0) return 1;
    char text[256];
    ssize_t size;
    while ((size = read(client, text, sizeof text)) > 0) {
      if (write(client, text, (size_t)size) != size) return 1;
    }
    close(client);
  }
}
