#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: containerd ctr python3
# version: containerd --version | sed 's|[^ ]* [^ ]* v\{0,1\}\([0-9.]*\).*|containerd \1|'
# covers: the runtime io.containerd.corten.v1: output, groups, what it costs while it waits
# shellcheck disable=SC2016,SC2153 # the dollars are for the container's shell; SHIM is no misspelt shim

load helpers
load containerd
load shim

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
		"root":{"path":"$W/rootfs"},"mounts":[{"destination":"/dev","type":"tmpfs","source":"tmpfs"}],
		"annotations":{"io.containerd.runc.v2.group":"together"},
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

@test "options in a file that the client names" {
	local group
	group=/sys/fs/cgroup$(cgroup_v2 || echo /pids)/$ID/shims
	mkdir -p "$group"
	printf '%s\n' '# as for the shim of runc' "Root = '$W/states'" "ShimCgroup = \"/$ID/shims\"" 'CriuPath = "/nowhere"' >"$W/options.toml"
	begin c13 --runtime-config-path "$W/options.toml" -- sleep 100
	[ -d "$W/states/$ID/c13" ]
	has "$(cat "/proc/$(shim_of c13)/cgroup")" ":/$ID/shims"
	down c13
	until_ok 5 rmdir "$group"
	[ ! -e "$W/states/$ID/c13" ]
	echo 'Root = true' >"$W/options.toml"
	fails_saying 'line 1 of the options: Root must be a string' begin c14 --runtime-config-path "$W/options.toml" -- true
	c8r container delete c14
}

@test "its version and what it is for" {
	has "$("$SHIM" -v)" "$("$RUNTIME" --version | awk 'NR == 1 { print $3 }')"
	has "$("$SHIM" -info </dev/null | tr -c '[:print:]' '\n')" io.containerd.corten.v1
	fails_saying "shim namespace cannot be empty" "$SHIM" -id x start
}
