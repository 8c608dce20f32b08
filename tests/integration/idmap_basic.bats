#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# mounts[].uidMappings and gidMappings, with the options idmap and ridmap.

load helpers
load helpers_fields

setup() {
	requires root userns kernel 5.12
	setup_bundle
	mkdir "$TEST_DIR/data"
	touch "$TEST_DIR/data"/{zero,one,big}
	chown 1:2 "$TEST_DIR/data/one"
	chown 5000:5001 "$TEST_DIR/data/big"
	can_be_mapped "$TEST_DIR" || skip "needs a filesystem with ID-mapped mounts"
}

# util-linux 2.38 cannot make such mounts: the filesystem's name has to do.
can_be_mapped() { [[ $(stat -f -c %T "$1") == @(ext2/ext3|xfs|btrfs) ]] || { [[ $(stat -f -c %T "$1") == tmpfs ]] && kernel_at_least 6.3; }; }

# add_mapped DESTINATION UID-MAPPINGS GID-MAPPINGS OPTION… binds $TEST_DIR/data with mappings.
add_mapped() {
	add_bind "$TEST_DIR/data" "$1" "${@:4}"
	update_config '.mounts[-1] += {uidMappings: $u, gidMappings: $g}' --argjson u "$2" --argjson g "$3"
}

# mapping FIRST-INSIDE FIRST-OUTSIDE SIZE prints one, as the specification calls them.
mapping() { printf '{"containerID": %d, "hostID": %d, "size": %d}' "$@"; }

# Field: mounts[].{uid,gid}Mappings[].{containerID,hostID}
# Value: mounts[].options=idmap
@test "owners are mapped from the source to the mount" {
	add_mapped /data "[$(mapping 0 3000 10)]" "[$(mapping 0 4000 10)]" idmap
	runs 'cd /data; stat -c "%n %u:%g" zero one big; grep -o " /data .*idmapped" /proc/self/mountinfo | cut -d" " -f2'
	# What is not mapped belongs to nobody.
	prints $'zero 3000:4000\none 3001:4002\nbig 65534:65534\n/data'
	[ "$(stat -c %u "$TEST_DIR/data/zero")" -eq 0 ]
}

@test "new files are mapped back" {
	add_mapped /data "[$(mapping 5 0 1)]" "[$(mapping 6 0 1)]" idmap
	chown 5:6 "$TEST_DIR/data"
	runs 'touch /data/new; stat -c %u:%g /data/new'
	prints 0:0
	[ "$(stat -c %u:%g "$TEST_DIR/data/new")" = 5:6 ]
}

# Field: mounts[].{uid,gid}Mappings[].{containerID,hostID,size}
@test "several ranges are mapped" {
	add_mapped /data "[$(mapping 0 100 2), $(mapping 5000 7 1)]" "[$(mapping 0 200 3), $(mapping 5001 8 1)]" idmap
	runs 'cd /data; stat -c "%n %u:%g" zero one big'
	prints $'zero 100:200\none 101:202\nbig 7:8'
}

@test "mappings without the option are applied too" {
	add_mapped /data "[$(mapping 0 3000 10)]" "[$(mapping 0 4000 10)]"
	runs 'stat -c %u:%g /data/zero'
	prints 3000:4000
}

@test "a file can be mapped" {
	add_bind "$TEST_DIR/data/one" /one idmap
	update_config '.mounts[-1] += {uidMappings: $m, gidMappings: $m}' --argjson m "[$(mapping 0 3000 10)]"
	runs 'stat -c %u:%g /one'
	prints 3001:3002
}

@test "other options of a mapped mount count" {
	add_mapped /data "[$(mapping 0 0 10)]" "[$(mapping 0 0 10)]" idmap ro nosuid noexec
	runs 'cat /proc/self/mountinfo; touch /data/x || true'
	options_are /data ro nosuid noexec
	says "Read-only file system"
}

@test "in a user namespace a mount is mapped as the container is, unless told" {
	map_ids
	add_bind "$TEST_DIR/data" /plain
	add_bind "$TEST_DIR/data" /same idmap
	add_mapped /told "[$(mapping 0 100500 10)]" "[$(mapping 0 100600 10)]" idmap
	runs 'stat -c "%n %u:%g" /plain/zero /same/zero /same/one /told/one'
	prints $'/plain/zero 65534:65534\n/same/zero 0:0\n/same/one 1:2\n/told/one 501:602'
	# Root of the container may write there, as root of the host.
	runs 'echo x >/same/zero; touch /same/new'
	[ "$(stat -c %u:%g "$TEST_DIR/data/new")" = 0:0 ]
}

@test "in a joined user namespace a mount is mapped as that one is" {
	map_ids 140000 1000
	starts "$CTR-1"
	set_namespace user "/proc/$(pid_of "$CTR-1")/ns/user"
	update_config 'del(.linux.uidMappings, .linux.gidMappings)'
	add_bind "$TEST_DIR/data" /same idmap
	runs 'stat -c %u:%g /same/one'
	prints 1:2
}

@test "a source that only the host's root can reach is mapped" {
	map_ids
	mkdir -m 700 "$TEST_DIR/locked"
	mv "$TEST_DIR/data" "$TEST_DIR/locked/data"
	add_bind "$TEST_DIR/locked/data" /same idmap
	runs 'stat -c %u:%g /same/one'
	prints 1:2
}

# with_mapped_source COMMAND…: $TEST_DIR/mapped is $TEST_DIR/data, with owners from 7000 on.
with_mapped_source() {
	requires python
	mkdir "$TEST_DIR/mapped"
	"${LIMIT[@]}" "$PYTHON" "$INTEGRATION_DIR/tools/idmapped.py" "$TEST_DIR/data" "$TEST_DIR/mapped" 7000 "$@"
}

@test "a source that is id-mapped itself gets the mapping of the document in place of its own" {
	requires kernel 6.15
	corten_only "it asks for mappings in a way that the kernel refuses then"
	add_mapped /data "[$(mapping 0 3000 10)]" "[$(mapping 0 4000 10)]" idmap ro
	update_config '.mounts[-1].source = $source' --arg source "$TEST_DIR/mapped"
	set_script 'stat -c "%n %u:%g" /data/zero /data/one; ! touch /data/new 2>/dev/null'
	[ "$(with_mapped_source "$RUNTIME" --root "$STATE_ROOT" run "$CTR")" = $'/data/zero 3000:4000\n/data/one 3001:4002' ]
}

@test "without open_tree_attr(2) such a source is refused" {
	corten_only "the switch is ours"
	export CORTEN_NO_OPEN_TREE_ATTR=1
	add_mapped /data "[$(mapping 0 3000 10)]" "[$(mapping 0 4000 10)]" idmap
	update_config '.mounts[-1].source = $source' --arg source "$TEST_DIR/mapped"
	set_script true
	run with_mapped_source "$RUNTIME" --root "$STATE_ROOT" run "$CTR"
	[ "$status" -ne 0 ]
	[[ $output == *"MOUNT_ATTR_IDMAP"*"operation not permitted"* ]]
}

# Field: mounts[].options
# Value: mounts[].options={idmap,ridmap}
@test "ridmap maps the mounts beneath, idmap only the first" {
	kernel_at_least 6.3 || skip "needs ID-mapped mounts of tmpfs"
	mkdir "$TEST_DIR/data/sub"
	wrap_runtime "mount -t tmpfs sub '$TEST_DIR/data/sub'; touch '$TEST_DIR/data/sub/file'"
	add_mapped /one "[$(mapping 0 3000 10)]" "[$(mapping 0 3000 10)]" rbind idmap
	add_mapped /all "[$(mapping 0 3000 10)]" "[$(mapping 0 3000 10)]" rbind ridmap
	runs 'stat -c "%n %u" /one/zero /one/sub/file /all/zero /all/sub/file'
	prints $'/one/zero 3000\n/one/sub/file 0\n/all/zero 3000\n/all/sub/file 3000'
}

@test "idmap without mappings and without a user namespace is refused" {
	add_bind "$TEST_DIR/data" /data idmap
	refuses "id-mapped mounts must have both uid and gid mappings specified"
}

@test "one kind of mappings without the other is refused" {
	add_bind "$TEST_DIR/data" /data idmap
	update_config '.mounts[-1].uidMappings = $m' --argjson m "[$(mapping 0 0 10)]"
	refuses ""
	update_config '.mounts[-1] |= (.gidMappings = .uidMappings | del(.uidMappings))'
	refuses ""
}

@test "mappings that the kernel refuses are an error that names the mount's range" {
	add_mapped /data "[$(mapping 0 3000 10), $(mapping 5 4000 1)]" "[$(mapping 0 3000 10)]" idmap
	refuses ""
	! is_corten || says "mounts[$(jq '.mounts | length - 1' config.json)].uidMappings[1] overlaps mounts["
	update_config '.mounts[-1] |= (.uidMappings = .gidMappings | .gidMappings[0].size = 0)'
	refuses ""
	! is_corten || says "mounts[$(jq '.mounts | length - 1' config.json)].gidMappings[0]: size must not be 0"
}

@test "a file system that cannot be mapped is an error which says so" {
	add_mapped /data "[$(mapping 0 3000 10)]" "[$(mapping 0 3000 10)]" idmap
	update_config '.mounts[-1].source = "/proc/self"'
	refuses "MOUNT_ATTR_IDMAP"
	says "maybe the filesystem used doesn't support idmap mounts on this kernel"
}

# add_mapped_tmpfs UID-MAPPINGS GID-MAPPINGS OPTION… mounts one on /m.
add_mapped_tmpfs() {
	corten_only "runc maps binds alone"
	kernel_at_least 6.3 || skip "needs ID-mapped mounts of tmpfs"
	add_mount /m tmpfs tmpfs idmap "${@:3}"
	update_config '.mounts[-1] += {uidMappings: $u, gidMappings: $g}' --argjson u "$1" --argjson g "$2"
}

@test "a new file system is mapped" {
	add_mapped_tmpfs "[$(mapping 0 3000 10)]" "[$(mapping 0 4000 10)]" mode=1777 nosuid noexec size=1m
	update_config '.process.user = {uid: 3001, gid: 4002}'
	runs 'touch /m/mine; stat -c %u:%g /m /m/mine; cat /proc/self/mountinfo'
	[ "$(head -n2 <<<"$stdout")" = $'3000:4000\n3001:4002' ]
	options_are /m nosuid noexec idmapped
	[[ $(filesystem_at /m) == *size=1024k* ]]
}

@test "a new file system is mapped in a user namespace, too" {
	map_ids
	add_mapped_tmpfs "[$(mapping 0 100000 10)]" "[$(mapping 0 100005 10)]" mode=755 nodev
	runs 'touch /m/mine; stat -c %u:%g /m /m/mine; cat /proc/self/mountinfo'
	[ "$(head -n1 <<<"$stdout")" = 0:5 ]
	options_are /m nodev idmapped
}

@test "mappings for file systems that cannot have them are refused" {
	add_mount /m proc proc idmap
	update_config '.mounts[-1] += {uidMappings: $m, gidMappings: $m}' --argjson m "[$(mapping 0 0 10)]"
	refuses "id-mapped mounts are only supported for bind-mounts"
	update_config '.mounts[-1].type = "mqueue"'
	is_corten && message="failed to set MOUNT_ATTR_IDMAP on proc" || message="only supported for bind-mounts"
	refuses "$message"
	update_config '.mounts[-1] |= (.type = "tmpfs" | .options += ["tmpcopyup"])'
	refuses "id-mapped mounts are only supported for bind-mounts"
}
