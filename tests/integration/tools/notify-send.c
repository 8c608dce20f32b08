// SPDX-License-Identifier: Apache-2.0
// notify-send TEXT: sends TEXT to $NOTIFY_SOCKET, as sd_notify(3) does; "\n" in it is a newline.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char *newline;

	if (argc != 2 || path == NULL || strlen(path) >= sizeof(address.sun_path))
		return 2;
	strcpy(address.sun_path, path);
	while ((newline = strstr(argv[1], "\\n")) != NULL) {
		*newline = '\n';
		memmove(newline + 1, newline + 2, strlen(newline + 2) + 1);
	}
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sendto(fd, argv[1], strlen(argv[1]), 0, (struct sockaddr *)&address, sizeof(address)) < 0) {
		perror("notify-send");
		return 1;
	}
	return 0;
}
