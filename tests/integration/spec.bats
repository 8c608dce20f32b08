#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

setup() {
	setup_bundle
	mv config.json ../template.json
}

@test "spec writes a tab-indented config.json into the current directory" {
	succeeds spec
	[ -z "$output" ]
	jq -e '.ociVersion | test("^1\\.")' config.json
	jq -e '.process | .terminal and .args == ["sh"] and .cwd == "/"' config.json
	jq -e '.root == {path: "rootfs", readonly: true}' config.json
	grep -q $'^\t"process": {$' config.json
	grep -q $'^\t\t"terminal": true,$' config.json
}

@test "spec --bundle writes into that directory" {
	mkdir other
	for option in "--bundle other" "-b other" "--bundle=other" "-bundle other"; do
		# shellcheck disable=SC2086 # two words
		succeeds spec $option
		[ -f other/config.json ]
		[ ! -e config.json ]
		rm other/config.json
	done
}

@test "spec never overwrites a config.json" {
	echo mine >config.json
	fails_saying "File config.json exists. Remove it first" spec
	[ "$(cat config.json)" = mine ]
}

@test "spec does not follow a dangling config.json link" {
	corten_only "runc writes through the link"
	ln -s elsewhere config.json
	fails spec
	[ ! -e elsewhere ]
}

@test "spec fails when the bundle is absent or no directory" {
	fails_saying "no such file or directory" spec --bundle absent
	touch file
	fails_saying "not a directory" spec --bundle file
}

@test "spec takes no positional arguments" {
	fails_saying 'requires exactly 0 argument(s)' spec extra
	[ ! -e config.json ]
}

@test "spec lists the default namespaces, masked and read-only paths" {
	succeeds spec
	jq -e '[.linux.namespaces[].type] | . - ["cgroup"] | sort == ["ipc", "mount", "network", "pid", "uts"]' config.json
	jq -e '.linux.maskedPaths | contains(["/proc/kcore", "/proc/keys", "/sys/firmware"])' config.json
	jq -e '.linux.readonlyPaths | contains(["/proc/sys", "/proc/sysrq-trigger"])' config.json
	jq -e '.linux.resources.devices == [{allow: false, access: "rwm"}]' config.json
	jq -e '.process.noNewPrivileges' config.json
	jq -e '.process.capabilities | keys == ["bounding", "effective", "permitted"]' config.json
	jq -e '[.mounts[].destination] == ["/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/sys/fs/cgroup"]' config.json
}

@test "spec --rootless maps the caller into a new user namespace" {
	succeeds spec --rootless
	jq -e --argjson uid "$(id -u)" '.linux.uidMappings == [{containerID: 0, hostID: $uid, size: 1}]' config.json
	jq -e --argjson gid "$(id -g)" '.linux.gidMappings == [{containerID: 0, hostID: $gid, size: 1}]' config.json
	jq -e '[.linux.namespaces[].type] | contains(["user"]) and (contains(["network"]) | not)' config.json
	jq -e '.linux.resources == null' config.json
	jq -e '.mounts[] | select(.destination == "/sys") | .type == "none" and (.options | contains(["rbind", "ro"]))' config.json
	jq -e '.mounts[] | select(.destination == "/dev/pts") | .options | contains(["gid=5"]) | not' config.json
}

@test "what spec writes runs" {
	succeeds spec
	update_config '.process.terminal = false | .process.args = ["echo", "hello"]'
	succeeds run "$CTR"
	[ "$output" = hello ]
}

@test "what spec --rootless writes runs" {
	requires userns
	succeeds spec --rootless
	update_config '.process.terminal = false | .process.args = ["echo", "hello"]'
	succeeds run "$CTR"
	[ "$output" = hello ]
}
