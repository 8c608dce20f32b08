#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

# A container that writes the name of each signal it gets to /got, and ignores it.
listen_for() {
	set_script "for s in $*; do trap \"echo \$s >>/got\" \$s; done; touch /ready; while :; do sleep 0.02; done"
	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready
}

# got NAME: the container has received exactly this signal.
got() {
	eventually 5 grep -qx "$1" rootfs/got
	[ "$(cat rootfs/got)" = "$1" ]
	rm rootfs/got
}

@test "kill sends SIGTERM by default" {
	listen_for TERM INT
	succeeds kill "$CTR"
	[ -z "$output" ]
	got TERM
	has_status "$CTR" running
}

# Rule: kill: sends the signal to the process
@test "kill takes names with and without SIG, in any case, and numbers" {
	listen_for USR1 HUP TERM
	for name in USR1 SIGUSR1 usr1 sigusr1 SigUsr1 10; do
		succeeds kill "$CTR" "$name"
		got USR1
	done
	succeeds kill "$CTR" HUP
	got HUP
	succeeds kill "$CTR" 1
	got HUP
}

@test "kill knows every standard signal by name" {
	succeeds run --detach "$CTR"
	# pid 1 of the container ignores all of them; STOP and KILL are tested elsewhere.
	for name in ABRT ALRM BUS CHLD CONT FPE HUP ILL INT IO PIPE PROF PWR QUIT SEGV STKFLT SYS TERM TRAP \
		TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ; do
		succeeds kill "$CTR" "$name"
	done
}

@test "kill takes signal 0 and real-time signals by number" {
	listen_for TERM
	succeeds kill "$CTR" 0
	succeeds kill "$CTR" 34
	succeeds kill "$CTR" 64
	has_status "$CTR" running
	[ ! -e rootfs/got ]
}

@test "kill refuses what is no signal and sends nothing" {
	listen_for HUP TERM INT
	for signal in BOGUS SIGBOGUS SIG "TERM " TERMX 65 1000 -9 9x 1.5; do
		fails kill "$CTR" "$signal"
	done
	fails_saying 'unknown signal' kill "$CTR" BOGUS
	has_status "$CTR" running
	[ ! -e rootfs/got ]
}

@test "kill KILL stops the container" {
	succeeds run --detach "$CTR"
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
}

# Rule: kill: reaches a created container
@test "kill ends a created container" {
	succeeds create "$CTR"
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
}

@test "the default signal ends a process that handles it" {
	set_term_script
	succeeds run --detach "$CTR"
	wait_for_status "$CTR" running
	eventually 5 grep -q '[1-9]' <(sed -n 's/^SigCgt:\t//p' "/proc/$(pid_of "$CTR")/status")
	sleep 0.1
	succeeds kill "$CTR"
	wait_for_status "$CTR" stopped
}

# Rule: kill: a container that is neither created nor running is an error
@test "kill on a stopped container says so" {
	set_args true
	succeeds run --keep "$CTR"
	fails_saying "container not running" kill "$CTR"
	fails_saying "container not running" kill "$CTR" 9
	fails_saying "container not running" kill "$CTR" 0
}

@test "kill --all on a stopped container succeeds quietly" {
	set_args true
	succeeds run --keep "$CTR"
	for arguments in "--all $CTR 9" "-a $CTR KILL" "--all $CTR" "-all $CTR 15"; do
		# shellcheck disable=SC2086 # words
		succeeds kill $arguments
		[ -z "$output" ]
	done
}

# Rule: kill: an unknown id is an error
@test "kill on an absent container says so" {
	fails_saying "container does not exist" kill "$CTR"
	fails_saying "container does not exist" kill --all "$CTR" 9
}

# Rule: kill: no id is an error
@test "kill needs an id" {
	fails_saying "requires a minimum of 1 argument(s)" kill
}

@test "kill KILL reaches a paused container" {
	succeeds run --detach "$CTR"
	succeeds pause "$CTR"
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
}

@test "without a pid namespace kill KILL ends every process of the container" {
	update_config '.linux.namespaces |= map(select(.type != "pid"))'
	set_script 'sleep 1000 & setsid sleep 1000 & (sleep 1000 & sleep 1000) & touch /ready; wait'
	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready
	eventually 5 has_processes 5
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	eventually 5 has_processes 0
	succeeds delete "$CTR"
}

# has_processes N: N or more processes are in the container's cgroups; exactly none for 0.
has_processes() {
	local pids
	pids=$(find /sys/fs/cgroup -type d -name "*$CTR*" -exec cat {}/cgroup.procs \; 2>/dev/null | sort -u)
	if (($1)); then (($(grep -c . <<<"$pids") >= $1)); else [ -z "$pids" ]; fi
}

@test "kill --all KILL ends what init left behind when it died" {
	update_config '.linux.namespaces |= map(select(.type != "pid"))'
	set_script 'setsid sleep 1000 & touch /ready; while :; do sleep 0.02; done'
	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready
	kill -KILL "$(pid_of "$CTR")"
	wait_for_status "$CTR" stopped
	eventually 5 has_processes 1
	succeeds kill --all "$CTR" KILL
	eventually 5 has_processes 0
}

@test "a signal goes to init alone when it is not KILL" {
	set_script 'trap "echo init >>/got" USR1
		(trap "echo child >>/got" USR1; touch /ready; while :; do sleep 0.02; done) &
		while :; do sleep 0.02; done'
	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready
	succeeds kill "$CTR" USR1
	eventually 5 test -s rootfs/got
	sleep 0.1
	[ "$(cat rootfs/got)" = init ]
}

@test "kill never signals a stranger that took the pid" {
	set_args true
	succeeds run --keep "$CTR"
	sleep 0.1 # so that it starts later by the kernel's count, which is in ticks of 10 ms
	sleep 1000 3>&- &
	BACKGROUND+=($!)
	stranger=$!
	update=$(jq -c --argjson pid "$stranger" '.init_process_pid = $pid' "$STATE_ROOT/$CTR/state.json")
	printf '%s' "$update" >"$STATE_ROOT/$CTR/state.json"
	fails_saying "container not running" kill "$CTR" KILL
	kill -0 "$stranger"
}

@test "a process whose main thread has ended is running, until kill or delete ends it" {
	corten_only "runc takes it for stopped, and can neither kill nor delete it"
	c_tool no_main_thread
	set_args /bin/no_main_thread
	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready
	grep -q '^State:.*Z' "/proc/$(pid_of "$CTR")/status"
	has_status "$CTR" running
	fails delete "$CTR"
	succeeds kill "$CTR" KILL
	eventually 5 has_status "$CTR" stopped
	succeeds delete "$CTR"
	nothing_left
	rm rootfs/ready

	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready
	succeeds delete --force "$CTR"
	nothing_left
	rm rootfs/ready
}
