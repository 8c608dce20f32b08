#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# The user namespace: linux.uidMappings and linux.gidMappings, made by root.

load helpers
load helpers_fields

setup() {
	requires root userns
	setup_bundle
}

# mappings JSON sets both.
mappings() { update_config '.linux.uidMappings = $m | .linux.gidMappings = $m' --argjson m "$1"; }

# line 'REGEX' is one of the last call's standard output.
line() { grep -Eqx "$1" <<<"$stdout"; }

# Field: linux.{uid,gid}Mappings[].{containerID,hostID,size}
@test "the mappings are those of the configuration" {
	map_ids
	update_config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}, {containerID: 5000, hostID: 200000, size: 3}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 777}]'
	runs 'cat /proc/self/uid_map; echo; cat /proc/self/gid_map'
	line ' +0 +100000 +1000'
	line ' +5000 +200000 +3'
	line ' +0 +100000 +777'
	[ "$(grep -c . <<<"$stdout")" -eq 3 ]
}

# Field: linux.namespaces[].type
# Value: linux.namespaces[].type=user
@test "root of the container is somebody else outside" {
	map_ids
	runs 'id -u; id -g'
	prints $'0\n0'
	set_args sleep 1000
	starts
	pid=$(pid_of "$CTR")
	[ "$(stat -c %u:%g "/proc/$pid")" = 100000:100000 ] || grep -qP 'Uid:\t100000\t' "/proc/$pid/status"
	not same_namespace "$pid" self user
}

@test "another user of the container is another one outside" {
	map_ids
	update_config '.process.user = {uid: 1234, gid: 77, additionalGids: [5, 6]}'
	starts
	status_file=/proc/$(pid_of "$CTR")/status
	grep -qP '^Uid:\t101234\t101234\t101234\t101234' "$status_file"
	grep -qP '^Gid:\t100077\t' "$status_file"
	grep -qP '^Groups:\t100005 100006' "$status_file"
	succeeds exec "$CTR" id
	says "uid=1234"
	says "gid=77"
}

@test "files that the container makes belong to the mapped users" {
	map_ids
	all_capabilities
	runs 'touch /tmp/a /tmp/b; chown 12:34 /tmp/b; stat -c %u:%g /tmp/a /tmp/b'
	prints $'0:0\n12:34'
	[ "$(stat -c %u:%g rootfs/tmp/a)" = 100000:100000 ]
	[ "$(stat -c %u:%g rootfs/tmp/b)" = 100012:100034 ]
}

@test "files of users that are not mapped belong to nobody, and stay theirs" {
	map_ids
	all_capabilities
	mkdir "$TEST_DIR/data"
	echo x >"$TEST_DIR/data/file"
	chmod 600 "$TEST_DIR/data/file"
	add_bind "$TEST_DIR/data" /data
	runs 'stat -c %u:%g /data/file; cat /data/file || true; chown 0 /data/file || true'
	prints 65534:65534
	says "Permission denied"
	says "Operation not permitted"
	[ "$(stat -c %u "$TEST_DIR/data/file")" -eq 0 ]
}

@test "a bind source that only the host's root can reach is bound" {
	map_ids
	mkdir -p "$TEST_DIR/locked/data"
	chmod 700 "$TEST_DIR/locked"
	echo hello >"$TEST_DIR/locked/data/file"
	add_bind "$TEST_DIR/locked/data" /data
	runs 'cat /data/file'
	prints hello
}

@test "a FUSE file system of the host's root is bound, closed as it is to others" {
	[ -c /dev/fuse ] || skip "needs /dev/fuse"
	map_ids
	mkdir "$TEST_DIR/fuse"
	touch "$TEST_DIR/fuse-file"
	for place in fuse:40000 fuse-file:100000; do
		# Nobody serves it: who may look gets "not connected".
		mount -i -t fuse -o "fd=9,rootmode=${place#*:},user_id=0,group_id=0" none "$TEST_DIR/${place%:*}" 9<>/dev/fuse
	done
	touch rootfs/etc/file
	add_bind "$TEST_DIR/fuse" /home
	add_bind "$TEST_DIR/fuse-file" /etc/file
	if is_corten; then # runc wants the mount points to exist
		add_bind "$TEST_DIR/fuse" /made
		add_bind "$TEST_DIR/fuse-file" /made-file
	fi
	runs 'grep -c " - fuse " /proc/self/mountinfo; cat /home /etc/file || true'
	umount "$TEST_DIR/fuse" "$TEST_DIR/fuse-file"
	is_corten && prints 4 || prints 2
	[ "$(grep -c "Permission denied" <<<"$output")" -eq 2 ]
}

# Asked: To whom does /dev/mqueue belong in a user namespace?
# Happens: its root belongs to the ids 0 of the user namespace as they are mapped when the ipc namespace is made; with no map yet, to 65534.
# Corten: makes the ipc namespace once the maps are written: it is root's, uid and gid (with runc 1.1 the group is 65534).
# Source: ipc/mqueue.c, mqueue_get_inode(); seen on Linux 6.18 with runc 1.1.5
@test "/dev/mqueue belongs to the container's root" {
	corten_only "the group is 65534 in runc"
	map_ids
	add_mount /dev/mqueue mqueue mqueue nosuid noexec nodev
	set_script 'stat -c "%u %g" /dev/mqueue; touch /dev/mqueue/queue && stat -c "%u %g" /dev/mqueue/queue'
	succeeds run "$CTR"
	prints $'0 0\n0 0'
	# Also where the namespaces are made in another order.
	set_namespace cgroup
	set_namespace time
	succeeds run "$CTR"
	prints $'0 0\n0 0'
}

@test "the usual filesystems are mounted" {
	map_ids
	set_namespace cgroup
	add_mount /dev/mqueue mqueue mqueue nosuid noexec nodev
	add_mount /sys/fs/cgroup cgroup cgroup nosuid noexec nodev ro
	runs 'stat -f -c %T /proc /sys /dev/pts /dev/shm; stat -c %u /dev/shm /dev/pts /dev/mqueue; cat /proc/self/mountinfo'
	[ "$(head -n7 <<<"$stdout")" = $'proc\nsysfs\ndevpts\ntmpfs\n0\n0\n0' ]
	mount_at /dev/mqueue
	options_are /sys/fs/cgroup nosuid
}

@test "the container rules over its own namespaces" {
	map_ids
	all_capabilities
	runs 'hostname own-name && hostname; mount -t tmpfs mine /tmp && stat -f -c %T /tmp; ip link set lo mtu 1400 && echo net'
	prints $'own-name\ntmpfs\nnet'
}

@test "the host's kernel stays out of reach" {
	map_ids
	all_capabilities
	update_config 'del(.linux.readonlyPaths)'
	runs 'echo 1 >/proc/sys/kernel/panic || true; mknod /tmp/disk b 8 0 || true; : </dev/null && echo null'
	prints null
	[ "$(grep -cE "Permission denied|Operation not permitted" <<<"$output")" -eq 2 ]
}

@test "a user or group that is not mapped is an error" {
	map_ids 100000 1000
	update_config '.process.user = {uid: 1000, gid: 0}'
	refuses ""
	update_config '.process.user = {uid: 0, gid: 1000}'
	refuses "unmapped gid 1000"
	update_config '.process.user = {uid: 0, gid: 0, additionalGids: [1000]}'
	refuses setgroups
}

@test "exec runs as the users of the namespace" {
	map_ids
	starts
	succeeds exec --user 1234:77 "$CTR" sh -c 'id -u; id -g'
	prints $'1234\n77'
	succeeds exec --detach --user 1234 --pid-file "$TEST_DIR/pid" "$CTR" sleep 1000
	grep -qP '^Uid:\t101234\t' "/proc/$(cat "$TEST_DIR/pid")/status"
	same_namespace "$(cat "$TEST_DIR/pid")" "$(pid_of "$CTR")" user
	runtime exec --user 70000 "$CTR" true
	[ "$status" -ne 0 ]
}

# Field: linux.namespaces[].path
@test "a user namespace is joined by path, with its mappings" {
	map_ids 120000 2000
	starts "$CTR-1"
	first=$(pid_of "$CTR-1")
	set_namespace user "/proc/$first/ns/user"
	update_config 'del(.linux.uidMappings, .linux.gidMappings)'
	starts "$CTR-2"
	same_namespace "$first" "$(pid_of "$CTR-2")" user
	succeeds exec "$CTR-2" cat /proc/self/uid_map
	line ' +0 +120000 +2000'
}

@test "namespaces of a joined user namespace are joined with it" {
	map_ids
	starts "$CTR-1"
	first=$(pid_of "$CTR-1")
	for type in user network ipc uts pid; do set_namespace "$type" "/proc/$first/ns/${type/network/net}"; done
	update_config 'del(.linux.uidMappings, .linux.gidMappings, .hostname)'
	starts "$CTR-2"
	for type in user network ipc uts pid; do same_namespace "$first" "$(pid_of "$CTR-2")" "$type"; done
}

@test "a path together with the same mappings is accepted, with others refused" {
	map_ids
	starts "$CTR-1"
	set_namespace user "/proc/$(pid_of "$CTR-1")/ns/user"
	runs 'echo fine'
	says fine
	mappings '[{"containerID": 0, "hostID": 100000, "size": 17}]'
	refuses "both namespace path and non-matching mapping specified"
}

@test "a user namespace without mappings is refused, mappings without one change nothing" {
	set_namespace user
	refuses "user namespaces enabled, but no"
	without_namespace user
	mappings '[{"containerID": 0, "hostID": 100000, "size": 1000}]'
	runs 'readlink /proc/self/ns/user'
	prints "$(readlink /proc/self/ns/user)"
}

# refuses_mappings JSON 'TEXT' refuses them as uids and as gids; TEXT is what corten says after the field's name.
refuses_mappings() {
	for kind in uid gid; do
		update_config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings
			| .linux[$field] = $m' --arg field "${kind}Mappings" --argjson m "$1"
		refuses ""
		! is_corten || says "linux.${kind}Mappings$2"
	done
}

@test "mappings that the kernel refuses are an error that names the range" {
	map_ids
	refuses_mappings '[{"containerID": 0, "hostID": 100000, "size": 1000}, {"containerID": 500, "hostID": 300000, "size": 1000}]' \
		"[1] overlaps"
	refuses_mappings '[{"containerID": 0, "hostID": 100000, "size": 1000}, {"containerID": 1000, "hostID": 100999, "size": 1}]' "[1] overlaps"
	refuses_mappings '[{"containerID": 0, "hostID": 100000, "size": 0}]' "[0]: size must not be 0"
	refuses_mappings '[{"containerID": 0, "hostID": 4294967290, "size": 10}]' "[0]: the range goes beyond the last id"
	refuses_mappings '[{"containerID": 0, "hostID": 4294967296, "size": 1}]' ""
	refuses_mappings '[{"containerID": -1, "hostID": 100000, "size": 1}]' ""
	# More than the kernel takes (Linux 4.15: 340).
	refuses_mappings "$(jq -nc '[range(341) | {containerID: (. * 2), hostID: (. * 2), size: 1}]')" \
		": writing"
	# Or longer than it takes, with fewer ranges.
	refuses_mappings "$(jq -nc '[range(200) | {containerID: (1000000000 + . * 10), hostID: (2000000000 + . * 20), size: 10}]')" \
		": 200 ranges are 5000 bytes of text, and the kernel takes less than 4096"
}

@test "one kind of mappings alone is refused" {
	map_ids
	for kind in uid gid; do
		update_config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings
			| del(.linux[$field])' --arg field "${kind}Mappings"
		refuses "user namespaces enabled, but no $kind mappings found"
	done
}

@test "many mappings are written" {
	map_ids
	mappings "$(jq -nc '[range(200) | {containerID: (. * 10), hostID: (100000 + . * 20), size: 10}]')"
	runs 'grep -c . /proc/self/uid_map; sed -n 200p /proc/self/uid_map'
	line 200
	line ' +1990 +103980 +10'
}
