#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# checkpoint and restore: what fails, how it is said, and what is left.

load helpers
load helpers_fields
load helpers_checkpoint

@test "a failing checkpoint tells why, where the log is, and lets the container go on" {
	# Standard output is a file of the host, which the images cannot hold.
	succeeds run --detach "$CTR"
	eventually 5 counts_beyond 1
	fails checkpoint --work-path "$TEST_DIR/workdir" "$CTR"
	says "criu failed: type DUMP errno"
	says "Error (criu/"
	says "workdir/dump.log"
	goes_on "$CTR"
}

@test "a failing restore tells why, where the log is, and leaves nothing behind" {
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	mv checkpoint/core-1.img checkpoint/core-1.old
	host_mounts >"$TEST_DIR/mounts"
	fails restore --detach "$CTR"
	says "criu failed"
	says "checkpoint/restore.log"
	says "Error (criu/"
	absent "$CTR"
	nothing_left
	host_mounts | diff "$TEST_DIR/mounts" -
	mv checkpoint/core-1.old checkpoint/core-1.img
	saved=$(count)
	restores "$CTR"
	eventually 5 counts_beyond "$saved"
}

# kill_criu_at STAGE: CRIU, which runs a program of ours at each of its stages, is killed there; "never" is none of them.
kill_criu_at() {
	echo "$1" >"$TEST_DIR/stage"
	[ ! -e "$TEST_DIR/criu.conf" ] || return 0
	printf '#!/bin/sh\n[ "$CRTOOLS_SCRIPT_ACTION" != "$(cat %q)" ] || kill -KILL "$PPID"\n' "$TEST_DIR/stage" >"$TEST_DIR/action"
	chmod 755 "$TEST_DIR/action"
	echo "action-script=$TEST_DIR/action" >"$TEST_DIR/criu.conf"
	update_config '.annotations["org.criu.config"] = $f' --arg f "$TEST_DIR/criu.conf"
}

# own_tmp: in /tmp are the test's directories, the runtime and CRIU alone from here on. CRIU makes a directory there,
# which stays when it is killed.
own_tmp() {
	local directory binds='' criu
	criu=$(command -v criu)
	mkdir "$TEST_DIR/bin" "$TEST_DIR/tmp"
	cp "$RUNTIME" "$TEST_DIR/bin"
	RUNTIME=$TEST_DIR/bin/${RUNTIME##*/}
	for directory in "$BATS_RUN_TMPDIR" "${criu%/bin/criu}"; do
		[[ $directory == /tmp/* ]] || continue
		mkdir -p "$TEST_DIR$directory"
		binds+="mount --bind '$directory' '$TEST_DIR$directory'; "
	done
	wrap_runtime "${binds}mount --rbind '$TEST_DIR/tmp' /tmp"
}

@test "when CRIU is killed the container goes on, and that is said" {
	corten_only "what ended CRIU"
	requires criu_version 3.19 # runs action scripts beside the notifications of its caller
	kill_criu_at never
	begin
	eventually 5 counts_beyond 1
	for stage in pre-dump network-lock post-dump; do
		kill_criu_at "$stage"
		fails_saying "criu failed: type DUMP errno 0: it was ended by signal 9" checkpoint "$CTR"
		says "the whole log is in $BUNDLE/checkpoint/dump.log"
		goes_on "$CTR"
		rm -r checkpoint
	done
}

@test "when CRIU is killed a restore ends, and leaves nothing behind" {
	corten_only "runc waits for ever, and its mounts stay"
	requires criu_version 3.19 # see above
	set_args sh -c "while :; do sleep 1000; done" # CRIU interrupts the call; not every busybox sleeps on
	kill_criu_at never
	begin
	succeeds checkpoint "$CTR"
	own_tmp
	for stage in pre-restore setup-namespaces post-setup-namespaces post-restore; do
		kill_criu_at "$stage"
		fails_saying "criu failed: type RESTORE errno 0: it was ended by signal 9" restore --detach "$CTR"
		says "the whole log is in $BUNDLE/checkpoint/restore.log"
		absent "$CTR"
		nothing_left
	done
	kill_criu_at never
	restores "$CTR"
	has_status "$CTR" running
}

@test "images that are not there are named" {
	fails_saying "no such file or directory" restore --detach --image-path "$TEST_DIR/nothing/here" "$CTR"
	absent "$CTR"
}

@test "bad options are refused, and the container goes on" {
	begin
	eventually 5 counts_beyond 1
	mkdir images parent
	fails_saying "--parent-path must be relative" checkpoint --parent-path "$PWD/parent" --image-path images "$CTR"
	fails_saying "invalid --parent-path" checkpoint --parent-path ../none --image-path images "$CTR"
	fails_saying "invalid --parent-path" checkpoint --parent-path ../config.json --image-path images "$CTR"
	fails_saying "invalid manage-cgroups-mode value" checkpoint --manage-cgroups-mode some "$CTR"
	fails_saying "is not supported" checkpoint --empty-ns pid "$CTR"
	fails_saying "Use --page-server ADDRESS:PORT" checkpoint --page-server nowhere "$CTR"
	fails_saying "Invalid port number" checkpoint --page-server 127.0.0.1:x "$CTR"
	goes_on "$CTR"
	fails_saying "does not exist" checkpoint "$CTR-none"
	fails_saying "already exists" restore --detach "$CTR"
}

@test "only what runs can be saved" {
	set_args sleep 1000
	succeeds create "$CTR"
	fails_saying "Container cannot be checkpointed in created state" checkpoint "$CTR"
	has_status "$CTR" created
}

@test "without criu one sentence says what is missing" {
	corten_only "how to get it"
	begin
	eventually 5 counts_beyond 1
	runtime_path=$RUNTIME
	mkdir "$TEST_DIR/empty"
	RUNTIME=/usr/bin/env runtime_plain "PATH=$TEST_DIR/empty" "$runtime_path" --root "$STATE_ROOT" checkpoint "$CTR"
	[ "$status" -eq 1 ]
	says 'exec: "criu": executable file not found in $PATH'
	says "install it"
	goes_on "$CTR"
}

@test "an old criu is named with its version and the one that is needed" {
	corten_only "both versions"
	begin
	eventually 5 counts_beyond 1
	mkdir "$TEST_DIR/bin" "$TEST_DIR/tmp"
	# The answer to a request for the version: 3.4.0.
	printf '#!/bin/sh\ndd bs=100 count=1 <&3 >/dev/null 2>&1\nprintf "\\010\\012\\020\\001\\122\\004\\010\\003\\020\\004" >&3\n' >"$TEST_DIR/bin/criu"
	chmod 755 "$TEST_DIR/bin/criu"
	PATH=$TEST_DIR/bin:$PATH fails_saying "CRIU 3.4.0 is too old: version 3.15.0 or later is needed" checkpoint "$CTR"
	goes_on "$CTR"
}

# Asked: Can a container with a SCHED_DEADLINE process be checkpointed?
# Happens: CRIU (3.17 to 4.2.1) dumps it with success and ends it; every restore of the images fails (Invalid argument).
# Corten: looks at the policy of each thread first, and refuses before anything is saved.
# Source: seen with CRIU 4.2.1 on Linux 6.18; sched_setscheduler(2) does not take that policy
@test "a process that CRIU could never restore is refused before it is saved" {
	corten_only "runc makes images that no restore takes"
	set_args sleep 1000 # fork(2) is refused to a deadline process
	update_config '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 50000000, period: 100000000}'
	runtime run --detach "$CTR"
	[[ $output != *"error setting scheduler"* ]] || skip "no deadline scheduling here"
	[ "$status" -eq 0 ]
	fails_saying "has the scheduling policy SCHED_DEADLINE" checkpoint "$CTR"
	[ ! -e checkpoint/inventory.img ]
	succeeds state "$CTR"
	says '"status": "running"'
}

# Asked: What does a checkpoint say where a process has a pidfd of a process outside?
# Happens: CRIU (4.2.1; before 4.1 of any pidfd) refuses, in the third of its error lines.
# Corten: names both processes in the first sentence; the container goes on.
# Source: seen with CRIU 4.2.1 on Linux 6.18, criu/pidfd.c
@test "a pidfd of a process outside is named, with who has it" {
	corten_only "runc shows CRIU's log"
	requires criu_version 4.1 # knows pidfds
	c_tool process_settings
	update_config '(.linux.namespaces |= map(select(.type != "pid"))) |
		.mounts |= map(if .destination == "/proc" then {destination: "/proc", type: "bind", source: "/proc", options: ["rbind"]} else . end)'
	sleep 1000 3>&- 4>&- &
	outside=$!
	BACKGROUND+=("$outside")
	set_args process_settings "watch=$outside"
	begin
	eventually 5 test -e rootfs/settings.child
	fails checkpoint "$CTR"
	says "msg=\"process $(pid_of "$CTR") has a pidfd of process $outside, which is outside of the container"
	has_status "$CTR" running
}

# Asked: What does CRIU need beside itself to save a container with a network namespace?
# Happens: it locks the network, by default with iptables-restore and ip6tables-restore; missing ones are two lines of nine.
# Corten: the first sentence names each program that is missing, and how CRIU does without (network-lock nftables).
# Source: seen with CRIU 4.2.1 on Linux 6.18, criu/net.c; nftables needs no program, but a CRIU with libnftables
@test "a program that CRIU runs and that is missing is the first sentence" {
	corten_only "runc shows CRIU's log"
	requires criu_version 4.2 # that of Debian 13 is ended by a signal with its way to do without
	begin
	eventually 5 counts_beyond 1
	mkdir "$TEST_DIR/bin"
	for program in criu sh tar gzip cat; do ln -s "$(command -v "$program")" "$TEST_DIR/bin/$program"; done
	LIMIT=(env "PATH=$TEST_DIR/bin")
	fails checkpoint "$CTR"
	says 'msg="CRIU runs iptables-restore and ip6tables-restore, which are not in $PATH, to lock the network: install the package iptables'
	goes_on "$CTR"
	rm -r checkpoint
	echo "network-lock nftables" >"$TEST_DIR/criu.conf"
	update_config '.annotations["org.criu.config"] = $f' --arg f "$TEST_DIR/criu.conf"
	LIMIT=()
	succeeds delete --force "$CTR"
	rm rootfs/count
	begin
	eventually 5 counts_beyond 1
	LIMIT=(env "PATH=$TEST_DIR/bin")
	succeeds checkpoint "$CTR"
}

# Asked: What does an engine ask before each checkpoint?
# Happens: Podman 5.8 runs "checkpoint --help" and "restore --help", and says that the runtime cannot do it if one fails.
# Corten: both answer at once, and with status 0, without CRIU, a state directory or root's rights.
# Source: seen with Podman 5.8; libpod looks for the command in the runtime's help
@test "checkpoint --help and restore --help answer at once, whatever is missing" {
	local start=$SECONDS
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		for command in checkpoint restore; do
			LIMIT=(env -i "PATH=$TEST_DIR" timeout --foreground 5)
			LIMIT[3]=$(command -v timeout)
			runtime_plain "$command" --help
			[ "$status" -eq 0 ]
			says "$command"
			says "--image-path"
			[ -z "$stderr" ]
		done
	done
	((SECONDS - start <= 4 * SLOWNESS))
}
