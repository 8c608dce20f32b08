#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# mounts: where they go, what is bound, what is made for them.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
	mkdir "$TEST_DIR/data"
	echo hello >"$TEST_DIR/data/file"
}

# Field: mounts[].{destination,source}
@test "a directory is bound and writes reach the host" {
	add_bind "$TEST_DIR/data" /data
	runs 'cat /data/file; echo from inside >/data/new'
	prints hello
	[ "$(cat "$TEST_DIR/data/new")" = "from inside" ]
}

@test "a file is bound" {
	add_bind "$TEST_DIR/data/file" /etc/motd
	runs 'cat /etc/motd; echo changed >/etc/motd'
	prints hello
	[ "$(cat "$TEST_DIR/data/file")" = changed ]
}

@test "a bind mount of type none works, and of no type" {
	add_mount /a none "$TEST_DIR/data" bind
	update_config '.mounts += [{destination: "/b", source: $s, options: ["rbind"]}]' --arg s "$TEST_DIR/data"
	runs 'cat /a/file /b/file'
	prints $'hello\nhello'
}

# Field: mounts[].source
@test "a relative source is looked for in the bundle" {
	mkdir volume
	echo here >volume/file
	add_bind volume /data
	set_args cat /data/file
	cd /
	succeeds run --bundle "$BUNDLE" "$CTR"
	prints here
}

@test "a source that is a symbolic link of the host is followed" {
	ln -s data "$TEST_DIR/link"
	add_bind "$TEST_DIR/link" /data
	runs 'cat /data/file'
	prints hello
}


# Value: mounts[].options=copy-symlink
@test "with copy-symlink a source that is a link becomes the same link, absolute, relative or dangling" {
	corten_only "runc has no copy-symlink"
	ln -s /etc/hostname "$TEST_DIR/absolute"
	ln -s ../up "$TEST_DIR/relative"
	ln -s "$TEST_DIR/nowhere" "$TEST_DIR/dangling"
	add_bind "$TEST_DIR/absolute" /a/b/absolute copy-symlink
	add_bind "$TEST_DIR/relative" /relative rbind ro copy-symlink
	add_bind "$TEST_DIR/dangling" /dangling copy-symlink
	runs 'for l in /a/b/absolute /relative /dangling; do readlink $l; ! grep -F " $l " /proc/self/mountinfo; done'
	prints $'/etc/hostname\n../up\n'"$TEST_DIR/nowhere"
}

@test "with copy-symlink a source that is no link is bound" {
	corten_only "runc has no copy-symlink"
	ln -s data "$TEST_DIR/link"
	add_bind "$TEST_DIR/data" /data copy-symlink
	add_bind "$TEST_DIR/link/file" /file copy-symlink
	runs 'cat /data/file /file; test ! -L /data; test ! -L /file; grep -c -e " /data " -e " /file " /proc/self/mountinfo'
	prints $'hello\nhello\n2'
	add_bind "$TEST_DIR/missing" /missing copy-symlink
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	[ ! -e rootfs/missing ]
}

@test "copy-symlink finds the same link there, and refuses another one or a file" {
	corten_only "runc has no copy-symlink"
	ln -s data/file "$TEST_DIR/link"
	add_bind "$TEST_DIR/link" /there copy-symlink
	for _ in first second; do
		runs 'readlink /there'
		prints data/file
	done
	ln -sfn data/other rootfs/there
	refuses exist
	[ "$(readlink rootfs/there)" = data/other ]
	rm rootfs/there
	echo mine >rootfs/there
	refuses exist
	[ "$(cat rootfs/there)" = mine ]
}

@test "copy-symlink works for a source that only the host's root can reach, in a user namespace" {
	corten_only "crun reads the link as root of the user namespace"
	requires userns
	map_ids
	mkdir -m 700 "$TEST_DIR/closed"
	ln -s /etc/hostname "$TEST_DIR/closed/link"
	mkdir "$TEST_DIR/closed/directory"
	echo deep >"$TEST_DIR/closed/directory/file"
	chmod 755 "$TEST_DIR/closed/directory"
	add_bind "$TEST_DIR/closed/link" /link copy-symlink
	add_bind "$TEST_DIR/closed/directory" /directory copy-symlink
	runs 'readlink /link; cat /directory/file'
	prints $'/etc/hostname\ndeep'
}

@test "a device node can be bound" {
	add_bind /dev/null /nothing
	runs 'stat -c %t:%T /nothing; echo x >/nothing'
	prints 1:3
}

# Value: mounts[].options={bind,rbind}
@test "bind brings one mount, rbind those beneath too" {
	wrap_runtime "mount -t tmpfs sub '$TEST_DIR/data'
		mkdir '$TEST_DIR/data/sub'
		mount -t tmpfs sub '$TEST_DIR/data/sub'
		echo deep >'$TEST_DIR/data/sub/file'"
	add_bind "$TEST_DIR/data" /one
	add_bind "$TEST_DIR/data" /all rbind
	runs 'ls /one /one/sub; cat /all/sub/file'
	prints $'/one:\nsub\n\n/one/sub:\ndeep'
}

@test "a missing mount point is made as a directory with its parents" {
	add_bind "$TEST_DIR/data" /new/deep/dir
	add_mount /other/deep tmpfs tmpfs
	runs 'stat -c %F /new/deep/dir; stat -c %F /other/deep'
	prints $'directory\ndirectory'
	[ -d rootfs/new/deep/dir ]
	[ "$(stat -c %a rootfs/new/deep/dir)" = 755 ]
	[ "$(stat -c %a rootfs/other)" = 755 ]
}

@test "a missing mount point of a file is made as an empty file with its parents" {
	add_bind "$TEST_DIR/data/file" /new/deep/file
	runs 'cat /new/deep/file'
	prints hello
	[ -f rootfs/new/deep/file ]
	[ ! -s rootfs/new/deep/file ]
}

@test "a source that is missing is an error" {
	add_bind "$TEST_DIR/absent" /data
	refuses "no such file or directory"
	says "$TEST_DIR/absent"
	[ ! -e rootfs/data ]
}

@test "a directory cannot be bound onto a file, nor a file onto a directory" {
	add_bind "$TEST_DIR/data" /etc/passwd
	refuses "/etc/passwd"
	update_config 'del(.mounts[-1])'
	add_bind "$TEST_DIR/data/file" /etc
	refuses "/etc"
}

@test "an unknown kind of filesystem is an error" {
	add_mount /m nosuchfs none
	refuses "no such device"
	says "/m"
}

@test "mounts are made in their order" {
	mkdir "$TEST_DIR/data/a"
	add_mount /m tmpfs tmpfs
	add_bind "$TEST_DIR/data" /m/a/b
	add_mount /m/a/b/a tmpfs tmpfs
	add_bind "$TEST_DIR/data/file" /m/a/b/a/c
	runs 'cat /m/a/b/file; cat /m/a/b/a/c; ls /m/a/b/a'
	prints $'hello\nhello\nc'
	[ -z "$(ls -A rootfs/m)" ]
	[ -z "$(ls -A "$TEST_DIR/data/a")" ]
}

@test "a later mount covers an earlier one at the same place" {
	add_bind "$TEST_DIR/data" /m
	add_mount /m tmpfs tmpfs
	runs 'ls /m; grep -c " /m " /proc/self/mountinfo'
	prints 2
}

@test "a read-only bind cannot be written, the host can" {
	add_bind "$TEST_DIR/data" /data ro
	runs 'cat /data/file; echo x >/data/file || true; touch /data/new || true'
	[ "$(grep -c "Read-only file system" <<<"$output")" -eq 2 ]
	says hello
	[ "$(cat "$TEST_DIR/data/file")" = hello ]
	echo x >"$TEST_DIR/data/new"
}

@test "a read-only file can be bound into a read-only directory" {
	: >"$TEST_DIR/data/point"
	add_bind "$TEST_DIR/data" /data ro
	add_bind "$TEST_DIR/data/file" /data/point ro
	runs 'cat /data/point'
	prints hello
}

@test "a relative destination is taken from the root" {
	add_bind "$TEST_DIR/data" some/where
	runs 'cat /some/where/file'
	says hello
}

@test "a destination is cleaned of dots and slashes" {
	add_bind "$TEST_DIR/data" //one/./two/../three//
	runs 'cat /one/three/file; grep -c " /one/three " /proc/self/mountinfo'
	prints $'hello\n1'
}

# Field: mounts[].destination
@test "a destination with .. stays inside the root" {
	add_bind "$TEST_DIR/data" /../../../outside
	add_bind "$TEST_DIR/data" ../../other
	runs 'cat /outside/file /other/file'
	says $'hello\nhello'
	[ ! -e "$TEST_DIR/outside" ]
	[ ! -e /outside ]
	[ ! -e /other ]
}

@test "a mount on the root itself is refused" {
	add_bind "$TEST_DIR/data" /
	refuses "is on the top of rootfs"
	update_config '.mounts[-1].destination = "/etc/.."'
	refuses "is on the top of rootfs"
}

@test "an absolute symbolic link in the image is followed inside the root" {
	mkdir rootfs/real
	ln -s /real rootfs/link
	add_bind "$TEST_DIR/data" /link
	runs 'cat /real/file; grep -c " /real " /proc/self/mountinfo'
	prints $'hello\n1'
}

@test "a relative symbolic link in the image is followed inside the root" {
	mkdir -p rootfs/a/b rootfs/c
	ln -s ../../c rootfs/a/b/link
	ln -s ../../../../../../c rootfs/high
	add_bind "$TEST_DIR/data" /a/b/link/sub
	add_bind "$TEST_DIR/data/file" /high/file
	runs 'cat /c/sub/file; cat /c/file'
	prints $'hello\nhello'
}

@test "a chain of symbolic links in a destination is followed, a loop is an error" {
	mkdir rootfs/real
	ln -s /real rootfs/l1
	ln -s l1 rootfs/l2
	ln -s ./l2 rootfs/l3
	add_bind "$TEST_DIR/data" /l3
	runs 'cat /real/file'
	prints hello
	ln -s round rootfs/about
	ln -s about rootfs/round
	add_bind "$TEST_DIR/data" /round/x
	refuses "oo many"
}

@test "the sources of binds are not resolved in the container" {
	mkdir -p "rootfs/$TEST_DIR/data"
	echo wrong >"rootfs/$TEST_DIR/data/file"
	add_bind "$TEST_DIR/data" /data
	runs 'cat /data/file'
	prints hello
}

# Field: mounts[].options
# Value: mounts[].options=tmpcopyup
@test "tmpcopyup fills a tmpfs with what it covers" {
	mkdir -p rootfs/var/lib/app/sub
	echo a >rootfs/var/lib/app/file
	ln -s file rootfs/var/lib/app/link
	chmod 640 rootfs/var/lib/app/file
	add_mount /var/lib/app tmpfs tmpfs rw nosuid tmpcopyup
	runs 'cd /var/lib/app; cat file; readlink link; stat -c %a file; stat -f -c %T .; echo new >file; rmdir sub'
	prints $'a\nfile\n640\ntmpfs'
	[ "$(cat rootfs/var/lib/app/file)" = a ]
	[ -d rootfs/var/lib/app/sub ]
}

@test "tmpcopyup keeps the mount's options and gives it its place" {
	mkdir rootfs/var/app
	echo a >rootfs/var/app/file
	add_mount /var/app tmpfs tmpfs ro noexec nodev tmpcopyup size=1m
	runs 'cat /proc/self/mountinfo; cat /var/app/file'
	options_are /var/app ro noexec nodev
	[[ $(filesystem_at /var/app) == *size=1024k* ]]
	# The directory in which it was filled is gone.
	not grep -F runctop <<<"$output"
}

@test "tmpcopyup works at a missing mount point" {
	add_mount /absent tmpfs tmpfs tmpcopyup
	runs 'ls -A /absent; stat -f -c %T /absent'
	prints tmpfs
}

@test "tmpcopyup keeps attributes, times, special files and hard links" {
	corten_only "runc drops attributes, times and links, and fails at special files"
	requires python
	"$PYTHON" "$INTEGRATION_DIR/tools/odd_tree.py" make rootfs/tree
	"$PYTHON" "$INTEGRATION_DIR/tools/odd_tree.py" list rootfs/tree >expected
	grep -q security.capability expected
	add_mount /tree tmpfs tmpfs tmpcopyup
	starts
	"$PYTHON" "$INTEGRATION_DIR/tools/odd_tree.py" list "/proc/$(pid_of "$CTR")/root/tree" >found
	kernel_at_least 6.6 || sed -i "s/, ('user[^)]*)//" expected # tmpfs had no user attributes
	diff expected found
}

@test "tmpcopyup takes no memory for holes" {
	truncate -s 200M rootfs/var/hole
	printf middle | dd of=rootfs/var/hole bs=1 seek=100000000 conv=notrunc status=none
	add_mount /var tmpfs tmpfs tmpcopyup size=4m
	if is_corten; then
		runs 'stat -c %s /var/hole; dd if=/var/hole bs=1 skip=100000000 count=6 2>/dev/null'
		prints $'209715200\nmiddle'
	else
		refuses "no space left"
	fi
}

@test "an owner in the options counts for more than that of what tmpcopyup copies" {
	mkdir rootfs/var/app
	touch rootfs/var/app/file
	chown -R 3:4 rootfs/var/app
	add_mount /var/app tmpfs tmpfs tmpcopyup uid=12 mode=711
	runs 'stat -c "%a %u" /var/app; stat -c "%u:%g" /var/app/file'
	prints $'711 12\n3:4'
}

@test "a remount of what is no mount is an error" {
	mkdir rootfs/plain
	for options in '["rbind", "remount"]' '["bind", "remount", "ro"]' '["rbind", "remount", "rro"]' '["remount"]'; do
		for place in /plain /etc/passwd /absent; do
			update_config '.mounts += [{destination: $p, type: "none", source: $s, options: $o}]' \
				--arg p "$place" --arg s "$TEST_DIR/data" --argjson o "$options"
			refuses "$place"
			! is_corten || says "nothing is mounted on $place that could be remounted"
			update_config 'del(.mounts[-1])'
		done
	done
	! is_corten || [ ! -e rootfs/absent ]
}

@test "a remount changes what is mounted" {
	add_mount /m tmpfs tmpfs
	update_config '.mounts += [{destination: "/m", type: "none", source: "/", options: ["bind", "remount", "ro", "noexec"]}]'
	runs 'cat /proc/self/mountinfo'
	options_are /m ro noexec
	update_config '.mounts[-1].options = ["remount", "nosuid"]'
	runs 'cat /proc/self/mountinfo'
	options_are /m rw nosuid
}

@test "without tmpcopyup a tmpfs is empty" {
	mkdir rootfs/var/app
	echo a >rootfs/var/app/file
	add_mount /var/app tmpfs tmpfs
	runs 'ls -A /var/app'
	prints ""
}

@test "a tmpfs takes over the mode of the directory it covers, unless told" {
	mkdir -m 2711 rootfs/var/app
	mkdir -m 1777 rootfs/var/told
	add_mount /var/app tmpfs tmpfs
	add_mount /var/told tmpfs tmpfs mode=700
	runs 'stat -c %a /var/app; stat -c %a /var/told'
	prints $'2711\n700'
}

@test "a hundred mounts are made" {
	update_config '.mounts += [range(100) as $n | {destination: "/m/\($n)", type: "bind", source: $s, options: ["bind", "ro"]}]' \
		--arg s "$TEST_DIR/data"
	runs 'grep -c " /m/[0-9]* ro" /proc/self/mountinfo; cat /m/99/file'
	prints $'100\nhello'
}

@test "a destination with blanks and other odd characters works" {
	add_bind "$TEST_DIR/data" $'/a b\tc"d\\e'
	runs $'cat \'/a b\tc"d\\e/file\''
	prints hello
}

# Asked: Does the host see the mounts of a container whose root is on a shared mount, as systemd makes all of them?
# Happens: a new mount namespace, and one of OPEN_TREE_NAMESPACE (Linux 7.1), has the propagation of what it was copied from.
# Corten: makes its copy slave or private before it mounts anything, and uses no OPEN_TREE_NAMESPACE: nothing appears, then or later.
# Source: mount_namespaces(7), fs/namespace.c; seen on Linux 6.18 and 7.2.13
@test "mounts of the container are not on the host while it runs, nor after it" {
	add_bind "$TEST_DIR/data" /data
	add_mount /m tmpfs tmpfs shared
	mkdir "$TEST_DIR/shared"
	mount --bind "$TEST_DIR/shared" "$TEST_DIR/shared"
	mount --make-shared "$TEST_DIR/shared"
	mv "$BUNDLE/rootfs" "$TEST_DIR/shared/rootfs"
	update_config '.root.path = $p' --arg p "$TEST_DIR/shared/rootfs"
	cut -d' ' -f1,5 /proc/self/mountinfo >"$TEST_DIR/before"
	starts
	[ "$(cut -d' ' -f5 "/proc/$(pid_of "$CTR")/mountinfo" | grep -cx -e / -e /m -e /data -e /proc)" -eq 4 ]
	grep -F "$TEST_DIR" "$TEST_DIR/before" | diff - <(cut -d' ' -f1,5 /proc/self/mountinfo | grep -F "$TEST_DIR")
	succeeds delete --force "$CTR"
	grep -F "$TEST_DIR" "$TEST_DIR/before" | diff - <(cut -d' ' -f1,5 /proc/self/mountinfo | grep -F "$TEST_DIR")
	umount "$TEST_DIR/shared"
	not grep -F "$TEST_DIR" /proc/self/mountinfo
}

# Asked: Is statmount(2) quicker than /proc/self/mountinfo?
# Happens: no: listmount and a statmount for each of 250 mounts take 2.5 times as long as reading the whole text (Linux 6.18, 7.2).
# Corten: does not use them for speed; a start reads no mountinfo at all, but with --no-pivot and before Linux 5.12, whose mount(2) returns no descriptor.
# Source: measured on Linux 6.18 and 7.2.13; the number of calls of a start is in tests/bench/guard.bats
@test "a start does not read the host's mounts, however many there are" {
	requires strace no_sanitizers kernel 5.12
	corten_only "runc reads them"
	set_args true
	timeout 60 strace -f -qq -e trace=openat,openat2,open -o "$TEST_DIR/calls" "$RUNTIME" --root "$STATE_ROOT" run "$CTR" 3>&- 4>&-
	grep -q config.json "$TEST_DIR/calls"
	not grep -E 'mountinfo|/mounts' "$TEST_DIR/calls"
}
