#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: containerd ctr containerd-shim-runc-v2
# version: containerd --version | sed 's|[^ ]* [^ ]* \([0-9.]*\).*|containerd \1|'
# covers: tasks in the background: state, exec, pause, metrics, kill, OOM, checkpoint, events, a restarted containerd, a killed shim
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load containerd

# c1 is there for all of them.
setup_file() {
	setup_containerd
	start_events
	up c1 --pid-file "$W/pidfile" --memory-limit 50331648 --cpus 0.5 --cpu-shares 512 -- \
		sh -c 'trap "echo got-usr1" USR1; trap "echo bye; exit 5" TERM; echo started; while :; do sleep 0.1; done'
	until_ok 10 log_has c1 started
}
teardown_file() {
	down c1 2>/dev/null || true # there after a part of the tests
	teardown_containerd
}

start_events() {
	ctr -a "$SOCKET" -n "$ID" events >>"$W/log/events" 2>&1 3>&- 4>&- &
}

@test "task ls and --pid-file name the process, task ps lists it" {
	state_is c1 RUNNING
	is "$(cat "$W/pidfile")" "$(pid_of c1)"
	has "$(tr '\0' ' ' <"/proc/$(pid_of c1)/cmdline")" "sh -c trap"
	c8r task ps c1 | awk '{ print $1 }' | grep -qx "$(pid_of c1)"
}

@test "limits, in the cgroup NAMESPACE/CONTAINER, and their metrics" {
	local pid
	pid=$(pid_of c1)
	has "$(cat "/proc/$pid/cgroup")" "/$ID/c1"
	is "$(memory_limit "$pid")" 50331648
	is "$(cpu_quota "$pid")" "50000 100000"
	cpu_shares_set "$pid" 512
	c8r task metrics c1 | grep -E '^memory\.?[a-z_.]* +[1-9]'
}

@test "the runtime's own state and list agree" {
	is "$("$RUNTIME" --root "$STATE" state c1 | jq -r '"\(.status) \(.pid) \(.id)"')" "running $(pid_of c1) c1"
	"$RUNTIME" --root "$STATE" list | grep -q '^c1 '
}

@test "exec: output, status, input, user, folder" {
	is "$(ex c1 sh -c 'echo in; tr "\0" " " </proc/1/cmdline | cut -c 1-5')" $'in\nsh -c'
	rc_is 7 ex c1 sh -c 'exit 7'
	is "$(echo abc | ex c1 tr a-c x-z)" xyz
	is "$(c8r task exec --exec-id u1 --user 1000:1000 --cwd /etc c1 sh -c 'id -u; pwd')" $'1000\n/etc'
}

@test "exec --tty" {
	has "$(on_tty ctr -a "$SOCKET" -n "$ID" task exec --exec-id tt1 --tty c1 sh -c 'tty; sleep 0.5; stty size')" "33 91"
}

@test "exec of a command that is not there leaves the container alone" {
	fails_saying no-such-command ex c1 no-such-command
	state_is c1 RUNNING
}

@test "exec -d, and a kill of it alone" {
	c8r task exec -d --exec-id d1 c1 sh -c 'echo d >/tmp/d; exec sleep 500'
	until_ok 5 ex c1 test -e /tmp/d
	until_ok 5 pgrep -f '^sleep 50[0]'
	c8r task kill --exec-id d1 --signal KILL c1
	until_ok 5 gone '^sleep 50[0]'
	state_is c1 RUNNING
}

@test "six execs at once, each with its own status" {
	local i pids=()
	for i in 1 2 3 4 5 6; do
		c8r task exec --exec-id "m$i" c1 sh -c "exit $i" &
		pids+=($!)
	done
	for i in 1 2 3 4 5 6; do rc_is "$i" wait "${pids[i - 1]}"; done
}

@test "pause and resume" {
	c8r task pause c1
	state_is c1 PAUSED
	is "$("$RUNTIME" --root "$STATE" state c1 | jq -r .status)" paused
	c8r task resume c1
	state_is c1 RUNNING
	ex c1 true
}

@test "kill --signal USR1" {
	c8r task kill --signal USR1 c1
	until_ok 5 log_has c1 got-usr1
}

@test "the container outlives a restart of containerd" {
	stop_daemon containerd
	restart_containerd "$SOCKET"
	start_events
	state_is c1 RUNNING
	is "$(ex c1 sh -c 'sleep 0.3; echo still')" still
}

@test "kill, and delete gives the status; nothing is left of it" {
	c8r task kill c1
	until_ok 5 state_is c1 STOPPED
	log_has c1 bye
	has "$(c8r task delete c1 2>&1)" "exit code 5"
	c8r container delete c1
	is "$(cgroups_named c1)" ""
	fails_saying "does not exist" "$RUNTIME" --root "$STATE" state c1
}

@test "container create, task start, kill -s KILL" {
	c8r container create --runc-binary "$RUNTIME" "$IMG" c2 sleep 100 || c8r container create "$IMG" c2 sleep 100
	c8r task start -d --log-uri "file://$W/c2.log" c2
	state_is c2 RUNNING
	fails c8r task delete c2
	c8r task kill -s KILL c2
	until_ok 5 state_is c2 STOPPED
	has "$(c8r task delete c2 2>&1)" "exit code 137"
	c8r container delete c2
}

@test "kill --all" {
	up c3 -- sh -c 'sleep 601 & sleep 602 & wait'
	until_ok 5 pgrep -f '^sleep 60[2]'
	c8r task kill --all -s KILL c3
	until_ok 5 state_is c3 STOPPED
	gone '^sleep 60[12]'
	down c3
}

@test "in the host's pid namespace, delete -f kills all" {
	up c4 --with-ns pid:/proc/self/ns/pid -- sh -c 'sleep 603 & sleep 603'
	until_ok 5 pgrep -f '^sleep 60[3]'
	down c4
	until_ok 5 gone '^sleep 60[3]'
}

@test "when the shim is killed, the container is deleted" {
	local shim
	up c5 -- sleep 604
	shim=$(awk '/^PPid/ { print $2 }' "/proc/$(pid_of c5)/status")
	has "$(tr '\0' ' ' <"/proc/$shim/cmdline")" containerd-shim
	kill -KILL "$shim"
	until_ok 10 gone '^sleep 60[4]'
	down c5
}

@test "--cgroup" {
	up c6 --cgroup "/$ID/some/where" -- sleep 100
	has "$(cat "/proc/$(pid_of c6)/cgroup")" "/$ID/some/where"
	down c6
	cgroups_named some | xargs -r rmdir
}

@test "out of memory: the shim says /tasks/oom" {
	up c7 --memory-limit 16777216 -- sh -c 'sleep 1; tail /dev/zero; echo status $?; sleep 1'
	until_ok 15 state_is c7 STOPPED
	log_has c7 'status 137'
	until_ok 5 grep -q '/tasks/oom.*c7' "$W/log/events"
	down c7
}

@test "eight containers at once" {
	local i pids=()
	for i in 1 2 3 4 5 6 7 8; do
		up "many$i" -- sleep 100 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	is "$(c8r task ls | grep -c 'many.*RUNNING')" 8
	down many1 many2 many3 many4 many5 many6 many7 many8
}

@test "task checkpoint" {
	skip_if "$(criu_missing)"
	up c8 -- sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/tmp/n; sleep 0.1; done'
	sleep 0.5
	c8r task checkpoint --image-path "$W/cp" c8
	[ -e "$W/cp/inventory.img" ]
	state_is c8 RUNNING
	down c8
}

# counts NAME BEYOND: the counter of that container is there, and further than that.
counts() { [ "$(ex "$1" cat /tmp/n)" -gt "$2" ]; }

@test "container checkpoint and container restore, under another name" {
	local saved
	skip_if "$(criu_missing)"
	up c10 -- sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/tmp/new; mv /tmp/new /tmp/n; sleep 0.1; done'
	until_ok 10 counts c10 5
	saved=$(ex c10 cat /tmp/n)
	c8r container checkpoint --task --image --rw c10 localhost/saved:1
	down c10
	c8r container restore --live --rw c11 localhost/saved:1
	state_is c11 RUNNING
	until_ok 10 counts c11 "$saved"
	[ "$(ex c11 cat /tmp/n)" -lt $((saved + 500)) ]
	down c11
}

@test "events of every kind have come from the tests above" {
	local topic
	for topic in create start exec-added exec-started paused resumed exit delete; do
		grep -q "/tasks/$topic " "$W/log/events" || { echo "no event /tasks/$topic" && return 1; }
	done
}
