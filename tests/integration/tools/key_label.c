// SPDX-License-Identifier: Apache-2.0
// Prints the security label of the session keyring.
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  char label[256] = "";
  if (syscall(SYS_keyctl, KEYCTL_GET_SECURITY, KEY_SPEC_SESSION_KEYRING, label, sizeof label - 1) < 0) {
    perror("keyctl get_security");
    return 1;
  }
  puts(label);
  return 0;
}
