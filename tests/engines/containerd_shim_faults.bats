#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: containerd ctr python3
# version: containerd --version | sed 's|[^ ]* [^ ]* v\{0,1\}\([0-9.]*\).*|containerd \1|'
# covers: the runtime io.containerd.corten.v1 with faults: kills at random moments, clients that send garbage, fifos that nobody reads
#
# shellcheck disable=SC2153 # SOCKET is of containerd.bash
# LIVES=500 EXECS=10000 BATS_TEST_TIMEOUT=3600 are what it takes before a release; SEED=N repeats a run's moments.

load helpers
load containerd
load shim

TASKS=/run/containerd/io.containerd.runtime.v2.task/$ID

@test "what is no request gets its status, and the shim lives" {
	begin f1 -- sleep 100
	is "$(spoken "$(socket_of f1)" garbage)" answers
	is "$(spoken "$(socket_of f1)" call containerd.task.v3.Task Delete 1=f1)" "9 cannot delete a running process"
	is "$(spoken "$(socket_of f1)" call containerd.task.v2.Task Exec 1=f1)" "3 an exec without an id"
	down f1
}

@test "a client that sends garbage, or reads nothing, disturbs no other" {
	local socket waiter
	begin f2 -- sleep 100
	socket=$(socket_of f2)
	spoken "$socket" call containerd.task.v2.Task Wait 1=f2 >"$W/waited" &
	waiter=$!
	is "$(spoken "$socket" garbage)" answers
	is "$(spoken "$socket" silent)" answers
	is "$(ex f2 echo there)" there
	c8r task kill -s KILL f2
	wait "$waiter"
	has "$(cat "$W/waited")" "0"
	down f2
}

# An exec's delete gives the client two seconds in which nothing is read.
@test "a fifo that nobody reads holds up no call" {
	local kind seconds
	begin f3 -- sleep 100
	for kind in pipes terminal; do
		mkfifo "$W/unread-$kind"
		seconds=$(spoken "$(socket_of f3)" unread f3 "$W/unread-$kind" "$kind")
		echo "$kind: $seconds"
		[ "${seconds%.*}" -lt 6 ]
	done
	is "$(ex f3 echo still)" still
	down f3
}

@test "a container whose own output nobody reads is killed and deleted" {
	mkfifo "$W/f4.fifo"
	c8r run -d "${BY[@]}" --log-uri "fifo://$W/f4.fifo" "$IMG" f4 sh -c 'head -c 1000000 /dev/zero; sleep 100'
	is "$(ex f4 echo still)" still
	c8r task kill -s KILL f4
	until_ok 10 state_is f4 STOPPED
	has "$(c8r task delete f4 2>&1)" "exit code 137"
	c8r container delete f4
	[ ! -e "$TASKS/f4" ]
}

# held SHIM: its descriptors, threads, and the memory that is its own, in KiB.
held() {
	echo "$(find "/proc/$1/fd" -mindepth 1 | wc -l) $(find "/proc/$1/task" -mindepth 1 -maxdepth 1 | wc -l)" \
		"$(awk '/^Anonymous:/ { print $2 }' "/proc/$1/smaps_rollup")"
}

@test "execs leave nothing in the shim" {
	local shim socket before after
	begin f5 -- sleep 100000
	shim=$(shim_of f5)
	socket=$(socket_of f5)
	spoken "$socket" execs f5 100
	before=$(held "$shim")
	T=3600 spoken "$socket" execs f5 "${EXECS:-300}"
	settled() {
		after=$(held "$shim")
		[ "${after% *}" = "${before% *}" ] && [ "${after##* }" -le "$((${before##* } + 32))" ]
	}
	until_ok 10 settled || echo "before: $before, after: $after (descriptors, threads, KiB)"
	echo "# descriptors, threads, KiB: $before; after ${EXECS:-300} execs: $after" >&3
	settled
	is "$(ps -o stat= --ppid "$shim" | awk '/Z/')" ""
	down f5
}

@test "a shim that is killed leaves nothing once containerd has cleaned up" {
	local shim socket
	begin f6 -- sleep 605
	shim=$(shim_of f6)
	socket=$(socket_of f6)
	ex f6 true
	kill -KILL "$shim"
	until_ok 10 gone '^sleep 60[5]'
	until_ok 5 test ! -e "$socket"
	down f6
	fails grep "/f6/rootfs" /proc/self/mountinfo
}

# containerd 1.6 keeps, when it has been killed between a shim's start and Create, one without a task for ever.
@test "a shim that gets no task ends after half a minute" {
	local socket
	mkdir "$W/alone"
	echo '{"ociVersion":"1.0.2"}' >"$W/alone/config.json"
	socket=$(cd "$W/alone" && "$SHIM" -namespace "$ID" -address "$SOCKET" -id alone start </dev/null)
	socket=${socket#unix://}
	[ -S "$socket" ]
	until_ok 45 test ! -e "$socket"
	until_ok 5 gone "^containerd-shim-corten-v1 -namespace $ID -id alone "
}

# --- kills at random moments -----------------------------------------------------------

# live NAME: all of a container's life; whatever of it fails.
live() {
	{
		T=10 begin "$1" -- sleep 606
		T=10 ex "$1" sh -c 'sleep 0.05'
		T=10 c8r task kill -s KILL "$1"
		T=10 c8r task delete "$1"
		T=10 c8r container delete "$1"
	} >/dev/null 2>&1 || true
}

# strike shim|containerd|init NAME: fails where it is not there.
strike() {
	local pid
	pid=$(pgrep -f "^containerd-shim-corten-v1 -namespace $ID -id $2 ") || [ "$1" = containerd ] || return 1
	case $1 in
	containerd) pid=$(cat "$W/containerd.pid") ;;
	init) pid=$(pgrep -P "$pid") ;;
	esac
	# shellcheck disable=SC2086 # there may be two: an exec's as well
	[ -n "$pid" ] && kill -KILL $pid 2>/dev/null
}

# removed NAME: containerd knows it no more.
removed() {
	c8r task delete -f "$1" || true
	c8r container delete "$1" || true
	! { c8r task ls -q && c8r container ls -q; } | grep -qx "$1"
} >/dev/null 2>&1

# left_behind BEFORE: all there is of a container; BEFORE are the processes that were there before. Whatever has lost its parent is
# a child of the first process.
left_behind() {
	ps -e -o pid=,ppid=,stat=,args= | awk -v before=" $1 " '$2 == 1 && index(before, " " $1 " ") == 0'
	grep -F "/$ID/" /proc/self/mountinfo || true
	cgroups_named '*'
	find /run/containerd/s "$TASKS" "$STATE" -mindepth 1 ! -path "$STATE/.*" 2>/dev/null || true
}

nothing_left() { [ -z "$(left_behind "$1")" ]; }

milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

@test "shim, containerd and init are killed at random moments: nothing is left" {
	local before began span round victim delay struck=0 name victims=(shim containerd init)
	began=$(milliseconds)
	live undisturbed
	span=$(($(milliseconds) - began))
	before=$(ps -e -o pid=,ppid= | awk '$2 == 1 { printf "%s ", $1 }')
	RANDOM=${SEED:=$RANDOM}
	for ((round = 1; round <= ${LIVES:-10}; round++)); do
		victim=${victims[RANDOM % 3]} delay=$((RANDOM % span)) name=life$round
		live "$name" &
		sleep "$((delay / 1000)).$(printf %03d $((delay % 1000)))"
		! strike "$victim" "$name" || struck=$((struck + 1))
		wait "$!"
		if [ "$victim" = containerd ]; then
			until_ok 5 ended "$(cat "$W/containerd.pid")"
			restart_containerd "$SOCKET"
		fi
		until_ok 20 removed "$name"
		until_ok 45 nothing_left "$before" || {
			echo "seed $SEED, life $round, $victim killed after $delay of $span ms"
			left_behind "$before"
			return 1
		}
	done
	echo "# seed $SEED: $struck of ${LIVES:-10} were struck" >&3
}
