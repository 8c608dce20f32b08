// SPDX-License-Identifier: Apache-2.0
// Goes on in a second thread, whose main thread has ended, until a signal ends it.
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static void *wait_for_signal(void *unused)
{
    sleep(1);
    close(open("/ready", O_CREAT | O_WRONLY, 0644));
    for (;;)
        pause();
    return unused;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for_signal, NULL) != 0)
        return 1;
    pthread_exit(NULL);
}
