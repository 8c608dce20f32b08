#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# State directories that somebody, or a full disk, has broken: no command hangs, `delete --force` takes what is surely the
# container's and says what it left, and what state.json says of cgroups is not believed.

load helpers

# broken KIND puts something else in the place of the container's state.json.
broken() {
	local file=$STATE_ROOT/$CTR/state.json
	cp "$file" "$TEST_DIR/state.good"
	rm "$file"
	case $1 in
	empty) : >"$file" ;;
	garbage) head -c 3000 /dev/urandom >"$file" ;;
	nul) head -c 5000 /dev/zero >"$file" ;;
	text) echo 'no JSON at all' >"$file" ;;
	truncated-*) head -c "${1#truncated-}" "$TEST_DIR/state.good" >"$file" ;;
	half) head -c $(($(stat -c %s "$TEST_DIR/state.good") / 2)) "$TEST_DIR/state.good" >"$file" ;;
	trailing) { cat "$TEST_DIR/state.good" && echo ' {"more": 1}'; } >"$file" ;;
	object) echo '{}' >"$file" ;;
	array) echo '[1, 2, 3]' >"$file" ;;
	null) echo null >"$file" ;;
	number) echo 42 >"$file" ;;
	deep) printf '[%.0s' {1..3000} >"$file" ;;
	types) jq -c '.init_process_pid = "one" | .cgroup_paths = [7]' "$TEST_DIR/state.good" >"$file" ;;
	driver) jq -c '.cgroup_driver = "unknown"' "$TEST_DIR/state.good" >"$file" ;;
	other) jq -c '.id = "somebody-else"' "$TEST_DIR/state.good" >"$file" ;;
	fifo) mkfifo "$file" ;;
	symlink) ln -s "$TEST_DIR/state.good" "$file" ;;
	loop) ln -s state.json "$file" ;;
	directory) mkdir -p "$file/below" && touch "$file/below/file" ;;
	socket) "$PYTHON" -c 'import os, socket, sys
os.chdir(os.path.dirname(sys.argv[1]))
socket.socket(socket.AF_UNIX).bind("state.json")' "$file" ;;
	huge) truncate -s 3G "$file" ;;
	huge-text) { cat "$TEST_DIR/state.good" && head -c 70000000 /dev/zero | tr '\0' ' '; } >"$file" ;;
	zero) ln "$TEST_DIR/zero" "$file" 2>/dev/null || mknod "$file" c 1 5 ;;
	*) false ;;
	esac
}

# quickly ARG… runs the runtime, which must come back within a few seconds.
quickly() {
	local LIMIT=(timeout --foreground --signal=KILL $((20 * SLOWNESS)))
	runtime "$@"
	[ "$status" -ne 137 ]
}

# removes_broken KIND: a running container with such a state.
removes_broken() {
	local pid
	succeeds run --detach "$CTR"
	pid=$(pid_of "$CTR")
	broken "$1"
	quickly state "$CTR"
	[ "$status" -eq 1 ]
	quickly list
	[ "$status" -eq 0 ]
	quickly kill "$CTR" KILL
	[ "$status" -eq 1 ]
	quickly exec "$CTR" true
	[ "$status" -eq 255 ]
	quickly delete "$CTR"
	[ "$status" -eq 1 ]
	says "--force"
	not is_gone "$pid"
	quickly delete --force "$CTR"
	[ "$status" -eq 0 ]
	says "container $CTR is removed, although its state is of no use"
	[ ! -e "$STATE_ROOT/$CTR" ]
	eventually 3 is_gone "$pid"
	eventually 3 nothing_left
}

@test "delete --force removes a container whose state.json is no JSON" {
	corten_only "runc cannot remove most of these"
	for kind in empty garbage nul text truncated-1 truncated-60 truncated-130 truncated-150 half trailing number deep; do
		removes_broken "$kind"
	done
}

@test "delete --force removes a container whose state.json says nothing of use" {
	corten_only "runc cannot remove most of these"
	for kind in object array null types driver other; do removes_broken "$kind"; done
}

@test "delete --force removes a container whose state.json is no file that can be read" {
	corten_only "runc hangs on some of these, and follows others"
	requires python
	for kind in fifo symlink loop directory socket huge huge-text zero; do removes_broken "$kind"; done
}

@test "delete --force of a broken state ends a paused container, and what it forked" {
	corten_only "runc cannot remove it"
	requires cgroup_freezer
	set_script 'sleep 1000 & setsid sleep 1000 & touch /ready; wait'
	update_config '.linux.namespaces |= map(select(.type != "pid"))'
	for kind in text half; do
		succeeds run --detach "$CTR"
		eventually 5 test -e rootfs/ready
		succeeds pause "$CTR"
		broken "$kind"
		quickly delete --force "$CTR"
		[ "$status" -eq 0 ]
		eventually 3 nothing_left
	done
}

@test "delete --force of a broken state takes a cgroup of another name that init is in" {
	corten_only "runc cannot remove it"
	local path=/shared-${CTR/ct/x}
	update_config '.linux.cgroupsPath = $p' --arg p "$path"
	succeeds run --detach "$CTR"
	pid=$(pid_of "$CTR")
	broken trailing
	quickly delete --force "$CTR"
	[ "$status" -eq 0 ]
	not says "left:"
	is_gone "$pid"
	[ -z "$(find /sys/fs/cgroup -type d -name "${path#/}" 2>/dev/null)" ]
}

@test "a process that has the pid of a broken state by chance is left alone" {
	corten_only "runc cannot remove it"
	set_args true
	succeeds run --keep "$CTR"
	sleep 0.1 # so that it starts later by the kernel's count, which is in ticks of 10 ms
	sleep 1000 3>&- 4>&- &
	local other=$!
	BACKGROUND+=("$other")
	jq -c --argjson p "$other" '.init_process_pid = $p | .cgroup_driver = "unknown"' "$STATE_ROOT/$CTR/state.json" >state.new
	mv state.new "$STATE_ROOT/$CTR/state.json"
	quickly delete --force "$CTR"
	[ "$status" -eq 0 ]
	not is_gone "$other"
}

@test "delete --force of a broken state finds the cgroup that config.json asked for" {
	corten_only "runc cannot remove it"
	# As Podman names them.
	update_config '.linux.cgroupsPath = $p' --arg p "/$CTR-parent/libpod-$CTR"
	succeeds run --detach "$CTR"
	broken text
	quickly delete --force "$CTR"
	[ "$status" -eq 0 ]
	not says "left:"
	leftover_cgroups | sort -r | xargs -r rmdir
	eventually 3 nothing_left
}

@test "delete --force of a broken state leaves a cgroup of another name, and says so" {
	corten_only "runc cannot remove it"
	local path=/shared-${CTR/ct/x}
	update_config '.linux.cgroupsPath = $p' --arg p "$path"
	succeeds run --detach "$CTR"
	local pid dir
	pid=$(pid_of "$CTR")
	dir=$(cgroup_dir "$pid" pids)
	broken text
	quickly delete --force "$CTR"
	[ "$status" -eq 0 ]
	says "left: cgroup"
	says "$path"
	not is_gone "$pid"
	[ -d "$dir" ]
	kill -KILL "$pid"
	eventually 3 is_gone "$pid"
	find /sys/fs/cgroup -depth -type d -name "${path#/}" -exec rmdir {} \; 2>/dev/null || true
}

@test "poststop hooks run for a container with a broken state" {
	corten_only "runc cannot remove it"
	update_config '.hooks.poststop = [{path: "/bin/sh", args: ["sh", "-c", $c]}]' --arg c "cat >'$TEST_DIR/poststop'"
	succeeds run --detach "$CTR"
	broken text
	quickly delete --force "$CTR"
	[ "$status" -eq 0 ]
	[ "$(jq -r .id "$TEST_DIR/poststop")" = "$CTR" ]
}

@test "no command follows a symlink in place of a state directory" {
	corten_only "runc follows it"
	succeeds run --detach "$CTR"
	ln -s "$CTR" "$STATE_ROOT/$CTR-2"
	quickly list --quiet
	[ "$stdout" = "$CTR" ]
	for command in state start kill "delete --force" ps pause; do
		# shellcheck disable=SC2086
		quickly $command "$CTR-2"
		has_status "$CTR" running
	done
	rm -f "$STATE_ROOT/$CTR-2"
}

@test "list shows a container whose id begins with a dot" {
	succeeds run --detach ".$CTR"
	succeeds list --quiet
	[ "$stdout" = ".$CTR" ]
	succeeds delete --force ".$CTR"
}

# with_cgroups 'JQ FILTER' changes the cgroup paths in state.json; $p is a directory that looks like a cgroup.
with_cgroups() {
	fake=$TEST_DIR/fake
	mkdir -p "$fake/below"
	local file
	for file in tasks cgroup.procs cgroup.freeze cgroup.kill freezer.state freezer.self_freezing pids.max; do
		printf '0\n' >"$fake/$file"
	done
	echo "$victim" >"$fake/cgroup.procs"
	cp "$STATE_ROOT/$CTR/state.json" "$TEST_DIR/state.good"
	jq -c "$1" --arg p "$fake" "$TEST_DIR/state.good" >"$TEST_DIR/state.new"
	cp "$TEST_DIR/state.new" "$STATE_ROOT/$CTR/state.json"
	find "$fake" -type f -exec cat {} + | md5sum >"$TEST_DIR/sum"
}

# untouched: what looked like a cgroup is as it was, and the process that it names lives.
untouched() {
	[ -d "$fake/below" ]
	find "$fake" -type f -exec cat {} + | md5sum | cmp - "$TEST_DIR/sum"
	not is_gone "$victim"
}

@test "a cgroup of state.json that is no cgroup is neither written to nor removed" {
	corten_only "state.json has another form"
	sleep 1000 3>&- 4>&- &
	victim=$!
	BACKGROUND+=("$victim")
	ln -s /sys/fs/cgroup "$TEST_DIR/link"
	update_config '.linux.namespaces |= map(select(.type != "pid"))'
	succeeds run --detach "$CTR"
	# shellcheck disable=SC2016
	for change in '.cgroup_paths |= map_values($p)' '.cgroup_paths = {"": $p}' \
		'.cgroup_paths |= map_values(sub("/sys/fs/cgroup"; ($p | sub("fake$"; "link"))))' '.cgroup_paths |= map_values("/proc")'; do
		with_cgroups "$change"
		for command in "update --pids-limit 20" pause "exec $CTR true #" "delete" "kill $CTR KILL #"; do
			# shellcheck disable=SC2086
			case $command in *"#") quickly ${command%#} ;; *) quickly $command "$CTR" ;; esac
			[ "$status" -ne 0 ]
			untouched
		done
		cp "$TEST_DIR/state.good" "$STATE_ROOT/$CTR/state.json"
		has_status "$CTR" running
	done
	# shellcheck disable=SC2016
	with_cgroups '.cgroup_paths |= map_values($p)'
	quickly delete --force "$CTR"
	[ "$status" -eq 0 ]
	says 'is not on a cgroup file system'
	untouched
	kill -KILL "$victim"
	eventually 3 nothing_left
}

@test "a fifo in place of a cgroup's files keeps nobody waiting" {
	corten_only "state.json has another form"
	succeeds run --detach "$CTR"
	victim=$$
	# shellcheck disable=SC2016
	with_cgroups '.cgroup_paths |= map_values($p)'
	local file
	for file in "$fake"/*.*; do rm "$file" && mkfifo "$file"; done
	for command in state ps "events --stats" pause update delete; do
		# shellcheck disable=SC2086
		quickly $command "$CTR"
	done
	quickly list
	[ "$status" -eq 0 ]
	quickly delete --force "$CTR"
	[ "$status" -eq 0 ]
	eventually 3 nothing_left
}
