// SPDX-License-Identifier: Apache-2.0
// session_keyring               prints the description of the session keyring
// session_keyring NAME COMMAND… runs the command in a new session keyring of that name
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char** argv) {
	if (argc > 2) {
		if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, argv[1]) < 0) {
			perror("keyctl join");
			return 1;
		}
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		return 127;
	}
	char description[256];
	if (syscall(SYS_keyctl, KEYCTL_DESCRIBE, KEY_SPEC_SESSION_KEYRING, description, sizeof description) < 0) {
		perror("keyctl describe");
		return 1;
	}
	puts(description);
	return 0;
}
