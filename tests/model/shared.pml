// SPDX-License-Identifier: Apache-2.0
// What the processes of the model share: who lives, the channel, and what may go wrong.

#ifndef KILLS
#define KILLS 1 // processes that are killed from outside, at any moment
#endif
#ifndef FAILURES
#define FAILURES 1 // steps that fail
#endif
#ifndef STARTS
#define STARTS 2 // `start` commands
#endif
#ifndef ROOM
#define ROOM 2 // messages that a socket holds: a sender waits for room
#endif

#define trace trace_line // `trace` alone is a word of spin's own

// As enum Message of lib/process/channel.hpp, which a test compares.
mtype = {
  executed, namespaces, spawned, mapped, plan, placed, source, rlimit, hooks, hooks_done, console, seccomp, ready, hold,
  start, failure, log, trace
};

#define PARENT 0
#define STAGE 1 // its clones have the numbers after it
#define LAST_CHILD 4
#define STARTER 5 // the first `start` command
#define PROCESSES 7

bool alive[PROCESSES], killed[PROCESSES];
bool told[PROCESSES];   // a `spawned` tells the parent of it
bool reaped[PROCESSES]; // the parent has waited for it
byte children = 0;
byte kills = KILLS, failures = FAILURES;
bool struck = false;       // a process has been killed from outside
bool child_failed = false; // a step of a child has failed
bool start_failed = false; // ... after `start`
bool no_program = false;   // the stage could not be executed: its exit status tells

// The channel. `spawned` carries a process, what is true of it, and a process that came before it.
chan up = [ROOM] of { mtype, byte, byte, byte };
chan down = [ROOM] of { mtype };
bool parent_hears = true, parent_speaks = true;
byte holders = 0; // processes that have the children's end
#define children_gone (holders == 0)

// As CloneReport of lib/process/handover.hpp.
#define MAPS_FOLLOW 1
#define LAST 2
#define CLONES_AGAIN 4
#define IN_CGROUP 8

// What is asked for, and what the kernel does.
bool early;         // the plan is sent before the namespaces are there
bool born_inside;   // the process is to be born in its v2 cgroup
bool refused;       // the kernel does not do that
bool cgroup_first;  // ... before a namespace is joined, by a clone of its own
bool in_place;      // ... which takes the stage's memory over (exec)
bool maps;          // a user namespace is made by the clone
bool maps_itself;   // ... by the stage itself, for a time namespace
bool pid_last;      // a pid namespace is joined once the root is the container's; for exec: it is joined
bool pid_for_clone; // ... or before that, for the next clone
bool moved;         // the parent moves the process into the cgroup once it is there (exec)
bool waits;         // the process waits for the parent before it runs (exec)

// What becomes of it.
#define NONE 0
#define SUCCESS 1
#define FAILED 2
byte result = NONE;
#define OWN 1  // a step of the command's own
#define SAID 2 // what a child has said
#define GONE 3 // the child is gone, and has said nothing
byte reason = NONE;

byte recorded = 0;      // the process that state.json names
bool published = false; // others find the container
bool go = false;        // the process may run
byte running = 0;       // it does
byte handed_over = 0;   // the caller's to wait for
bool impatient = false; // the parent has waited for as long as it does

// The start socket, and its commands.
chan backlog = [2] of { byte };
bool listening = false;
bool open_end[2], word[2], word_read[2];
byte answer[2];
byte start_result[2], start_reason[2];

active proctype Killer() {
  children > 0;
  do
  :: atomic {
       kills > 0 ->
       kills--;
       if
       :: alive[0] -> killed[0] = true; struck = true
       :: alive[1] -> killed[1] = true; struck = true
       :: alive[2] -> killed[2] = true; struck = true
       :: alive[3] -> killed[3] = true; struck = true
       :: alive[4] -> killed[4] = true; struck = true
       :: alive[5] -> killed[5] = true; struck = true
       :: alive[6] -> killed[6] = true; struck = true
       :: else
       fi
     }
  :: break
  od
}
