#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# checkpoint and restore: what CRIU must be told, and what it must not be told.

load helpers
load helpers_fields
load helpers_checkpoint

@test "a counter goes on counting, with another id and in another cgroup" {
	update_config '.linux.cgroupsPath = $c' --arg c "/$CTR-first"
	begin
	eventually 5 counts_beyond 5
	succeeds checkpoint --manage-cgroups-mode ignore "$CTR"
	absent "$CTR"
	[ -z "$(leftover_cgroups)" ]
	saved=$(count)

	update_config '.linux.cgroupsPath = $c' --arg c "/$CTR-second"
	restores --manage-cgroups-mode ignore "$CTR-2"
	eventually 5 counts_beyond "$saved"
	# It went on: a new one would have begun with 1.
	(($(count) < saved + 5000))
	grep -q "/$CTR-second" "/proc/$(pid_of "$CTR-2")/cgroup"
	not grep -q "/$CTR-first" "/proc/$(pid_of "$CTR-2")/cgroup"
}

@test "a restored container is like any other" {
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	restores --pid-file "$TEST_DIR/pid" "$CTR"
	pid=$(pid_of "$CTR")
	[ "$(cat "$TEST_DIR/pid")" = "$pid" ]
	[ "$(state_field "$CTR" rootfs)" = "$BUNDLE/rootfs" ]
	succeeds list --quiet
	[ "$stdout" = "$CTR" ]
	succeeds ps --format json "$CTR"
	jq -e --argjson pid "$pid" 'index($pid)' <<<"$stdout"
	succeeds events --stats "$CTR"
	jq -e '.type == "stats" and .data.pids.current > 0' <<<"$stdout"
	succeeds exec "$CTR" sh -c 'hostname; cat /proc/1/comm'
	[ "$stdout" = $'bundle\nsh' ]
	status=0
	runtime exec "$CTR" sh -c 'exit 7'
	[ "$status" -eq 7 ]
	fails_saying "cannot start an already running container" start "$CTR"
	fails_saying "is not stopped" delete "$CTR"
	succeeds pause "$CTR"
	has_status "$CTR" paused
	succeeds resume "$CTR"
	goes_on "$CTR"
	if has_controller pids; then
		succeeds update --pids-limit 77 "$CTR"
		[ "$(cat "$(cgroup_dir "$pid" pids)/pids.max")" = 77 ]
	fi
	succeeds checkpoint --leave-running --image-path "$TEST_DIR/again" "$CTR"
	goes_on "$CTR"
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
}

@test "twenty rounds leave nothing behind" {
	criu_directories() { find /tmp "$TEST_DIR" -maxdepth 1 -name '.criu*' | sort; }
	begin
	host_mounts >"$TEST_DIR/mounts"
	criu_directories >"$TEST_DIR/directories"
	for _ in {1..20}; do
		eventually 5 counts_beyond 0
		before=$(count)
		succeeds checkpoint "$CTR"
		nothing_left
		restores "$CTR"
		eventually 5 counts_beyond "$before"
	done
	host_mounts | diff "$TEST_DIR/mounts" -
	# Those of another CRIU on this machine are there for a moment.
	eventually 20 eval '[ -z "$(comm -13 "$TEST_DIR/directories" <(criu_directories))" ]'
	[ -z "$(find "$BUNDLE" "$STATE_ROOT" -name '.criu*')" ]
}

@test "with --leave-running and --pre-dump the container goes on" {
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint --leave-running --image-path "$TEST_DIR/left" --work-path "$TEST_DIR/workdir" "$CTR"
	goes_on "$CTR"
	[ -e "$TEST_DIR/left/inventory.img" ]
	[ -e "$TEST_DIR/workdir/dump.log" ]
	[ ! -e "$TEST_DIR/left/dump.log" ]
}

@test "a chain of two pre-dumps and a dump is restored" {
	criu check --feature mem_dirty_track >/dev/null 2>&1 || skip "needs a kernel with dirty memory tracking"
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint --pre-dump --image-path "$TEST_DIR/1" "$CTR"
	goes_on "$CTR"
	succeeds checkpoint --pre-dump --parent-path ../1 --image-path "$TEST_DIR/2" "$CTR"
	goes_on "$CTR"
	succeeds checkpoint --parent-path ../2 --image-path "$TEST_DIR/3" "$CTR"
	[ -e "$TEST_DIR/2/parent" ]
	[ -e "$TEST_DIR/3/parent" ]
	saved=$(count)
	restores --image-path "$TEST_DIR/3" "$CTR"
	eventually 5 counts_beyond "$saved"
}

@test "an established TCP connection in a network namespace is restored" {
	begin_server
	fails checkpoint --image-path "$TEST_DIR/refused" "$CTR"
	succeeds checkpoint --tcp-established "$CTR"
	restores --tcp-established "$CTR"
	[ "$(readlink "/proc/$(pid_of "$CTR")/ns/net")" = "net:[$(stat -L -c %i "/run/netns/$NETNS")]" ]
	touch "$TEST_DIR/go"
	eventually 60 grep -q "got two" "$TEST_DIR/client"
}

@test "a terminal is restored in the foreground" {
	requires terminal
	update_config '.process.terminal = true'
	set_script 'n=0; while read -r line; do n=$((n+1)); echo "$n <$line>"; done; exit 9'
	in_terminal "$(runtime_command) run $CTR" < <(
		echo one
		eventually 10 grep -q "1 <one>" "$TEST_DIR/stdout.1"
		"$RUNTIME" --root "$STATE_ROOT" checkpoint "$CTR" >"$TEST_DIR/checkpoint.out" 2>&1
	)
	cat "$TEST_DIR/checkpoint.out"
	says "1 <one>"
	absent "$CTR"
	in_terminal "$(runtime_command) restore $CTR" < <(
		wait_for_status "$CTR" running
		echo two
		eventually 10 grep -q "2 <two>" "$TEST_DIR/stdout.$CALLS"
		printf '\004'
	)
	says "2 <two>"
	[ "$status" -eq 9 ]
	absent "$CTR"
}

@test "a terminal is restored to the console socket" {
	update_config '.process.terminal = true'
	set_script 'while read -r line; do echo "<$line>"; done'
	tool console "$TEST_DIR/console" "$TEST_DIR/tty" $'one\n'
	"$RUNTIME" --root "$STATE_ROOT" run --detach --console-socket "$TEST_DIR/console" "$CTR" </dev/null 3>&- 4>&-
	eventually 5 grep -q "<one>" "$TEST_DIR/tty"
	succeeds checkpoint "$CTR"
	fails_saying "cannot allocate tty if runc will detach without setting console socket" restore --detach "$CTR"
	tool console "$TEST_DIR/console2" "$TEST_DIR/tty2" $'two\n'
	restores --console-socket "$TEST_DIR/console2" "$CTR"
	eventually 5 grep -q "<two>" "$TEST_DIR/tty2"
}

@test "a restore in the foreground ends as the process does" {
	set_script 'trap "exit 5" TERM; echo up >/up; while :; do sleep 0.02; done'
	begin
	eventually 5 test -e rootfs/up
	succeeds checkpoint "$CTR"
	"$RUNTIME" --root "$STATE_ROOT" restore --pid-file "$TEST_DIR/pid" "$CTR" </dev/null >/dev/null 2>&1 3>&- 4>&- &
	runtime_pid=$!
	BACKGROUND+=("$runtime_pid")
	eventually 10 test -e "$TEST_DIR/pid"
	kill "$runtime_pid"
	code=0
	wait "$runtime_pid" || code=$?
	[ "$code" -eq 5 ]
	absent "$CTR"
}

@test "pipes that were the standard descriptors are connected to the new ones" {
	set_script 'while read -r line; do echo "<$line>"; done'
	# CRIU knows pipes; a named one would be a file outside.
	mkfifo "$TEST_DIR"/{in1,in2,out}
	exec 5<>"$TEST_DIR/in1" 6<>"$TEST_DIR/in2" 7<>"$TEST_DIR/out"
	"$RUNTIME" --root "$STATE_ROOT" run --detach "$CTR" 2>/dev/null 3>&- 4>&- \
		< <(exec cat "$TEST_DIR/in1" 5>&- 6>&- 7>&-) > >(exec cat >"$TEST_DIR/out" 5>&- 6>&- 7>&-)
	echo one >&5
	read -r -t 20 line <&7
	[ "$line" = "<one>" ]
	succeeds checkpoint "$CTR"
	"$RUNTIME" --root "$STATE_ROOT" restore --detach "$CTR" 2>/dev/null 3>&- 4>&- \
		< <(exec cat "$TEST_DIR/in2" 5>&- 6>&- 7>&-) > >(exec cat >"$TEST_DIR/out" 5>&- 6>&- 7>&-)
	echo two >&6
	read -r -t 20 line <&7
	[ "$line" = "<two>" ]
	exec 5>&- 6>&- 7>&-
}

@test "bind mounts come back: below one another, through a symlink, and from another place" {
	mkdir -p rootfs/real rootfs/data one/deep two other
	ln -s /real rootfs/link
	echo from-one >one/deep/file
	echo from-two >two/file
	echo from-other >other/file
	add_bind "$BUNDLE/one" /data
	add_bind "$BUNDLE/two" /data/below
	add_bind "$BUNDLE/two" /link
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	rmdir one/below
	update_config '.mounts[-1].source = $o' --arg o "$BUNDLE/other"
	restores "$CTR"
	succeeds exec "$CTR" cat /data/deep/file /data/below/file /real/file
	[ "$stdout" = $'from-one\nfrom-two\nfrom-other' ]
	goes_on "$CTR"
	host_mounts | not grep -F "$BUNDLE/one"
}

@test "a mount that is mapped to other ids stays so" {
	corten_only "runc restores it without its mapping"
	requires kernel 5.12
	mkdir -p shared rootfs/data
	touch shared/file
	chown 1000:1000 shared/file
	add_bind "$BUNDLE/shared" /data
	update_config '.mounts[-1] += {uidMappings: $m, gidMappings: $m}' --argjson m '[{"containerID": 1000, "hostID": 5, "size": 9}]'
	begin || skip "the file system cannot map ids"
	eventually 5 counts_beyond 1
	succeeds exec "$CTR" stat -c %u:%g /data/file
	[ "$stdout" = 5:5 ]
	succeeds checkpoint "$CTR"
	restores "$CTR"
	succeeds exec "$CTR" stat -c %u:%g /data/file
	[ "$stdout" = 5:5 ]
}

@test "images of runc are restored" {
	corten_only "a second runtime"
	requires runc
	mkdir -p shared rootfs/real
	ln -s /real rootfs/link
	echo outside >shared/file
	add_bind "$BUNDLE/shared" /link
	runc --root "$TEST_DIR/runc" run --detach "$CTR" </dev/null >/dev/null 2>&1 3>&- 4>&-
	eventually 5 counts_beyond 1
	saved=$(count)
	runc --root "$TEST_DIR/runc" checkpoint "$CTR" || {
		runc --root "$TEST_DIR/runc" delete --force "$CTR"
		skip "this runc cannot checkpoint"
	}
	restores "$CTR"
	eventually 5 counts_beyond "$saved"
	succeeds exec "$CTR" cat /real/file
	[ "$stdout" = outside ]
}

@test "masked and read-only paths stay so" {
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	restores "$CTR"
	succeeds exec "$CTR" sh -c 'cat /proc/keys /proc/timer_list; ls /sys/firmware; echo x >/proc/sys/kernel/hostname || echo refused'
	[ "$stdout" = refused ]
}

@test "a cgroup namespace and a user namespace are restored" {
	corten_only "whose images root of a user namespace can reach"
	requires userns
	map_ids
	chmod 777 rootfs
	set_namespace cgroup
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	saved=$(count)
	restores "$CTR"
	eventually 5 counts_beyond "$saved"
	pid=$(pid_of "$CTR")
	[[ "$(cat "/proc/$pid/uid_map")" =~ ^\ *0\ +100000\ +65536$ ]]
	succeeds exec "$CTR" sh -c 'id -u; cut -d: -f3 /proc/self/cgroup | sort -u'
	[ "$stdout" = $'0\n/' ]
}

@test "a restored user namespace has the limits of its users, whatever those of the caller are" {
	corten_only "whose images root of a user namespace can reach"
	requires userns cc
	[ "$(ulimit -H -q)" = unlimited ] || (($(ulimit -H -q) >= 500000)) || skip "needs a hard RLIMIT_MSGQUEUE of 500000"
	c_tool mqueues
	map_ids
	chmod 777 rootfs
	update_config '.process.rlimits = [{type: "RLIMIT_MSGQUEUE", soft: 500000, hard: 500000}]'
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	ulimit -S -q 100000
	restores "$CTR"
	succeeds exec "$CTR" mqueues 5
	[ "$stdout" = 5 ]
}

@test "createRuntime hooks run before the processes, poststop hooks after them" {
	set_script 'while :; do cat /hooked >/seen; sleep 0.02; done'
	echo no >rootfs/hooked
	update_config '.hooks = {createRuntime: [{path: "/bin/sh", args: ["sh", "-c", $c]}], poststop: [{path: "/bin/sh", args: ["sh", "-c", $p]}]}' \
		--arg c "cat >'$TEST_DIR/state'; date +%N >'$BUNDLE/rootfs/hooked'" --arg p "cat >'$TEST_DIR/stopped'"
	begin
	eventually 5 test -s rootfs/seen
	succeeds checkpoint "$CTR"
	grep -q '"status":"stopped"' "$TEST_DIR/stopped"
	rm "$TEST_DIR/state"
	echo no >rootfs/hooked
	restores "$CTR"
	not grep -qx no rootfs/hooked
	pid=$(pid_of "$CTR")
	[ "$(jq .pid "$TEST_DIR/state")" = "$pid" ]
}

@test "a failing hook ends a restore" {
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	update_config '.hooks = {createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "exit 3"]}]}'
	fails restore --detach "$CTR"
	says "createRuntime"
	absent "$CTR"
	nothing_left
}

@test "the loopback interface of a new network namespace is up" {
	corten_only "runc leaves it down"
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	restores "$CTR"
	succeeds exec "$CTR" ip addr show lo
	says "127.0.0.1/8"
}

@test "file locks are saved when that is asked for" {
	requires flock
	c_tool hold_lock
	set_args hold_lock
	begin
	eventually 5 counts_beyond 1
	fails checkpoint --image-path "$TEST_DIR/refused" "$CTR"
	goes_on "$CTR"
	succeeds checkpoint --file-locks "$CTR"
	restores --file-locks "$CTR"
	goes_on "$CTR"
	not flock -n rootfs/lock true
}
