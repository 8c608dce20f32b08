#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# crun's annotations, "run.oci.…". RUNTIME=crun passes, too, but for the tests that say why not; runc knows none of them.

load helpers
load helpers_fields

setup() {
	requires root
	! is_runc || skip "runc has no such annotations"
	setup_bundle
}

is_runc() { [[ $("$RUNTIME" --version) == runc* ]]; }

# annotate NAME VALUE
annotate() { update_config '.annotations["run.oci." + $n] = $v' --arg n "$1" --arg v "$2"; }

# with_groups LIST ARG… calls the runtime with these additional groups.
with_groups() { succeeded setpriv --groups "$1" "$RUNTIME" --root "$STATE_ROOT" "${@:2}"; }

succeeded() {
	new_output_files
	status=0
	"${LIMIT[@]}" "$@" >"$stdout_file" 2>"$stderr_file" </dev/null 3>&- 4>&- || status=$?
	read_output "$*"
	[ "$status" -eq 0 ]
}

# An array of struct sock_filter, in base64: FIRST INSTRUCTION…, each "code k" with no jump.
filter() {
	"$PYTHON" - "$@" <<-'END'
		import base64, struct, sys
		words = [int(word, 0) for word in sys.argv[1:]]
		pieces = [struct.pack("=HBBI", code, 0, 0, k) for code, k in zip(words[::2], words[1::2])]
		print(base64.b64encode(b"".join(pieces)).decode())
	END
}

@test "keep_original_groups leaves the caller's groups to the process" {
	update_config '.process.user.additionalGids = [7]'
	set_args grep Groups: /proc/self/status
	annotate keep_original_groups 1
	with_groups 1234,5678 run "$CTR"
	[[ $stdout == *"1234 5678"* ]]
	annotate keep_original_groups 0
	with_groups 1234,5678 run "$CTR"
	[[ $stdout != *1234* && $stdout == *7* ]]
}

@test "keep_original_groups is for exec, too" {
	set_args sleep 1000
	annotate keep_original_groups 1
	with_groups 1234 run --detach "$CTR"
	with_groups 5678 exec "$CTR" grep Groups: /proc/self/status
	[[ $stdout == *5678* && $stdout != *1234* ]]
}

@test "keep_original_groups in a user namespace: groups that are not mapped stay in force" {
	requires userns
	map_ids
	set_args grep Groups: /proc/self/status
	annotate keep_original_groups 1
	with_groups 70001 run "$CTR"
	[[ $stdout == *65534* ]]
}

@test "pidfd_receiver gets a pidfd of the process" {
	requires python kernel 5.3
	tool pidfd "$TEST_DIR/pidfd"
	set_args sleep 1000
	annotate pidfd_receiver "$TEST_DIR/pidfd"
	succeeds run --detach "$CTR"
	eventually 5 grep -q "^received .*$(pid_of "$CTR")" "$TEST_DIR/pidfd.out"
	succeeds kill "$CTR" KILL
	eventually 5 grep -qx ended "$TEST_DIR/pidfd.out"
}

@test "pidfd_receiver where nobody listens is an error, and nothing is left" {
	corten_only "crun 1.28 leaves the cgroup"
	annotate pidfd_receiver "$TEST_DIR/nobody"
	fails run "$CTR"
	nothing_left
}

@test "seccomp.receiver is an agent, where the profile names none" {
	requires seccomp kernel 5.6 python
	mkdir "$TEST_DIR/messages"
	tool seccomp_agent "$TEST_DIR/agent.sock" "$TEST_DIR/messages" errno=123
	annotate seccomp.receiver "$TEST_DIR/agent.sock"
	update_config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_NOTIFY"}]}'
	set_script 'mkdir /tmp/x 2>/tmp/said'
	succeeds run --detach "$CTR" # in the foreground crun 1.28 does not end
	eventually 5 grep -q "No medium found" rootfs/tmp/said
	eventually 5 grep -q '^call ' "$TEST_DIR/seccomp_agent.out"
}

@test "seccomp_bpf_data is the filter, whatever linux.seccomp says" {
	requires seccomp python
	# Allows all: ret SECCOMP_RET_ALLOW.
	annotate seccomp_bpf_data "$(filter 0x06 0x7fff0000)"
	update_config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}]}'
	set_script 'mkdir -p /tmp/x && grep Seccomp: /proc/self/status'
	succeeds run "$CTR"
	[[ $stdout == *2* ]]
	# Writes to the log, and allows.
	annotate seccomp_bpf_data "$(filter 0x06 0x7ffc0000)"
	succeeds run "$CTR"
}

@test "hooks.stdout and hooks.stderr: what hooks of each kind print is appended" {
	local kind
	echo before >"$TEST_DIR/out"
	annotate hooks.stdout "$TEST_DIR/out"
	annotate hooks.stderr "$TEST_DIR/err"
	for kind in prestart createRuntime createContainer startContainer poststart poststop; do
		update_config '.hooks[$k] = [{path: "/bin/sh", args: ["sh", "-c", "echo \($k); echo error of \($k) >&2"]}]' --arg k $kind
	done
	set_args true
	succeeds run "$CTR"
	[ "$(head -n 1 "$TEST_DIR/out")" = before ]
	[ "$(sort "$TEST_DIR/out" | tr '\n' ' ')" = "before createContainer createRuntime poststart poststop prestart startContainer " ]
	[ "$(grep -c "^error of" "$TEST_DIR/err")" -eq 6 ]
}

@test "hooks.stdout in a user namespace is the host's file" {
	requires userns
	annotate hooks.stdout "$TEST_DIR/out"
	chmod 711 "$TEST_DIR"
	update_config '.hooks.createContainer = [{path: "/bin/sh", args: ["sh", "-c", "echo created"]}]
		| .hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "echo started"]}]'
	set_args true
	map_ids
	succeeds run "$CTR"
	[ "$(cat "$TEST_DIR/out")" = $'created\nstarted' ]
}

@test "the process gets none of the hooks' files" {
	annotate hooks.stdout "$TEST_DIR/out"
	update_config '.hooks.startContainer = [{path: "/bin/true"}]'
	set_args ls /proc/self/fd
	succeeds run "$CTR"
	# ls has the directory that it reads as 3.
	[ "$stdout" = $'0\n1\n2\n3' ]
}

@test "a file of hooks that cannot be made is an error, and nothing is left" {
	annotate hooks.stdout "$TEST_DIR/absent/out"
	update_config '.hooks.createRuntime = [{path: "/bin/true"}]'
	fails run "$CTR"
	says "absent/out"
	nothing_left
}

@test "values that cannot be are errors that name the annotation, before anything exists" {
	corten_only "crun takes relative paths, and tries filters that are none"
	local name value
	while read -r name value; do
		update_config '.annotations = {}'
		annotate "$name" "$value"
		fails run "$CTR"
		says "annotations[\"run.oci.$name\"]"
		nothing_left
	done <<-END
		hooks.stdout out
		hooks.stderr out
		pidfd_receiver socket
		seccomp.receiver socket
		seccomp_bpf_data AAAA
		seccomp_bpf_data !!!!
		mount_context_type none
		handler krun
		systemd.subgroup ../up
		delegate-cgroup /top
		delegate-cgroup a/../../b
		systemd.force_cgroup_v1 sys/fs/cgroup
		systemd.force_cgroup_v1 /nothing/is/mounted/here
	END
}

@test "delegate-cgroup: the process goes below the root of its cgroup namespace, once it is there" {
	only_cgroup2
	set_args sleep 1000
	update_config '.linux.namespaces += [{type: "cgroup"}]'
	annotate systemd.subgroup ignored
	annotate delegate-cgroup payload/inner
	succeeds run --detach "$CTR"
	[[ $(cgroup_dir "$(pid_of "$CTR")" unified) == */"$CTR/payload/inner" ]]
	# The host's /proc tells the whole path, the container's what is below the root of its namespace.
	succeeds exec "$CTR" grep ^0:: /proc/1/cgroup
	prints 0::/payload/inner
}

@test "delegate-cgroup: exec goes where the process is, and pause, ps, kill and delete are for all of it" {
	corten_only "crun puts it into the cgroup above, or fails"
	only_cgroup2
	set_args sleep 1000
	update_config '.linux.namespaces += [{type: "cgroup"}]'
	annotate delegate-cgroup payload
	succeeds create "$CTR"
	[[ $(cgroup_dir "$(pid_of "$CTR")" unified) == */"$CTR/payload" ]]
	succeeds start "$CTR"
	succeeds exec "$CTR" grep ^0:: /proc/self/cgroup
	prints 0::/payload
	local top
	top=$(cgroup_dir "$(pid_of "$CTR")" unified)
	grep -q '^frozen 0' "$top/cgroup.events"
	succeeds pause "$CTR"
	grep -q '^frozen 1' "$top/cgroup.events"
	succeeds ps --format json "$CTR"
	prints "[$(pid_of "$CTR")]"
	succeeds resume "$CTR"
	succeeds kill --all "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	[ ! -e "${top%/payload}" ]
}

@test "delegate-cgroup in a user namespace is the container's to change" {
	only_cgroup2
	requires userns
	map_ids
	update_config '.linux.namespaces += [{type: "cgroup"}] | .mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["rw"]}]'
	annotate delegate-cgroup payload
	set_script 'mkdir /sys/fs/cgroup/payload/more && echo 0 >/sys/fs/cgroup/payload/more/cgroup.procs && cat /proc/self/cgroup'
	succeeds run "$CTR"
	[[ $stdout == *0::/payload/more* ]]
}

@test "delegate-cgroup is an error where there is cgroup v1, and where cgroups are disabled" {
	corten_only "crun takes it with cgroups that are disabled"
	annotate delegate-cgroup payload
	fails --cgroup-manager disabled run "$CTR"
	says 'run.oci.delegate-cgroup'
	requires cgroup_v1
	fails run "$CTR"
	says 'run.oci.delegate-cgroup"] needs cgroup v2'
	nothing_left
}

@test "systemd.subgroup is for systemd's cgroups alone" {
	set_args true
	annotate systemd.subgroup inner
	succeeds run "$CTR"
}

@test "systemd.force_cgroup_v1 shows the hierarchy of systemd in the place of the mount" {
	only_cgroup2
	grep -qw name=systemd /proc/self/cgroup || skip "needs a mounted hierarchy name=systemd"
	update_config '.linux.namespaces += [{type: "cgroup"}]
		| .mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["rw", "nosuid", "noexec", "nodev"]}]'
	annotate systemd.force_cgroup_v1 /sys/fs/cgroup
	set_script 'grep " /sys/fs/cgroup" /proc/self/mounts; ls /sys/fs/cgroup; cat /sys/fs/cgroup/systemd/cgroup.procs | grep -c .'
	succeeds run "$CTR"
	[[ $stdout == *" /sys/fs/cgroup tmpfs rw,nosuid,nodev,noexec"*" /sys/fs/cgroup/systemd cgroup rw,nosuid,nodev,noexec"*name=systemd*$'\nsystemd\n'* ]]
}

@test "systemd.force_cgroup_v1 without a cgroup namespace, which would show the host's cgroups, is an error" {
	corten_only "crun shows them"
	update_config '.linux.namespaces |= map(select(.type != "cgroup"))
		| .mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup"}]'
	annotate systemd.force_cgroup_v1 /sys/fs/cgroup
	fails run "$CTR"
	says 'run.oci.systemd.force_cgroup_v1'
	nothing_left
}

# told_of_config WORDS: checkpoint and restore say so of the file of options for CRIU, and nothing is made.
told_of_config() {
	fails checkpoint --image-path "$TEST_DIR/images" "$CTR"
	says "annotations[\"org.criu.config\"]: $1"
	[ ! -e "$TEST_DIR/images" ]
	has_status "$CTR" running
	fails restore --image-path "$TEST_DIR/images" "$CTR-2"
	says "annotations[\"org.criu.config\"]: $1"
	absent "$CTR-2"
}

@test "org.criu.config: a file that others could write to, or that is none, is an error that names it" {
	corten_only "crun and runc have CRIU read whatever it is"
	local file=$TEST_DIR/criu.conf
	echo tcp-established >"$file"
	set_args sleep 1000
	update_config '.annotations["org.criu.config"] = $f' --arg f "$file"
	succeeds run --detach "$CTR"
	chmod 664 "$file"
	told_of_config "\"$file\" can be written by others (mode 0664)"
	chmod 606 "$file"
	told_of_config "\"$file\" can be written by others (mode 0606)"
	chmod 600 "$file"
	chown 12345 "$file"
	told_of_config "\"$file\" is user 12345's"
	rm "$file"
	told_of_config "open $file: no such file or directory"
	mkfifo "$file"
	told_of_config "\"$file\" is no regular file"
	rm "$file"
	ln -s /dev/zero "$file"
	told_of_config "\"$file\" is no regular file"
}

@test "a handler is an error, but for a pod's sandbox" {
	corten_only "crun may have handlers"
	set_args true
	annotate handler wasm
	fails run "$CTR"
	says 'asks for the handler'
	update_config '.annotations["io.kubernetes.cri.container-type"] = "sandbox"'
	succeeds run "$CTR"
}

@test "an annotation that is not known is ignored" {
	annotate no_such_annotation 1
	set_args echo runs
	succeeds run "$CTR"
	prints runs
}
