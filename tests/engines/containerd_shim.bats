#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: containerd ctr python3
# version: containerd --version | sed 's|[^ ]* [^ ]* v\{0,1\}\([0-9.]*\).*|containerd \1|'
# covers: the runtime io.containerd.corten.v1: output, groups, what it costs while it waits, faults
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load containerd

export SHIM=${SHIM:-$BATS_TEST_DIRNAME/../../build/release/bin/containerd-shim-corten-v1}

setup_file() { [ ! -x "$SHIM" ] || setup_containerd; }
setup() { skip_if "$([ -x "$SHIM" ] || echo 'no SHIM=/path/of/containerd-shim-corten-v1')"; }
teardown_file() { [ ! -x "$SHIM" ] || teardown_containerd; }

BY=(--runtime io.containerd.corten.v1)

# begin NAME OPTION... -- COMMAND...: a container in the background.
begin() {
	local name=$1 options=()
	shift
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	c8r run -d "${BY[@]}" --log-uri "file://$W/$name.log" "${options[@]}" "$IMG" "$name" "$@"
}

shim_of() { awk '/^PPid/ { print $2 }' "/proc/$(pid_of "$1")/status"; }
socket_of() { sed 's|^unix://||' "/run/containerd/io.containerd.runtime.v2.task/$ID/$1/address"; }
spoken() { python3 "$BATS_TEST_DIRNAME/ttrpc.py" "$@"; }

@test "a container's parent is the shim, and no runtime is executed" {
	begin c1 -- sleep 100
	has "$(tr '\0' ' ' <"/proc/$(shim_of c1)/cmdline")" "containerd-shim-corten-v1 -namespace $ID -id c1 "
	mv "$W/bin/runc" "$W/bin/away"
	is "$(ex c1 echo hello)" hello
	mv "$W/bin/away" "$W/bin/runc"
	down c1
}

@test "a shim that waits has two threads, little memory, and is not woken" {
	local shim pss
	begin c2 -- sleep 100
	shim=$(shim_of c2)
	still() {
		local before
		before=$(switches)
		sleep 3
		[ "$(switches)" = "$before" ]
	}
	switches() { cat "/proc/$shim"/task/*/status | awk '/ctxt_switches/ { sum += $2 } END { print sum }'; }
	until_ok 20 still # it has given back what the start took, on a busy machine, too
	is "$(find "/proc/$shim/task" -mindepth 1 -maxdepth 1 | wc -l)" 2
	pss=$(awk '/^Pss:/ { print $2 }' "/proc/$shim/smaps_rollup")
	echo "Pss: $pss KiB"
	[ "$pss" -le "${SHIM_PSS_KIB:-2048}" ]
	down c2
}

@test "a shim is ended before containerd for want of memory" {
	begin c3 -- sleep 100
	is "$(cat "/proc/$(shim_of c3)/oom_score_adj")" "$(($(cat "/proc/$(cat "$W/containerd.pid")/oom_score_adj") + 1))"
	down c3
}

@test "a hundred megabytes, and the end at once, in a file" {
	begin c4 -- sh -c 'head -c 100000000 /dev/zero'
	until_ok 30 state_is c4 STOPPED
	c8r task delete c4
	is "$(stat -c %s "$W/c4.log")" 100000000
	c8r container delete c4
}

@test "ten megabytes through a terminal, and the end at once" {
	begin c5 -- sleep 100
	mkfifo "$W/slow"
	is "$(spoken "$(socket_of c5)" exec c5 "$W/slow" 'stty -opost; head -c 10000000 /dev/zero; exit 6')" "6 10000000"
	down c5
}

# A log driver as containerd knows them: output on 3, errors on 4, ready once 5 is closed.
@test "a logger gets output and errors, and who they are from" {
	cat >"$W/logger" <<-END
		#!/bin/sh
		exec 5>&-
		{ echo "\$CONTAINER_ID \$CONTAINER_NAMESPACE \$*"; cat <&3; cat <&4; } >"$W/logged"
	END
	chmod +x "$W/logger"
	c8r run -d "${BY[@]}" --log-uri "binary://$W/logger?key=value" "$IMG" c6 sh -c 'echo out; echo err >&2'
	until_ok 10 state_is c6 STOPPED
	c8r task delete c6
	c8r container delete c6
	is "$(cat "$W/logged")" "c6 $ID key value"$'\nout\nerr'
}

grouped() { # NAME: a spec of a container of the group
	cat >"$W/$1.json" <<-END
		{"ociVersion":"1.0.2","process":{"args":["/bin/sleep","100"],"cwd":"/","env":["PATH=/bin"],"user":{"uid":0,"gid":0}},
		"root":{"path":"$W/rootfs"},"annotations":{"io.containerd.runc.v2.group":"together"},
		"linux":{"cgroupsPath":"/$ID/$1","namespaces":[{"type":"pid"},{"type":"mount"}]}}
	END
	c8r run -d "${BY[@]}" --null-io --config "$W/$1.json" "$1"
}

@test "containers of a group share a shim, which ends with the last of them" {
	local shim
	grouped g1
	grouped g2
	shim=$(shim_of g1)
	is "$(shim_of g2)" "$shim"
	down g1
	kill -0 "$shim"
	is "$(ex g2 echo there)" there
	down g2
	until_ok 5 ended "$shim"
}

@test "what is no request gets its status, and the shim lives" {
	begin c7 -- sleep 100
	is "$(spoken "$(socket_of c7)" garbage)" answers
	is "$(spoken "$(socket_of c7)" call containerd.task.v3.Task Delete 1=c7)" "9 cannot delete a running process"
	is "$(spoken "$(socket_of c7)" call containerd.task.v2.Task Exec 1=c7)" "3 an exec without an id"
	down c7
}

@test "a call that waits holds up no other" {
	local socket i pids=()
	begin c8 -- sleep 100
	socket=$(socket_of c8)
	for i in 1 2 3 4; do
		spoken "$socket" call containerd.task.v2.Task Wait 1=c8 >"$W/wait$i" &
		pids+=($!)
	done
	has "$(spoken "$socket" call containerd.task.v2.Task State 1=c8)" "0"
	c8r task kill -s KILL c8
	for i in "${pids[@]}"; do wait "$i"; done
	has "$(cat "$W/wait1")" "0"
	until_ok 5 state_is c8 STOPPED
	down c8
}

@test "a fifo that nobody reads stops neither the shim nor a delete" {
	mkfifo "$W/unread"
	begin c9 -- sleep 100
	c8r task exec -d --exec-id full --log-uri "$W/unread" c9 sh -c 'head -c 1000000 /dev/zero; sleep 100' || skip "ctr has no --log-uri for exec"
	sleep 0.5
	is "$(ex c9 echo still)" still
	c8r task kill -s KILL c9
	until_ok 10 state_is c9 STOPPED
	down c9
}

@test "a shim that is killed leaves nothing once containerd has cleaned up" {
	local shim socket
	begin c10 -- sleep 605
	shim=$(shim_of c10)
	socket=$(socket_of c10)
	ex c10 true
	kill -KILL "$shim"
	until_ok 10 gone '^sleep 60[5]'
	until_ok 5 test ! -e "$socket"
	down c10
	fails grep "/c10/rootfs" /proc/self/mountinfo
}

@test "its socket goes with it, and belongs to root alone" {
	local socket
	begin c11 -- sleep 100
	socket=$(socket_of c11)
	is "$(stat -c '%F %a %u' "$socket")" "socket 600 0"
	down c11
	until_ok 5 test ! -e "$socket"
}

@test "a process of the container that has lost its parent is waited for" {
	begin c12 --with-ns pid:/proc/self/ns/pid -- sh -c 'sleep 100'
	ex c12 sh -c '(sleep 0.2; exit 3) & exit 0'
	sleep 1
	is "$(ps -o stat= --ppid "$(shim_of c12)" | awk '/Z/')" ""
	down c12
}

@test "its version and what it is for" {
	has "$("$SHIM" -v)" "$("$RUNTIME" --version | awk 'NR == 1 { print $3 }')"
	has "$("$SHIM" -info </dev/null | tr -c '[:print:]' '\n')" io.containerd.corten.v1
	fails_saying "shim namespace cannot be empty" "$SHIM" -id x start
}
