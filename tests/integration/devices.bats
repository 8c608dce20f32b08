#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# /dev: default devices and links, linux.devices, and the rules about who may use them.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
}

DEFAULT_DEVICES="null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0"

# add_device JSON appends to linux.devices.
add_device() { update_config '.linux.devices += [$d]' --argjson d "$1"; }

# allow_device JSON appends a rule to linux.resources.devices.
allow_device() { update_config '.linux.resources.devices += [$d]' --argjson d "$1"; }

# A device without a driver tells two refusals apart: the cgroup's from the kernel's.
NO_DRIVER='{"path": "/dev/ghost", "type": "c", "major": 239, "minor": 211}'

# opening_is 'TEXT' opens the device for reading in a container and looks at the error.
opening_is() {
	set_script ': </dev/ghost'
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	says "$1"
}

@test "the default devices are there" {
	runs 'for d in null zero full random urandom tty; do stat -c "%F %n:%t:%T %a %u:%g" /dev/$d; done'
	for device in $DEFAULT_DEVICES; do
		says "character special file /dev/$device 666 0:0"
	done
}

@test "the default devices work" {
	runs 'echo x >/dev/null && head -c4 /dev/zero | od -An -tx1; head -c8 /dev/urandom | wc -c; head -c8 /dev/random | wc -c; (echo x >/dev/full) || true'
	prints $' 00 00 00 00\n8\n8'
	says "No space left on device"
}

@test "the default links are there" {
	runs 'cd /dev; for l in fd stdin stdout stderr ptmx; do echo $l $(readlink $l); done; echo x >>stdout'
	prints $'fd /proc/self/fd\nstdin /proc/self/fd/0\nstdout /proc/self/fd/1\nstderr /proc/self/fd/2\nptmx pts/ptmx\nx'
}

@test "nothing but the defaults is in /dev" {
	runs 'ls /dev | grep -vx core'
	prints $'fd\nfull\nnull\nptmx\npts\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero'
}

@test "devices that the image brings along in /dev are kept" {
	update_config '.mounts |= map(select(.destination | startswith("/dev") | not))'
	mknod -m 640 rootfs/dev/zero c 1 5
	ln -s elsewhere rootfs/dev/fd
	runs 'stat -c %a /dev/zero; readlink /dev/fd; stat -c %t:%T /dev/null'
	prints $'640\nelsewhere\n1:3'
}

# Asked: Does a root without a mount on /dev start again, when the links of the start before are in it?
# Happens: runc 1.3.6 follows them to its own standard input while it makes new ones, and fails from the second start on.
# Corten: starts it however often; the links that are there stay.
# Source: seen with runc 1.3.6 on Linux 6.18; runc 1.1.5 and crun 1.28 start it, too
@test "without a mount on /dev a container starts again in the same root" {
	update_config '.mounts |= map(select(.destination | startswith("/dev") | not))'
	for _ in first second; do
		runs 'echo x >/dev/null && readlink /dev/stdin'
		prints /proc/self/fd/0
	done
}

@test "a /dev that is bound from the host is left alone" {
	mkdir "$TEST_DIR/dev"
	cp -a /dev/null "$TEST_DIR/dev/null"
	update_config '.mounts |= map(select(.destination | startswith("/dev") | not)) | del(.linux.maskedPaths)'
	add_bind "$TEST_DIR/dev" /dev
	runs 'ls /dev'
	prints null
}

@test "a read-only /dev has its devices" {
	update_config '(.mounts[] | select(.destination == "/dev").options) += ["ro"]'
	runs 'ls /dev/null /dev/fd; touch /dev/new || true; echo x >/dev/null; touch /dev/shm/x'
	says /dev/null
	says "Read-only file system"
}

# Field: linux.devices[].{type,path,major,minor,fileMode,uid,gid}
# Value: linux.devices[].type={c,u,b,p}
@test "each type of device is made with its numbers, mode and owner" {
	add_device '{"path": "/dev/c1", "type": "c", "major": 11, "minor": 1, "fileMode": 384, "uid": 12, "gid": 34}'
	add_device '{"path": "/dev/u1", "type": "u", "major": 11, "minor": 2, "fileMode": 432}'
	add_device '{"path": "/dev/b1", "type": "b", "major": 11, "minor": 3, "fileMode": 438, "uid": 1}'
	add_device '{"path": "/dev/p1", "type": "p", "fileMode": 292, "gid": 7}'
	runs 'for d in c1 u1 b1 p1; do stat -c "%F %n %t:%T %a %u:%g" /dev/$d; done'
	says "character special file /dev/c1 b:1 600 12:34"
	says "character special file /dev/u1 b:2 660 0:0"
	says "block special file /dev/b1 b:3 666 1:0"
	says "fifo /dev/p1 0:0 444 0:7"
}

@test "without a mode a device can be read and written by all, whatever the umask" {
	add_device '{"path": "/dev/c1", "type": "c", "major": 1, "minor": 3}'
	umask 077
	runs 'stat -c "%a %u:%g" /dev/c1'
	prints "666 0:0"
}

@test "type bits in the mode are left out" {
	add_device '{"path": "/dev/c1", "type": "c", "major": 1, "minor": 3, "fileMode": 8576}'
	runs 'stat -c "%F %a" /dev/c1'
	prints "character special file 600"
}

@test "large device numbers are kept" {
	add_device '{"path": "/dev/big", "type": "b", "major": 4095, "minor": 1048575}'
	runs 'stat -c %t:%T /dev/big'
	prints fff:fffff
}

@test "a device may be anywhere, directories are made" {
	add_device '{"path": "/var/lib/app/device", "type": "c", "major": 1, "minor": 3}'
	add_device '{"path": "/dev/net/deep/device", "type": "c", "major": 1, "minor": 3}'
	runs 'stat -c "%F" /var/lib/app/device /dev/net/deep/device; stat -c %a /dev/net'
	prints $'character special file\ncharacter special file\n755'
}

@test "a device of the configuration comes before the default one" {
	add_device '{"path": "/dev/zero", "type": "c", "major": 1, "minor": 7, "fileMode": 384}'
	runs 'stat -c "%t:%T %a" /dev/zero'
	prints "1:7 600"
}

@test "a default device that the configuration names can be used without a rule for it" {
	corten_only "runc takes its rule away"
	update_config '.linux.resources.devices = [{allow: false, access: "rwm"}] | .linux.devices = [
		("null:3", "zero:5", "full:7", "random:8", "urandom:9" | split(":")
			| {path: "/dev/\(.[0])", type: "c", major: 1, minor: (.[1] | tonumber)}),
		{path: "/dev/tty", type: "c", major: 5, minor: 0}]'
	set_script 'echo x >/dev/null && for d in null zero full random urandom; do head -c1 /dev/$d >/dev/null || exit 1; done; (: </dev/tty) || true'
	succeeds run "$CTR"
	says "No such device or address" # no terminal: the kernel's answer and not the cgroup's
	only_cgroup2
	succeeds run "$CTR"
	says "No such device or address"
	# With a node of another path, as with a device whose node another one takes.
	update_config '.linux.devices = [{path: "/dev/zero", type: "c", major: 1, minor: 7}, {path: "/my/zero", type: "c", major: 1, minor: 5}]'
	runs 'head -c1 /dev/zero | wc -c; head -c1 /my/zero | wc -c; (echo x >/dev/zero) || true'
	prints $'1\n1'
}

@test "an unknown type of device is refused" {
	add_device '{"path": "/dev/x", "type": "x", "major": 1, "minor": 1}'
	refuses "invalid device type"
}

@test "a file that is no such device is an error" {
	corten_only "runc keeps whatever is there"
	echo x >rootfs/etc/device
	add_device '{"path": "/etc/device", "type": "c", "major": 1, "minor": 3}'
	refuses "/etc/device"
	[ "$(cat rootfs/etc/device)" = x ]
}

@test "/dev/console is there with a terminal only" {
	requires terminal
	runs 'ls -d /dev/console || true'
	says "No such file or directory"
	update_config '.process.terminal = true'
	set_script 'stat -c "%F %t" /dev/console; tty; echo through console >/dev/console; test -t 0 -a -t 1 -a -t 2 && echo three'
	in_terminal "$(runtime_command) run $CTR"
	[ "$status" -eq 0 ]
	says "character special file 88"
	says "/dev/pts/0"
	says "through console"
	says three
}

@test "the terminal belongs to the user of the process" {
	requires terminal
	update_config '.process.terminal = true | .process.user = {uid: 1000, gid: 1000}'
	set_script 'stat -c "owner %u" $(tty); stat -c "console %u" /dev/console'
	in_terminal "$(runtime_command) run $CTR"
	says "owner 1000"
	says "console 1000"
}

@test "terminals can be opened in the container" {
	runs 'exec 3<>/dev/ptmx && ls /dev/pts'
	prints $'0\nptmx'
}

@test "a device that no rule allows cannot be opened" {
	add_device "$NO_DRIVER"
	opening_is "Operation not permitted"
}

# Field: linux.resources.devices[].{allow,type,major,minor}
# Value: linux.resources.devices[].type=c
@test "a device that a rule allows can be opened" {
	add_device "$NO_DRIVER"
	allow_device '{"allow": true, "type": "c", "major": 239, "minor": 211, "access": "rw"}'
	opening_is "No such device or address"
}

# Field: linux.resources.devices[].allow
@test "a later rule comes before an earlier one" {
	add_device "$NO_DRIVER"
	allow_device '{"allow": true, "type": "c", "major": 239, "minor": 211, "access": "rwm"}'
	opening_is "No such device or address"
	allow_device '{"allow": false, "type": "c", "major": 239, "minor": 211, "access": "rwm"}'
	opening_is "Operation not permitted"
}

# Field: linux.resources.devices[].access
@test "a rule may allow to read and not to write" {
	add_device "$NO_DRIVER"
	allow_device '{"allow": true, "type": "c", "major": 239, "access": "r"}'
	opening_is "No such device or address"
	set_script 'echo x >/dev/ghost'
	runtime run "$CTR"
	says "Operation not permitted"
}

# Field: linux.resources.devices[].type
# Value: linux.resources.devices[].type={b,c}
@test "a rule counts for its type of device alone" {
	add_device '{"path": "/dev/ghost", "type": "b", "major": 239, "minor": 211}'
	allow_device '{"allow": true, "type": "c", "major": 239, "minor": 211, "access": "rw"}'
	opening_is "Operation not permitted"
	allow_device '{"allow": true, "type": "b", "major": 239, "minor": 211, "access": "rw"}'
	opening_is "No such device or address"
}

# Field: linux.resources.devices[].type
# Value: linux.resources.devices[].type=a
@test "a rule for everything allows everything" {
	add_device "$NO_DRIVER"
	update_config '.linux.resources.devices = [{allow: true, type: "a", access: "rwm"}]'
	opening_is "No such device or address"
}

@test "an unknown type in a rule is refused" {
	allow_device '{"allow": true, "type": "z", "access": "rwm"}'
	refuses "invalid cgroup device type"
}

@test "device nodes can be made without a rule for them" {
	all_capabilities
	runs 'mknod /tmp/any b 77 88; stat -c %t:%T /tmp/any; (: </tmp/any) || true'
	prints 4d:58
	says "Operation not permitted"
}

@test "what was allowed for the container counts for exec too" {
	add_device "$NO_DRIVER"
	starts
	runtime exec "$CTR" sh -c ': </dev/ghost'
	says "Operation not permitted"
	succeeds exec "$CTR" sh -c ': </dev/zero'
}

# Field: linux.resources.devices[].{allow,type,major,access}
@test "with cgroup v2 rules are enforced too" {
	only_cgroup2
	add_device "$NO_DRIVER"
	opening_is "Operation not permitted"
	allow_device '{"allow": true, "type": "c", "major": 239, "access": "r"}'
	opening_is "No such device or address"
	set_script 'echo x >/dev/ghost'
	runtime run "$CTR"
	says "Operation not permitted"
	runs 'echo x >/dev/null; head -c1 /dev/urandom | wc -c'
	prints 1
}

@test "with cgroup v2 thirty-three thousand rules are all in force" {
	corten_only "runc makes a program of it that the kernel refuses"
	# A jump of the program reaches over 32767 instructions, and the kernel's verifier keeps 8192 branches in mind.
	only_cgroup2
	add_device "$NO_DRIVER"
	update_config '.linux.resources.devices += [range(33000) | {allow: true, type: "c", major: (300 + . % 7), minor: ., access: "r"}]'
	opening_is "Operation not permitted"
	allow_device '{"allow": true, "type": "c", "major": 239, "minor": 211, "access": "r"}'
	opening_is "No such device or address"
	runs 'head -c1 /dev/zero | wc -c'
	prints 1
}

@test "a hole in a rule for many devices is refused or works, but is not ignored" {
	# The kernel's list of cgroup v1 cannot hold it, and says nothing.
	add_device "$NO_DRIVER"
	allow_device '{"allow": true, "type": "c", "major": 239, "access": "rwm"}'
	allow_device '{"allow": false, "type": "c", "major": 239, "minor": 211, "access": "r"}'
	set_script ': </dev/ghost'
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	lacks "No such device or address"
	only_cgroup2
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	lacks "No such device or address"
}

@test "in a user namespace the default devices are those of the host" {
	requires userns
	map_ids
	runs 'for d in null zero full random urandom tty; do stat -c "%F %n:%t:%T %a" /dev/$d; done; echo x >/dev/null; grep -c " /dev/null " /proc/self/mountinfo'
	for device in $DEFAULT_DEVICES; do
		says "character special file /dev/$device 666"
	done
	says 1
}

@test "in a user namespace a device of the configuration is bound from the host" {
	requires userns
	[ -c /dev/kmsg ] || skip "needs /dev/kmsg"
	map_ids
	add_device "{\"path\": \"/dev/kmsg\", \"type\": \"c\", \"major\": 1, \"minor\": 11}"
	runs 'stat -c %t:%T /dev/kmsg; cat /proc/self/mountinfo'
	says 1:b
	mount_at /dev/kmsg
}
