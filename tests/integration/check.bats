#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# corten check: what this machine can do for containers. Its verdict is held against what a container then does, and it is asked
# where something has been taken away, in namespaces that end with the test.

load helpers
load helpers_fields

setup() {
	corten_only "no other runtime has it"
	"$RUNTIME" check --help >/dev/null 2>&1 || skip "needs corten-tools beside the runtime"
	setup_bundle
	before=$(mounts_and_groups)
}

mounts_and_groups() {
	cat /proc/self/mountinfo
	find /sys/fs/cgroup -maxdepth 2 -name 'corten-check*'
}

# of FILTER: of the last call's JSON.
of() { jq -r "$1" "$stdout_file"; }

@test "the table has a row for each thing, and a verdict for root and for users" {
	runtime check
	[ "$status" -eq 0 ]
	[[ $(head -n1 "$stdout_file") =~ ^NAME\ +ROOT\ +ROOTLESS\ +FOUND$ ]]
	for name in kernel namespace.user namespace.pid proc overlay openat2 mount-api cgroup seccomp apparmor selinux criu systemd newuidmap; do
		grep -Eq "^$name +(yes|no|-) +(yes|no|-)" "$stdout_file"
	done
	grep -q "^containers of root " "$stdout_file"
	grep -q "^rootless containers " "$stdout_file"
	not grep -q $'\e' "$stdout_file"
}

@test "--json has the same, and nothing is left behind" {
	runtime check --json
	[ "$status" -eq 0 ]
	of '.checks | length > 20' | grep -qx true
	[ "$(of '[.checks[] | select(.name == "kernel")][0].found')" = "$(uname -srm)" ]
	[ "$(mounts_and_groups)" = "$before" ]
}

@test "where check says that containers of root work, one does" {
	requires root
	runtime check root
	works=$status
	set_args true
	runtime run "$CTR"
	[ "$status" -eq "$works" ]
}

@test "where check says that rootless containers work, one does" {
	requires userns
	((EUID != 0)) || become_daemon
	runtime check --json
	works=$(of '.rootless.works')
	rm config.json
	succeeds spec --rootless
	update_config '.process.terminal = false'
	set_args true
	runtime run "$CTR"
	[[ $works == true && $status -eq 0 ]] || [[ $works == false && $status -ne 0 ]]
}

@test "what is missing is named, with what mends it, and is status 1 where it was asked for" {
	requires root userns
	unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_uts_namespaces; exec "$@"' sh "$RUNTIME" check namespace.uts namespace.ipc \
		>"$TEST_DIR/out" && status=0 || status=$?
	[ "$status" -eq 1 ]
	grep -Eq '^namespace.uts +- +no +no space left on device$' "$TEST_DIR/out"
	grep -q 'mend: sysctl -w user.max_uts_namespaces=' "$TEST_DIR/out"
	grep -Eq '^namespace.ipc +- +yes$' "$TEST_DIR/out"
	unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_uts_namespaces; exec "$@"' sh "$RUNTIME" check rootless >"$TEST_DIR/out" &&
		status=0 || status=$?
	[ "$status" -eq 1 ]
	[ "$(cat "$TEST_DIR/out")" = "rootless containers do not work: namespace.uts" ]
}

@test "a /proc that is covered in part is seen" {
	requires root userns
	unshare -m sh -c 'mount -t tmpfs none /proc/sys && exec "$@"' sh "$RUNTIME" check --json >"$TEST_DIR/out"
	[ "$(jq -r '.checks[] | select(.name == "proc") | .rootless' "$TEST_DIR/out")" = false ]
	[ "$(jq -c '.rootless.lacking' "$TEST_DIR/out")" = '["proc"]' ]
}

@test "what PATH does not have is missing" {
	PATH=/absent "$RUNTIME" check criu >"$TEST_DIR/out" && status=0 || status=$?
	[ "$status" -eq 1 ]
	grep -q 'mend: apt install criu' "$TEST_DIR/out"
}

@test "a name that is no check is told from the one that was meant" {
	runtime check namespase.pid
	[ "$status" -eq 2 ]
	says 'there is no check "namespase.pid" (did you mean "namespace.pid"?)'
}

@test "colours are for terminals" {
	requires terminal
	in_terminal "PATH=/absent $(runtime_command) check criu" || true
	[[ $output == *$'\e[31m'* ]]
}
