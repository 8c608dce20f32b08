#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# checkpoint and restore: one test an option, besides those of checkpoint.bats.

load helpers
load helpers_fields
load helpers_checkpoint

@test "--ext-unix-sk: a socket that is connected to the outside is connected again" {
	c_tool datagrams
	mkdir "$TEST_DIR/outside"
	# CRIU finds peers in the same network namespace, and calls them by the name that they have given themselves.
	without_namespace network
	add_bind "$TEST_DIR/outside" "$TEST_DIR/outside"
	set_args datagrams "$TEST_DIR/outside/socket"
	tool datagrams "$TEST_DIR/outside/socket" "$BUNDLE/rootfs/count"
	begin
	eventually 5 counts_beyond 3
	fails checkpoint --image-path "$TEST_DIR/refused" "$CTR"
	goes_on "$CTR"
	succeeds checkpoint --ext-unix-sk "$CTR"
	saved=$(count)
	restores --ext-unix-sk "$CTR"
	eventually 5 counts_beyond "$saved"
	(($(count) < saved + 5000))
}

@test "--link-remap: an open file whose name is gone, but which has another, is the same file again" {
	set_script 'echo >/gone; exec 5<>/gone; ln /gone /stays; rm /gone; i=0
		while :; do i=$((i+1)); echo $i >/next; mv /next /count; sleep 0.02; done'
	begin
	eventually 5 counts_beyond 1
	fails checkpoint --image-path "$TEST_DIR/refused" "$CTR"
	goes_on "$CTR"
	succeeds checkpoint --link-remap "$CTR"
	restores "$CTR"
	goes_on "$CTR"
	[ "$(stat -L -c %i "/proc/$(pid_of "$CTR")/fd/5")" = "$(stat -c %i rootfs/stays)" ]
	[ ! -e rootfs/gone ]
	not compgen -G 'rootfs/link_remap*'
}

@test "--tcp-close: connections come back closed, and the server takes new ones" {
	corten_only "its option"
	begin_server
	succeeds checkpoint --tcp-established "$CTR"
	restores --tcp-close "$CTR"
	has_status "$CTR" running
	not grep -q ':1E61 .* 01 ' "/proc/$(pid_of "$CTR")/net/tcp"
	[ "$(ip netns exec "$NETNS" timeout 30 bash -c 'exec 5<>/dev/tcp/127.0.0.1/7777; echo two >&5; read -r line <&5; echo "$line"')" = two ]
}

@test "--auto-dedup: what has been restored is dropped from the images" {
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint --auto-dedup "$CTR"
	blocks=$(stat -c %b checkpoint/pages-1.img)
	((blocks > 0))
	restores --auto-dedup "$CTR"
	goes_on "$CTR"
	(($(stat -c %b checkpoint/pages-1.img) < blocks))
}

@test "--manage-cgroups-mode: each of its values" {
	for mode in soft full ignore; do
		begin
		eventually 5 counts_beyond 1
		succeeds checkpoint --manage-cgroups-mode "$mode" "$CTR"
		saved=$(count)
		restores --manage-cgroups-mode "$mode" "$CTR"
		eventually 5 counts_beyond "$saved"
		succeeds delete --force "$CTR"
		rm -r checkpoint
	done
	# It is for who makes no cgroup beforehand.
	begin
	succeeds checkpoint --manage-cgroups-mode strict "$CTR"
	fails restore --detach --manage-cgroups-mode strict "$CTR"
	grep -q "existing cgroups" checkpoint/restore.log
	absent "$CTR"
	nothing_left
}

@test "--manage-cgroups-mode full: limits are those of the images, else those of config.json" {
	requires cgroup_v1 cgroup_pids # of v2, CRIU's images hold the list of processes and no limit
	update_config '.linux.resources.pids = {limit: 50}'
	begin
	eventually 5 counts_beyond 1
	succeeds update --pids-limit 77 "$CTR"
	succeeds checkpoint "$CTR"
	restores "$CTR"
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" pids)/pids.max")" = 50 ]
	succeeds update --pids-limit 77 "$CTR"
	succeeds checkpoint --manage-cgroups-mode full "$CTR"
	restores --manage-cgroups-mode full "$CTR"
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" pids)/pids.max")" = 77 ]
}

@test "--empty-ns network" {
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint --empty-ns network "$CTR"
	restores --empty-ns network "$CTR"
	goes_on "$CTR"
}

@test "the annotation org.criu.config names a file with more options" {
	echo 'log-file=other.log' >"$TEST_DIR/criu.conf"
	update_config '.annotations["org.criu.config"] = $f' --arg f "$TEST_DIR/criu.conf"
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint --work-path "$TEST_DIR/dumped" "$CTR"
	[ -s "$TEST_DIR/dumped/other.log" ]
	[ ! -e "$TEST_DIR/dumped/dump.log" ]
	restores --work-path "$TEST_DIR/restored" "$CTR"
	[ -s "$TEST_DIR/restored/other.log" ]
	[ ! -e "$TEST_DIR/restored/restore.log" ]
	goes_on "$CTR"
}

@test "--lsm-profile: one that the kernel does not have is an error that names it" {
	[ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ] || skip "needs a kernel without AppArmor"
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	saved=$(count)
	fails restore --detach --lsm-profile apparmor:some-profile "$CTR"
	says "criu failed"
	says "apparmor"
	absent "$CTR"
	nothing_left
	restores "$CTR"
	eventually 5 counts_beyond "$saved"
}

@test "--lsm-mount-context: it changes mounts with a context alone" {
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	restores --lsm-mount-context system_u:object_r:container_file_t:s0 "$CTR"
	goes_on "$CTR"
}

@test "the pid and ipc namespaces of another container are joined again" {
	set_script 'while :; do sleep 0.1; done'
	succeeds run --detach "$CTR-other"
	other=$(pid_of "$CTR-other")
	set_namespace pid "/proc/$other/ns/pid"
	set_namespace ipc "/proc/$other/ns/ipc"
	set_script 'i=0; while :; do i=$((i+1)); echo $i >/next; mv /next /count; sleep 0.02; done'
	begin
	eventually 5 counts_beyond 1
	pid=$(pid_of "$CTR")
	succeeds checkpoint "$CTR"
	has_status "$CTR-other" running
	# CRIU wants the same numbers, which are taken until somebody has waited for the old processes.
	eventually 10 [ ! -e "/proc/$pid" ]
	saved=$(count)
	restores "$CTR"
	eventually 5 counts_beyond "$saved"
	same_namespace "$other" "$(pid_of "$CTR")" pid
	same_namespace "$other" "$(pid_of "$CTR")" ipc
}

@test "containerd's calls: JSON in the log, and options of the restore with a single dash" {
	begin
	eventually 5 counts_beyond 1
	globals=(--root "$STATE_ROOT" --log "$TEST_DIR/log.json" --log-format json)
	runtime_plain "${globals[@]}" checkpoint --image-path "$TEST_DIR/images" --work-path "$TEST_DIR/work" --leave-running \
		--file-locks --manage-cgroups-mode soft --empty-ns network "$CTR"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	runtime_plain "${globals[@]}" checkpoint --image-path "$TEST_DIR/images" --work-path "$TEST_DIR/work" "$CTR"
	[ "$status" -eq 0 ]
	absent "$CTR"
	cd /
	restored=(restore --image-path "$TEST_DIR/images" --work-path "$TEST_DIR/work" --file-locks --detach
		--pid-file "$TEST_DIR/pid" -no-subreaper -no-pivot --bundle "$BUNDLE")
	"$RUNTIME" "${globals[@]}" "${restored[@]}" "$CTR" </dev/null >/dev/null 2>&1 3>&- 4>&-
	cd "$BUNDLE"
	[ "$(cat "$TEST_DIR/pid")" = "$(pid_of "$CTR")" ]
	[ "$(wc -l <"$TEST_DIR/pid")" -eq 0 ]
	goes_on "$CTR"
	[ ! -s "$TEST_DIR/log.json" ]

	rm "$TEST_DIR/pid" "$TEST_DIR/images/core-1.img"
	runtime_plain "${globals[@]}" "${restored[@]}" "$CTR-2"
	[ "$status" -eq 1 ]
	[ ! -e "$TEST_DIR/pid" ]
	# The last error is the reason; what of CRIU's log comes before it is none.
	jq -es 'map(select(.level == "error")) | length == 1 and (last.msg | test("criu failed"))' "$TEST_DIR/log.json"
}

@test "conmon's call, with a terminal that goes to its socket" {
	update_config '.process.terminal = true'
	set_script 'while read -r line; do echo "<$line>"; done'
	tool console "$TEST_DIR/console" "$TEST_DIR/tty"
	"$RUNTIME" --root "$STATE_ROOT" create --bundle "$BUNDLE" --pid-file "$TEST_DIR/pid" --console-socket "$TEST_DIR/console" "$CTR" \
		</dev/null 3>&- 4>&-
	succeeds start "$CTR"
	succeeds checkpoint --image-path "$TEST_DIR/images" --work-path "$TEST_DIR" "$CTR"
	grep -q "Dumping finished successfully" "$TEST_DIR/dump.log"
	rm "$TEST_DIR/pid"
	tool console "$TEST_DIR/console2" "$TEST_DIR/tty2" $'two\n'
	"$RUNTIME" --root "$STATE_ROOT" restore --bundle "$BUNDLE" --pid-file "$TEST_DIR/pid" --detach --image-path "$TEST_DIR/images" \
		--work-path "$TEST_DIR" --console-socket "$TEST_DIR/console2" "$CTR" </dev/null 3>&- 4>&-
	[ "$(cat "$TEST_DIR/pid")" = "$(pid_of "$CTR")" ]
	eventually 5 grep -q "<two>" "$TEST_DIR/tty2"
}
