#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runtime-spec, "Lifecycle": once a container has been created, changes of its bundle have no effect on it.

load helpers

setup() {
	setup_bundle
	update_config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [
		{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 13}]}'
}

# process 'JQ FILTER' writes p.json: what `exec -p` runs.
process() { jq -n "{args: [\"sh\", \"-c\", \"$1\"], cwd: \"/\", user: {uid: 0, gid: 0}, env: [\"PATH=/bin\"]}" >p.json; }

@test "exec has the container's seccomp filter, whatever config.json says now" {
	succeeds run --detach "$CTR"
	update_config 'del(.linux.seccomp)'
	runtime exec "$CTR" mkdir /tmp/b
	[ "$status" -ne 0 ]
	process 'mkdir /tmp/b'
	runtime exec --process p.json "$CTR"
	[ "$status" -ne 0 ]
	[ ! -e rootfs/tmp/b ]
}

@test "exec --process needs no bundle any more" {
	succeeds run --detach "$CTR"
	process 'mkdir /tmp/b; echo done'
	mv config.json config.json.gone
	succeeds exec --process p.json "$CTR"
	[ "$stdout" = "done" ]
	[ ! -e rootfs/tmp/b ]
	is_corten || return 0 # runc goes to the bundle's directory first
	cp p.json "$TEST_DIR"
	cd "$TEST_DIR"
	mv "$BUNDLE" "$BUNDLE.gone"
	succeeds exec --process p.json "$CTR"
	[ "$stdout" = "done" ]
}

@test "exec bases its process on the one that the container was made with" {
	corten_only "runc bases it on what the bundle's config.json says at the moment"
	update_config '.process.env += ["KEPT=yes"] | .process.cwd = "/tmp" | .process.user = {uid: 1000, gid: 1000, umask: 63}
		| .process.noNewPrivileges = true | .process.capabilities.bounding = ["CAP_KILL"]
		| .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 77, hard: 88}] | .process.oomScoreAdj = 321'
	# shellcheck disable=SC2016
	ask='echo $KEPT; pwd; id -u; umask; ulimit -n; grep -E "NoNewPrivs|CapBnd" /proc/self/status; cat /proc/self/oom_score_adj'
	succeeds run --detach "$CTR"
	succeeds exec "$CTR" sh -c "$ask"
	before=$stdout
	[[ $before == "yes"$'\n'"/tmp"$'\n'"1000"$'\n'"0077"$'\n'"77"$'\n'*"321" ]]
	update_config '.process = {args: ["sh"], cwd: "/", env: ["PATH=/bin"], user: {uid: 0, gid: 0}} | del(.linux.seccomp)'
	succeeds exec "$CTR" sh -c "$ask"
	[ "$stdout" = "$before" ]
	echo garbage >config.json
	succeeds exec "$CTR" sh -c "$ask"
	[ "$stdout" = "$before" ]
	rm config.json
	succeeds exec "$CTR" sh -c "$ask"
	[ "$stdout" = "$before" ]
}

@test "a created container starts, is updated, watched, paused and deleted without its bundle" {
	succeeds create "$CTR"
	cd "$TEST_DIR"
	rm "$BUNDLE/config.json"
	succeeds start "$CTR"
	succeeds update --pids-limit 20 "$CTR"
	succeeds events --stats "$CTR"
	succeeds state "$CTR"
	succeeds ps --format json "$CTR"
	if has_controller freezer; then
		succeeds pause "$CTR"
		succeeds resume "$CTR"
	fi
	succeeds delete --force "$CTR"
}

@test "a container of a version that kept no config.json has the bundle's" {
	corten_only "it is our file"
	succeeds run --detach "$CTR"
	rm "$STATE_ROOT/$CTR/config.json"
	runtime exec "$CTR" mkdir /tmp/b
	[ "$status" -ne 0 ]
	update_config 'del(.linux.seccomp)'
	succeeds exec "$CTR" mkdir /tmp/b
	rm config.json
	runtime exec "$CTR" true
	[ "$status" -eq 255 ]
	says "JSON specification file config.json not found"
}

@test "what is kept is the text itself, for its owner only" {
	corten_only "it is our file"
	update_config '.annotations["com.example.long"] = ("x" * 300000)'
	succeeds create "$CTR"
	cmp config.json "$STATE_ROOT/$CTR/config.json"
	[ "$(stat -c %a "$STATE_ROOT/$CTR/config.json")" = 600 ]
	succeeds delete "$CTR"
	[ ! -e "$STATE_ROOT/$CTR" ]
}

@test "a state directory that takes no config.json is an error, and leaves nothing" {
	corten_only "it is our file"
	requires strace
	# The directory is opened first, then the file in it; the text is the only thing that is written to that.
	for call in "openat $STATE_ROOT/$CTR 2" "write $STATE_ROOT/$CTR/config.json 1"; do
		read -r name path number <<<"$call"
		status=0
		strace -qq -o "$TEST_DIR/strace" -P "$path" -e trace="$name" -e inject="$name:error=ENOSPC:when=$number" \
			"$RUNTIME" --root "$STATE_ROOT" create "$CTR" >"$TEST_DIR/out" 2>&1 </dev/null 3>&- 4>&- || status=$?
		cat "$TEST_DIR/strace" "$TEST_DIR/out"
		[ "$status" -eq 1 ]
		grep -q "$STATE_ROOT/$CTR/config.json: no space left on device" "$TEST_DIR/out"
		nothing_left
	done
}
