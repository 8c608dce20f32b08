#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

# Runs the container that most tests here enter; a jq filter may change its config.json.
running() {
	[ $# -eq 0 ] || update_config "$@"
	succeeds run --detach "$CTR"
}

# exec_fails 'TEXT' ARG…: exec itself fails, which is status 255.
exec_fails() {
	runtime exec "${@:2}"
	[ "$status" -eq 255 ]
	says "$1"
}

@test "exec runs a command in the container's namespaces and root" {
	running
	succeeds exec "$CTR" sh -c 'hostname; cat /etc/group; ls -d /bin/busybox'
	[ "$stdout" = "bundle"$'\n'"$(cat rootfs/etc/group)"$'\n'"/bin/busybox" ]
	[ -z "$stderr" ]
	pid=$(pid_of "$CTR")
	for namespace in pid net ipc uts mnt; do
		succeeds exec "$CTR" readlink "/proc/self/ns/$namespace"
		[ "$output" = "$(readlink "/proc/$pid/ns/$namespace")" ]
	done
}

@test "exec joins the cgroups of the container" {
	running
	pid=$(pid_of "$CTR")
	succeeds exec --detach --pid-file pid "$CTR" sleep 1000
	[ "$(cat "/proc/$(cat pid)/cgroup")" = "$(cat "/proc/$pid/cgroup")" ]
}

@test "exec exits with the status of the command" {
	running
	for code in 0 1 2 126 127 254 255; do
		runtime exec "$CTR" sh -c "exit $code"
		[ "$status" -eq "$code" ]
		[ -z "$output" ]
	done
}

@test "exec exits with 128 + signal when the command dies of a signal" {
	running
	for signal in KILL:137 TERM:143 SEGV:139 HUP:129; do
		runtime exec "$CTR" sh -c "kill -${signal%:*} \$\$"
		[ "$status" -eq "${signal#*:}" ]
	done
}

@test "exec keeps stdout and stderr apart and hands stdin on" {
	running
	runtime exec "$CTR" sh -c 'cat; echo err >&2' <<<"in"
	[ "$status" -eq 0 ]
	[ "$stdout" = in ]
	[ "$stderr" = err ]
}

@test "exec loses nothing of large data in both directions" {
	running
	head -c 2000000 /dev/urandom >data
	"$RUNTIME" --root "$STATE_ROOT" exec "$CTR" cat <data >copy
	cmp data copy
	[ "$(head -c 2000000 /dev/zero | "$RUNTIME" --root "$STATE_ROOT" exec "$CTR" cat | wc -c)" -eq 2000000 ]
}

@test "exec fails with 255 when the executable is not in PATH" {
	running
	exec_fails 'exec: "no-such-program": executable file not found in $PATH' "$CTR" no-such-program
	exec_fails 'executable file not found in $PATH' "$CTR" ""
	exec_fails 'executable file not found in $PATH' --env PATH=/tmp "$CTR" true
}

@test "exec fails with 255 when the executable is absent" {
	running
	exec_fails 'exec: "/no/such": stat /no/such: no such file or directory' "$CTR" /no/such
	exec_fails 'no such file or directory' "$CTR" ./nothing
}

@test "exec fails with 255 when the file may not be executed" {
	running
	exec_fails 'permission denied' "$CTR" /etc/passwd
}

@test "exec fails with 255 when the executable is a directory" {
	running
	exec_fails 'is a directory' "$CTR" /tmp
	exec_fails 'is a directory' "$CTR" ./bin
}

@test "exec fails when the file is no program" {
	running
	printf 'neither ELF nor script' >rootfs/bin/text
	chmod 755 rootfs/bin/text
	runtime exec "$CTR" /bin/text
	[ "$status" -ne 0 ]
	says "exec format error"
}

@test "exec fails with 255 for an absent container, before it looks at the rest" {
	exec_fails "container does not exist" "$CTR" true
	exec_fails "container does not exist" --process absent.json "$CTR"
}

@test "exec fails with 255 in a stopped container" {
	set_args true
	succeeds run --keep "$CTR"
	exec_fails "cannot exec in a stopped container" "$CTR" true
	exec_fails "cannot exec in a stopped container" --ignore-paused "$CTR" true
}

@test "exec works in a created container" {
	succeeds create "$CTR"
	succeeds exec "$CTR" echo hello
	[ "$output" = hello ]
	has_status "$CTR" created
	succeeds start "$CTR"
}

@test "exec fails without a command" {
	running
	exec_fails "exec args cannot be empty" "$CTR"
	runtime exec
	[ "$status" -ne 0 ]
	says "requires a minimum of 1 argument(s)"
}

@test "exec hands options behind the command to the command" {
	running
	succeeds exec "$CTR" echo -n --cwd /tmp -t --user 5 -- x
	[ "$output" = "--cwd /tmp -t --user 5 -- x" ]
}

@test "exec --cwd sets the working directory" {
	running
	for option in "--cwd /tmp" "--cwd=/tmp" "-cwd /tmp"; do
		# shellcheck disable=SC2086 # words
		succeeds exec $option "$CTR" pwd
		[ "$output" = /tmp ]
	done
	exec_fails "Cwd must be an absolute path" --cwd tmp "$CTR" pwd
	exec_fails "no such file or directory" --cwd /absent "$CTR" pwd
	[ ! -e rootfs/absent ]
	exec_fails "not a directory" --cwd /etc/passwd "$CTR" pwd
}

@test "exec starts in the container's own working directory otherwise" {
	running '.process.cwd = "/tmp"'
	succeeds exec "$CTR" pwd
	[ "$output" = /tmp ]
}

@test "exec --env adds to the environment of config.json and the last one wins" {
	running '.process.env += ["FROM=config", "KEPT=yes"]'
	succeeds exec --env FROM=first --env "TEXT=a = b" --env FROM=last --env EMPTY= "$CTR" env
	grep -qx FROM=last "$stdout_file"
	grep -qx KEPT=yes "$stdout_file"
	grep -qx "TEXT=a = b" "$stdout_file"
	grep -qx EMPTY= "$stdout_file"
	[ "$(grep -c ^FROM= "$stdout_file")" -eq 1 ]
	succeeds exec -e A=1 -e B=2 "$CTR" sh -c 'echo $A$B'
	[ "$output" = 12 ]
}

@test "exec --env refuses what has no name or no equals sign" {
	running
	exec_fails "invalid environment variable" --env NOTHING "$CTR" true
	exec_fails "invalid environment variable" --env =x "$CTR" true
}

@test "exec does not hand the caller's environment on" {
	running
	SECRET=1 runtime exec "$CTR" env
	not grep -q SECRET "$stdout_file"
}

@test "exec --user sets the numeric user and group" {
	running
	succeeds exec --user 1000 "$CTR" id
	[[ $output == "uid=1000(user) gid=0(root)"* ]]
	succeeds exec -u 1000:1000 "$CTR" id
	[[ $output == "uid=1000(user) gid=1000(user)"* ]]
	succeeds exec --user=0:50 "$CTR" id
	[[ $output == "uid=0(root) gid=50"* ]]
	succeeds exec "$CTR" id -u
	[ "$output" = 0 ]
}

@test "exec --user refuses names and what is no number" {
	running
	for user in root 1000:user 1x 1: :1 0x1 " 1" 1.0; do
		runtime exec --user "$user" "$CTR" true
		[ "$status" -eq 255 ]
	done
	exec_fails "bad uid" --user root "$CTR" true
	exec_fails "bad gid" --user 0:root "$CTR" true
	runtime exec --user=-1 "$CTR" true
	[ "$status" -eq 255 ]
}

@test "exec --user refuses numbers beyond 32 bits" {
	corten_only "runc cuts them off and runs the command as another user"
	running
	for user in 4294967296 99999999999 0:4294967296 18446744073709551616; do
		runtime exec --user "$user" "$CTR" true
		[ "$status" -eq 255 ]
	done
}

@test "exec refuses the id 4294967295, which would leave the process root" {
	running
	if ! is_corten; then
		runtime exec --user 4294967295 "$CTR" id
		[ "$status" -ne 0 ]
		return
	fi
	exec_fails "bad uid: 4294967295 is no id" --user 4294967295 "$CTR" id
	exec_fails "bad gid: 4294967295 is no id" --user 0:4294967295 "$CTR" id
	exec_fails "additional-gids: 4294967295 is no id" --additional-gids 4294967295 "$CTR" id
	for user in '{"uid":4294967295}' '{"gid":4294967295}' '{"additionalGids":[4294967295]}'; do
		echo "{\"cwd\":\"/\",\"args\":[\"/bin/id\"],\"user\":$user}" >p.json
		exec_fails "4294967295 is no id" --process p.json "$CTR"
		says "process.user."
	done
}

@test "exec sets HOME to that of the user" {
	running
	succeeds exec "$CTR" sh -c 'echo $HOME'
	[ "$output" = /root ]
	succeeds exec --user 1000 "$CTR" sh -c 'echo $HOME'
	[ "$output" = /home/user ]
	succeeds exec --user 4711 "$CTR" sh -c 'echo $HOME'
	[ "$output" = / ]
	succeeds exec --user 1000 --env HOME=/tmp "$CTR" sh -c 'echo $HOME'
	[ "$output" = /tmp ]
}

@test "exec --additional-gids sets supplementary groups" {
	running '.process.user.additionalGids = [9]'
	succeeds exec --additional-gids 7 --additional-gids 65000 --user 1000:1000 "$CTR" grep ^Groups: /proc/self/status
	[[ $output == $'Groups:\t'*7\ *65000* ]]
	succeeds exec -g 8 "$CTR" grep ^Groups: /proc/self/status
	[[ $output == *8* ]]
	runtime exec -g many "$CTR" true
	[ "$status" -ne 0 ]
}

@test "exec has the supplementary groups of config.json" {
	running '.process.user.additionalGids = [7, 65000]'
	succeeds exec "$CTR" grep ^Groups: /proc/self/status
	[[ $output == $'Groups:\t7 65000'* ]]
}

@test "exec --cap adds to the bounding, effective and permitted sets only" {
	running
	succeeds exec --cap CAP_CHOWN "$CTR" grep ^Cap /proc/self/status
	# CAP_CHOWN is bit 0; the others are those of config.json.
	for set in Prm Eff Bnd; do grep -qx $'Cap'"$set"$':\t0000000020000421' "$stdout_file"; done
	for set in Inh Amb; do grep -qx $'Cap'"$set"$':\t0000000000000000' "$stdout_file"; done
	succeeds exec -c CAP_CHOWN -c CAP_FOWNER "$CTR" grep ^CapEff /proc/self/status
	[ "$output" = $'CapEff:\t0000000020000429' ]
}

@test "exec without --cap has the capabilities of config.json" {
	running
	succeeds exec "$CTR" grep ^Cap /proc/self/status
	for set in Prm Eff Bnd; do grep -qx $'Cap'"$set"$':\t0000000020000420' "$stdout_file"; done
}

@test "exec --cap sets the ambient capability only where it is inheritable" {
	running '.process.capabilities.inheritable = ["CAP_KILL"]'
	succeeds exec --cap CAP_KILL --cap CAP_CHOWN "$CTR" grep ^CapAmb /proc/self/status
	[ "$stdout" = $'CapAmb:\t0000000000000020' ]
}

@test "exec --cap warns about a name it does not know, and runs" {
	running
	succeeds exec --cap CAP_BOGUS "$CTR" true
	says "CAP_BOGUS"
	says "level=warning"
}

@test "exec --no-new-privs sets the flag" {
	running '.process.noNewPrivileges = false'
	succeeds exec "$CTR" grep ^NoNewPrivs /proc/self/status
	[ "$output" = $'NoNewPrivs:\t0' ]
	succeeds exec --no-new-privs "$CTR" grep ^NoNewPrivs /proc/self/status
	[ "$output" = $'NoNewPrivs:\t1' ]
}

@test "exec keeps the flag no_new_privs of config.json" {
	running
	succeeds exec "$CTR" grep ^NoNewPrivs /proc/self/status
	[ "$output" = $'NoNewPrivs:\t1' ]
}

@test "exec applies the resource limits of config.json" {
	running '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 77, hard: 88}]'
	succeeds exec "$CTR" sh -c 'ulimit -Sn; ulimit -Hn'
	[ "$output" = $'77\n88' ]
}

@test "exec --detach returns while the command runs, with the caller's streams" {
	running
	succeeds exec --detach "$CTR" sh -c 'touch /begun; while [ ! -e /go ]; do sleep 0.02; done; echo late'
	[ -z "$output" ]
	inherited=$stdout_file
	eventually 5 test -e rootfs/begun
	touch rootfs/go
	eventually 5 grep -qx late "$inherited"
}

@test "exec whose pid file cannot be written leaves no process" {
	running
	exec_fails "writing the pid file" --detach --pid-file absent/pid "$CTR" sleep 1000
	succeeds ps --format json "$CTR"
	[ "$(jq length <<<"$stdout")" -eq 1 ]
}

@test "exec --pid-file writes the pid without a newline" {
	running
	succeeds exec --detach --pid-file pid "$CTR" sleep 1000
	[ "$(wc -l <pid)" -eq 0 ]
	pid=$(cat pid)
	[ "$pid" != "$(pid_of "$CTR")" ]
	eventually 5 grep -q sleep "/proc/$pid/cmdline"
	[ ! -e .pid ]
	succeeds exec --pid-file foreground "$CTR" true
	[[ $(cat foreground) =~ ^[0-9]+$ ]]
}

@test "a failed exec leaves no pid file" {
	running
	for detach in "" --detach; do
		# shellcheck disable=SC2086 # nothing when empty
		exec_fails "executable file not found" $detach --pid-file pid "$CTR" no-such-program
		[ ! -e pid ]
		[ ! -e .pid ]
	done
}

@test "exec --process takes everything from the file" {
	running
	jq '.process | .args = ["sh", "-c", "id -u; id -g; pwd; echo $X; grep ^CapEff /proc/self/status; ulimit -Hn"]
		| .user = {uid: 1000, gid: 50} | .cwd = "/tmp" | .env += ["X=from file"]
		| .capabilities.ambient = ["CAP_KILL"] | .capabilities.inheritable = ["CAP_KILL"]
		| .rlimits = [{type: "RLIMIT_NOFILE", soft: 33, hard: 44}]' config.json >process.json
	for option in "--process process.json" "-p process.json" "--process=$PWD/process.json"; do
		# shellcheck disable=SC2086 # words
		succeeds exec $option "$CTR"
		[ "$stdout" = $'1000\n50\n/tmp\nfrom file\nCapEff:\t0000000000000020\n44' ]
	done
}

@test "exec --process ignores a command on the command line" {
	running
	jq '.process | .args = ["echo", "file"]' config.json >process.json
	succeeds exec --process process.json "$CTR" echo line
	[ "$output" = file ]
}

@test "exec --process refuses files that are absent, broken or incomplete" {
	running
	exec_fails "no such file or directory" --process absent.json "$CTR"
	echo '{' >broken.json
	exec_fails "" --process broken.json "$CTR"
	echo '{"cwd": "/", "args": "true"}' >wrong.json
	exec_fails "args" --process wrong.json "$CTR"
	echo '{"args": ["true"]}' >no-cwd.json
	exec_fails "Cwd property must not be empty" --process no-cwd.json "$CTR"
	echo '{"cwd": "/"}' >no-args.json
	exec_fails "args must not be empty" --process no-args.json "$CTR"
	has_status "$CTR" running
}

@test "a foreground exec forwards signals to the command" {
	running
	runtime_background exec "$CTR" sh -c 'trap "exit 42" TERM; touch /ready; while :; do sleep 0.02; done'
	eventually 5 test -e rootfs/ready
	kill -TERM "$runtime_pid"
	wait_background
	[ "$status" -eq 42 ]
}

@test "exec returns when the command ends although its children live on" {
	running
	runtime exec "$CTR" sh -c 'sleep 1000 >/dev/null 2>&1 & exit 3'
	[ "$status" -eq 3 ]
}

@test "a killed container ends the foreground exec" {
	running
	runtime_background exec "$CTR" sh -c 'touch /ready; sleep 1000'
	eventually 5 test -e rootfs/ready
	succeeds kill "$CTR" KILL
	wait_background
	[ "$status" -eq 137 ]
}

@test "several commands run at once" {
	running
	pids=()
	for n in 1 2 3 4 5 6; do
		"$RUNTIME" --root "$STATE_ROOT" exec "$CTR" sh -c "sleep 0.2; echo $n" >"out.$n" 3>&- &
		pids+=($!)
		BACKGROUND+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
	[ "$(cat out.*)" = $'1\n2\n3\n4\n5\n6' ]
}

@test "exec refuses a label or profile of a security module that is not there" {
	running
	if [ ! -e /sys/fs/selinux/enforce ]; then
		exec_fails "selinux" --process-label system_u:system_r:container_t:s0 "$CTR" true
	fi
	if [ ! -e /sys/module/apparmor/parameters/enabled ]; then
		exec_fails "apparmor" --apparmor some-profile "$CTR" true
	fi
	has_status "$CTR" running
}

@test "exec enters a container whose pids limit has room for one more task" {
	corten_only "runc's own threads are in the container, and need more room"
	requires cgroup_pids
	running '.linux.resources.pids.limit = 2'
	for round in 1 2 3; do
		succeeds exec "$CTR" true
		[ -z "$output" ]
	done
	succeeds exec --detach --pid-file pid "$CTR" sleep 1000
	[ "$(cat "/proc/$(cat pid)/cgroup")" = "$(cat "/proc/$(pid_of "$CTR")/cgroup")" ]
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" pids)/pids.current")" -eq 2 ]
	exec_fails "at most 2 tasks" "$CTR" true
	[ "$(cat "$(cgroup_dir "$(pid_of "$CTR")" pids)/pids.current")" -eq 2 ]
}
