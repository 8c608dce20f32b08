#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Whatever is wrong with the bundle: status 1, one sentence that names it, and nothing
# left behind (teardown looks for processes, mounts, cgroups and state).

load helpers

# refuses 'TEXT': create and run both fail, say TEXT and leave nothing.
refuses() {
	for command in create run; do
		fails_saying "$1" "$command" --pid-file "$TEST_DIR/pid" "$CTR"
		says "$command failed: "
		[ -n "$stderr" ]
		[ -z "$stdout" ]
		[ "$(wc -l <"$stderr_file")" -eq 1 ]
		[ ! -e "$STATE_ROOT/$CTR" ]
		[ ! -e "$TEST_DIR/pid" ]
	done
}

# refuses_config 'JQ FILTER' 'TEXT': the template changed by the filter is refused.
refuses_config() {
	cp "$INTEGRATION_DIR/tools/config.json" config.json
	update_config "$1"
	refuses "$2"
}

# Rule: create: a config.json that is not valid is an error
@test "a bundle without config.json is refused" {
	rm config.json
	refuses "config.json"
	says "not found"
}

@test "a config.json that is a directory is refused" {
	rm config.json
	mkdir config.json
	refuses "is a directory"
}

# Rule: create: a config.json that is not valid is an error
@test "a config.json that cannot be parsed is refused" {
	for text in '' ' ' '{' '{"ociVersion"' 'no json' '[]' 'null' '"text"' '12' '{"a":}' "{'a':1}" '{"a":1,}' '{}'; do
		printf '%s' "$text" >config.json
		refuses ""
	done
}

@test "a config.json cut off at any point is refused" {
	size=$(stat -c %s config.json)
	for tenth in 1 2 3 4 5 6 7 8 9; do
		head -c $((size * tenth / 10)) "$INTEGRATION_DIR/tools/config.json" >config.json
		fails create "$CTR"
		[ ! -e "$STATE_ROOT/$CTR" ]
	done
}

@test "a deeply nested config.json is refused or ignored, without a crash" {
	awk 'BEGIN { for (i = 0; i < 200000; i++) printf "[" }' >nest
	{
		printf '{"x":'
		cat nest
	} >config.json
	refuses ""
}

@test "values of a wrong type are refused, naming the field" {
	refuses_config '.process.args = "sh"' "process.args"
	refuses_config '.process.args = [1]' "process.args"
	refuses_config '.process.user.uid = "root"' "process.user.uid"
	refuses_config '.process.env = {}' "process.env"
	refuses_config '.process.terminal = "no"' "process.terminal"
	refuses_config '.root = "rootfs"' "root"
	refuses_config '.mounts = {}' "mounts"
	refuses_config '.linux.namespaces = "pid"' "linux.namespaces"
	refuses_config '.hostname = 5' "hostname"
	refuses_config '.linux.resources.memory.limit = "1G"' "limit"
	refuses_config '.annotations = {"a": 1}' "annotations"
}

@test "numbers out of range are refused" {
	refuses_config '.process.user.uid = -1' "process.user.uid"
	refuses_config '.process.user.uid = 4294967296' "process.user.uid"
	refuses_config '.process.user.gid = 1.5' "process.user.gid"
	refuses_config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: -1, hard: 1}]' "rlimits"
}

# refuses_id 'JQ FILTER' 'TEXT': as refuses_config, but `create` alone is asked.
refuses_id() {
	cp "$INTEGRATION_DIR/tools/config.json" config.json
	update_config "$1"
	fails_saying "$2" create "$CTR"
}

# To setresuid(2) and chown(2) it is -1, "leave unchanged": the process would stay root.
@test "the id 4294967295 is refused wherever an id may be" {
	none=4294967295
	if ! is_corten; then # runc refuses some of them, in words of the kernel
		update_config '.process.user = {uid: 4294967295, gid: 4294967295} | .process.args = ["id", "-u"]'
		runtime run "$CTR"
		[ "$status" -ne 0 ]
		return
	fi
	refuses_config ".process.user.uid = $none" "process.user.uid: $none is no id"
	refuses_id ".process.user.gid = $none" "process.user.gid: $none is no id"
	refuses_id ".process.user.additionalGids = [1, $none]" "process.user.additionalGids[1]: $none is no id"
	for field in uid gid; do
		refuses_id ".linux.devices = [{type: \"c\", path: \"/dev/x\", major: 1, minor: 3, $field: $none}]" \
			"linux.devices[0].$field: $none is no id"
		refuses_id ".mounts += [{destination: \"/tmp\", type: \"tmpfs\", source: \"tmpfs\", options: [\"ro\", \"$field=$none\"]}]" \
			"].options[1]: \"$none\" is no id"
	done
	for range in "uidMappings = [{containerID: $none, hostID: 0" "gidMappings = [{containerID: 0, hostID: $none"; do
		refuses_id '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 1000, size: 9}]
			| .linux.gidMappings = .linux.uidMappings'" | .linux.$range, size: 1}]" \
			"linux.${range%% *}[0]: the range goes beyond the last id"
	done
}

@test "a config.json without a process is not run" {
	update_config 'del(.process)'
	fails_saying "process property must not be empty" run "$CTR"
	update_config '.process = null'
	fails_saying "process property must not be empty" run "$CTR"
	absent "$CTR"
}

@test "a process without arguments is refused" {
	refuses_config '.process.args = []' "args must not be empty"
	refuses_config 'del(.process.args)' "args must not be empty"
}

@test "a working directory that is not absolute is refused" {
	refuses_config '.process.cwd = "tmp"' "Cwd must be an absolute path"
	refuses_config '.process.cwd = "./"' "Cwd must be an absolute path"
	refuses_config '.process.cwd = ""' "Cwd property must not be empty"
	refuses_config 'del(.process.cwd)' "Cwd property must not be empty"
}

@test "a working directory that is a file is refused" {
	refuses_config '.process.cwd = "/etc/passwd"' "not a directory"
}

@test "a working directory that is absent is made" {
	update_config '.process.cwd = "/made/for/me" | .process.args = ["pwd"]'
	succeeds run "$CTR"
	[ "$output" = /made/for/me ]
}

@test "an environment entry without a name or an equals sign is refused" {
	refuses_config '.process.env = ["NOTHING"]' "invalid environment variable"
	refuses_config '.process.env = ["=x"]' "invalid environment variable"
	refuses_config '.process.env = ["A=b\u0000c"]' "env"
}

@test "an executable that is absent is refused" {
	refuses_config '.process.args = ["no-such-program"]' \
		'exec: "no-such-program": executable file not found in $PATH'
	refuses_config '.process.args = [""]' 'executable file not found in $PATH'
	refuses_config '.process.args = ["/no/such"]' 'exec: "/no/such": stat /no/such: no such file or directory'
	refuses_config '.process.env = ["PATH=/tmp"]' 'exec: "sleep": executable file not found in $PATH'
}

@test "an executable that may not be executed is refused" {
	refuses_config '.process.args = ["/etc/passwd"]' "permission denied"
	chmod 644 rootfs/etc/group
	refuses_config '.process.args = ["/etc/group"] | .process.user.uid = 1000' "permission denied"
}

@test "an executable that is a directory is refused" {
	refuses_config '.process.args = ["/tmp"]' "is a directory"
	refuses_config '.process.args = ["./bin"]' "is a directory"
}

@test "an executable that is a loop of links is refused" {
	ln -s loop rootfs/loop
	refuses_config '.process.args = ["/loop"]' "too many levels of symbolic links"
}

@test "an executable on the host alone is not found" {
	printf '#!/bin/sh\n' >"$TEST_DIR/program"
	chmod 755 "$TEST_DIR/program"
	ln -s "$TEST_DIR/program" rootfs/bin/outside
	refuses_config '.process.args = ["/bin/outside"]' "no such file or directory"
}

@test "a program that is neither ELF nor script fails when it is started" {
	printf 'plain text' >rootfs/bin/text
	chmod 755 rootfs/bin/text
	set_args /bin/text
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	says "exec format error"
	[ ! -e "$STATE_ROOT/$CTR" ]
}

@test "a root file system that is absent is refused" {
	refuses_config '.root.path = "absent"' "no such file or directory"
	refuses_config '.root.path = "/absent/deep"' "no such file or directory"
	refuses_config 'del(.root)' "root must be specified"
}

@test "a root file system that is a file is refused" {
	touch file
	refuses_config '.root.path = "file"' ""
}

@test "an empty root file system has no executable" {
	mkdir empty
	refuses_config '.root.path = "empty"' 'executable file not found in $PATH'
}

@test "a namespace of an unknown kind is refused, naming it" {
	refuses_config '.linux.namespaces += [{type: "bogus"}]' "bogus"
	refuses_config '.linux.namespaces += [{type: ""}]' ""
}

@test "a namespace given twice is refused" {
	refuses_config '.linux.namespaces += [{type: "pid"}]' "duplicated ns"
}

@test "a namespace path that is absent or of another kind is refused" {
	refuses_config '(.linux.namespaces[] | select(.type == "network")).path = "/absent"' "/absent"
	refuses_config '(.linux.namespaces[] | select(.type == "network")).path = "/proc/self/ns/ipc"' "net"
	refuses_config '(.linux.namespaces[] | select(.type == "network")).path = "/etc/passwd"' ""
}

@test "settings that need a namespace are refused without it" {
	refuses_config 'del(.linux.namespaces[] | select(.type == "uts"))' "UTS namespace"
	refuses_config '.linux.namespaces |= map(select(.type != "mount"))' ""
}

@test "a mount that cannot be made is refused, naming it" {
	refuses_config '.mounts += [{destination: "/mnt", type: "bind", source: "/absent/source", options: ["bind"]}]' "/absent/source"
	refuses_config '.mounts += [{destination: "/mnt", type: "no-such-fs", source: "none"}]' "/mnt"
}

@test "a resource limit of an unknown kind is refused, naming it" {
	refuses_config '.process.rlimits = [{type: "RLIMIT_BOGUS", soft: 1, hard: 1}]' "RLIMIT_BOGUS"
}

@test "a resource limit given twice is refused" {
	corten_only "the specification demands it, runc lets the last one win"
	refuses_config '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0}, {type: "RLIMIT_CORE", soft: 1, hard: 1}]' "RLIMIT_CORE"
}

@test "a bundle that is absent or a file is refused" {
	fails_saying "no such file or directory" create --bundle "$TEST_DIR/absent" "$CTR"
	fails_saying "not a directory" create --bundle "$BUNDLE/config.json" "$CTR"
	[ ! -e "$STATE_ROOT/$CTR" ]
}

# Rule: create: unknown properties are ignored
@test "unknown fields are ignored, as the specification demands" {
	update_config '.extra = {"deep": [1, {"a": null}]} | .process.extra = 1 | .linux.extra = "x" | .process.args = ["true"]'
	succeeds run "$CTR"
}

@test "null stands for a field that is absent" {
	update_config '.hooks = null | .annotations = null | .process.rlimits = null | .linux.devices = null
		| .linux.seccomp = null | .linux.resources.memory = null | .process.args = ["true"]'
	succeeds run "$CTR"
}

@test "names of cgroup files that are none are refused" {
	corten_only "runc has the kernel say it, or nobody on cgroup v1"
	refuses_config '.linux.resources.unified = {"..": "1"}' 'unified resource ".." must be in the form CONTROLLER.PARAMETER'
	refuses_config '.linux.resources.unified = {"": "1"}' 'unified resource "" must be in the form CONTROLLER.PARAMETER'
	refuses_config '.linux.resources.unified = {"../x.y": "1"}' 'unified resource "../x.y" must be a file name (no slashes)'
	for size in "" "../2MB"; do
		refuses_config ".linux.resources.hugepageLimits = [{pageSize: \"$size\", limit: 0}]" \
			"linux.resources.hugepageLimits[0].pageSize: \"$size\" is no size of a page"
	done
}
