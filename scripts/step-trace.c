// SPDX-License-Identifier: Apache-2.0
// Runs a command one instruction at a time, and its children until their second execve (the first is the init stage, the
// second the container's process; a clone of the init stage has one behind it). Writes each address that was executed below LIMIT, a line each, and to standard error how
// many instructions the command itself and its children took:
//
//   step-trace OUTPUT COMMAND [ARG]...
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { limit = 0x2000000, most_pids = 1 << 22 };

static unsigned char executed[limit];
static unsigned char execs[most_pids];
static long own_steps, child_steps;

static void step(pid_t pid, int signal)
{
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, 0, &registers) == 0 && registers.rip < limit)
        executed[registers.rip] = 1;
    ptrace(PTRACE_SINGLESTEP, pid, 0, signal);
}

// The first process's status, once it and the children that were followed have ended.
static int follow(pid_t first)
{
    int status, result = 0;
    for (;;) {
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0)
            return result;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (pid == first)
                result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        unsigned long child;
        if (status >> 16 == PTRACE_EVENT_CLONE || status >> 16 == PTRACE_EVENT_FORK)
            if (pid != first && ptrace(PTRACE_GETEVENTMSG, pid, 0, &child) == 0)
                execs[child % most_pids] += execs[pid % most_pids];
        if (status >> 16 == PTRACE_EVENT_EXEC && ++execs[pid % most_pids] == 2) {
            ptrace(PTRACE_DETACH, pid, 0, 0);
            continue;
        }
        ++*(pid == first ? &own_steps : &child_steps);
        const int signal = WSTOPSIG(status);
        step(pid, signal == SIGTRAP || signal == SIGSTOP ? 0 : signal);
    }
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const pid_t first = fork();
    if (first == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execv(argv[2], argv + 2);
        _exit(127);
    }
    int status;
    waitpid(first, &status, 0);
    ptrace(PTRACE_SETOPTIONS, first, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC);
    ptrace(PTRACE_SINGLESTEP, first, 0, 0);
    status = follow(first);
    fprintf(stderr, "%ld %ld\n", own_steps, child_steps);
    FILE *output = fopen(argv[1], "w");
    if (output == NULL)
        return 1;
    for (long address = 0; address < limit; address++)
        if (executed[address])
            fprintf(output, "%lx\n", address);
    return fclose(output) == 0 ? status : 1;
}
