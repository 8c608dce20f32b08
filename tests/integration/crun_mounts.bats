#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# crun's mount options. RUNTIME=crun passes, too (nofollow from 1.22 on); runc knows none of them.

load helpers
load helpers_fields

setup() {
	requires root
	[[ $("$RUNTIME" --version) != runc* ]] || skip "runc has no such options"
	setup_bundle
	mkdir "$TEST_DIR/data"
	echo outside >"$TEST_DIR/data/file"
	ln -s file "$TEST_DIR/data/link"
}

# knows OPTION skips the test where an old crun has no such option.
knows() { "$RUNTIME" features 2>/dev/null | jq -e --arg o "$1" '.mountOptions | index($o)' >/dev/null || skip "this crun has no $1"; }

# Value: mounts[].options=dest-nofollow
@test "with dest-nofollow a destination that is a link is covered, and not what it points to" {
	knows dest-nofollow
	echo inside >rootfs/tmp/target
	ln -s target rootfs/tmp/link
	add_bind "$TEST_DIR/data/file" /tmp/link dest-nofollow
	runs 'cat /tmp/target /tmp/link; grep -c " /tmp/link " /proc/self/mountinfo'
	prints $'inside\noutside\n1'
	rm rootfs/tmp/link rootfs/tmp/target
}

@test "with dest-nofollow links on the way to the destination are followed, inside the root" {
	knows dest-nofollow
	mkdir rootfs/tmp/real
	ln -s /tmp/real rootfs/tmp/way
	ln -s nowhere rootfs/tmp/real/link
	add_bind "$TEST_DIR/data/file" /tmp/way/link dest-nofollow
	runs 'cat /tmp/real/link'
	prints outside
	rm -r rootfs/tmp/real rootfs/tmp/way
}

@test "dest-nofollow makes a destination that is missing" {
	corten_only "crun 1.28 makes none"
	add_bind "$TEST_DIR/data/file" /tmp/made dest-nofollow
	runs 'cat /tmp/made'
	prints outside
	rm rootfs/tmp/made
}

# Value: mounts[].options=src-nofollow
@test "with src-nofollow a source that is a link is bound itself" {
	knows src-nofollow
	knows dest-nofollow
	echo inside >rootfs/tmp/file
	ln -s nowhere rootfs/tmp/link
	add_bind "$TEST_DIR/data/link" /tmp/link src-nofollow dest-nofollow
	runs 'readlink /tmp/link; cat /tmp/link'
	prints $'file\ninside'
	rm rootfs/tmp/link rootfs/tmp/file
}

@test "src-nofollow and dest-nofollow change nothing where there are no links" {
	knows src-nofollow
	mkdir rootfs/tmp/data
	add_bind "$TEST_DIR/data" /tmp/data src-nofollow dest-nofollow
	runs 'cat /tmp/data/file'
	prints outside
	rmdir rootfs/tmp/data
}

# can_be_mapped: see idmap_basic.bats.
can_be_mapped() { [[ $(stat -f -c %T "$1") == @(ext2/ext3|xfs|btrfs) ]] || { [[ $(stat -f -c %T "$1") == tmpfs ]] && kernel_at_least 6.3; }; }

# mapped OPTION… binds the directory of some files, and prints their owners.
mapped() {
	requires userns kernel 5.12
	can_be_mapped "$TEST_DIR" || skip "needs a filesystem with ID-mapped mounts"
	touch "$TEST_DIR/data"/{zero,one}
	chown 1:2 "$TEST_DIR/data/one"
	add_bind "$TEST_DIR/data" /tmp/data "$@"
	runs 'cd /tmp/data; stat -c "%n %u:%g" zero one'
}

@test "idmap=uids=…;gids=… maps the owners" {
	mapped 'idmap=uids=0-3000-1#1-3500-1;gids=0-4000-10'
	prints $'zero 3000:4000\none 3500:4002'
}

@test "ridmap=… is the same for what is mounted below, too" {
	mapped rbind 'ridmap=uids=0-3000-10;gids=0-4000-10'
	prints $'zero 3000:4000\none 3001:4002'
}

@test "an id that begins with @ is one of the container's" {
	map_ids 100000 65536
	chmod 711 "$TEST_DIR" "$TEST_DIR/data"
	mapped 'idmap=uids=@0-5-2;gids=@0-6-3'
	prints $'zero 5:6\none 6:8'
}

@test "ranges that are none are errors, and nothing is left" {
	corten_only "crun's words are others"
	local text
	for text in x uids=1 uids=1-2 uids=1-2-x uids=1-2-0 "uids=1-2-3;x=1" "uids=@5-70000-1;gids=0-0-1" uids=; do
		update_config '.mounts = [.mounts[] | select(.destination != "/tmp/data")]'
		add_bind "$TEST_DIR/data" /tmp/data "idmap=$text"
		fails run "$CTR"
		says "idmap: "
		nothing_left
	done
}
