#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# root, how the root is changed, rootfsPropagation, maskedPaths, readonlyPaths.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
}

# with_propagation KIND runs a container with that rootfsPropagation.
with_propagation() {
	update_config '.linux.rootfsPropagation = $p' --arg p "$1"
	set_args cat /proc/self/mountinfo
	succeeds run "$CTR"
}

# shared_data makes $TEST_DIR/data a shared mount of the host.
shared_data() {
	mkdir "$TEST_DIR/data"
	mount -t tmpfs data "$TEST_DIR/data"
	mount --make-shared "$TEST_DIR/data"
	mkdir "$TEST_DIR/data/host" "$TEST_DIR/data/container"
}

teardown() {
	while [[ -d $TEST_DIR/data ]] && umount -R "$TEST_DIR/data" 2>/dev/null; do :; done
	teardown_test
}

@test "the root is writable by default, and the files stay in the image" {
	runs 'echo x >/etc/new'
	[ "$(cat rootfs/etc/new)" = x ]
}

# Field: root.readonly
@test "a read-only root cannot be written, mounts on it can" {
	update_config '.root.readonly = true'
	add_mount /made/for/it tmpfs tmpfs
	runs 'touch /x /etc/passwd /bin/x; touch /dev/shm/x /dev/x /made/for/it/x && echo written; cat /proc/self/mountinfo'
	[ "$(grep -c "Read-only file system" <<<"$output")" -eq 3 ]
	says written
	options_are / ro
	touch rootfs/etc/from-outside
}

# Field: root.path
@test "root.path may be relative to the bundle, or absolute" {
	mv rootfs "$TEST_DIR/elsewhere"
	update_config '.root.path = "../elsewhere"'
	set_args echo relative
	cd /
	# shellcheck disable=SC2153 # helpers.bash sets it
	succeeds run --bundle "$BUNDLE" "$CTR"
	prints relative
	cd "$BUNDLE"
	update_config '.root.path = $p' --arg p "$TEST_DIR/elsewhere"
	cd /
	succeeds run --bundle "$BUNDLE" "$CTR"
	prints relative
}

@test "a config.json without root is refused" {
	update_config 'del(.root)'
	refuses "root must be specified"
}

@test "a root that does not exist is refused" {
	update_config '.root.path = "nothing"'
	refuses "invalid rootfs"
	says "no such file or directory"
}

@test "a root that is a symbolic link is refused" {
	ln -s rootfs link
	update_config '.root.path = "link"'
	refuses "invalid rootfs: not an absolute path, or a symlink"
}

@test "a root that is a file is refused" {
	update_config '.root.path = "config.json"'
	refuses ""
}

@test "nothing of the host's tree can be reached" {
	set_script 'ls -A /; cd /..; ls -d bin; ls /proc/1/root/; cat /proc/self/mountinfo'
	succeeds run "$CTR"
	lacks config.json
	not grep -F " $BUNDLE" <<<"$(cut -d' ' -f5- <<<"$stdout")"
	# The root is the topmost mount: its parent is not in the table.
	parent=$(mount_at / | cut -d' ' -f2)
	not grep -E "^$parent " <<<"$stdout"
}

@test "with --no-pivot the root is moved instead" {
	set_script 'ls -d /bin /config.json 2>/dev/null; echo x >/etc/new; cat /proc/self/mountinfo'
	runtime run --no-pivot "$CTR"
	says /bin
	lacks /config.json
	[ "$(cat rootfs/etc/new)" = x ]
}

@test "with --no-pivot the host's proc and sysfs are not left in the mount table" {
	set_args cat /proc/self/mountinfo
	succeeds run --no-pivot "$CTR"
	[ "$(grep -c -- ' - proc ' <<<"$(awk '$4 == "/"' <<<"$stdout")")" -eq 1 ]
	[ "$(grep -c -- ' - sysfs ' <<<"$stdout")" -eq 1 ]
}

@test "private propagation together with --no-pivot is refused" {
	for propagation in private rprivate; do
		update_config '.linux.rootfsPropagation = $p' --arg p "$propagation"
		fails_saying "is not safe without pivot_root" create --no-pivot "$CTR"
		unknown "$CTR"
	done
}

@test "without a mount namespace the root is changed all the same" {
	wrap_runtime :
	without_namespace mount
	update_config '.mounts |= map(select(.type == "proc"))'
	set_script 'ls -d /bin /config.json'
	runtime run "$CTR"
	says /bin
	says "/config.json: No such file or directory"
}

@test "masked and read-only paths need a mount namespace" {
	update_config '.linux.namespaces |= map(select(.type != "mount")) | .mounts = []'
	refuses "unable to restrict sys entries without a private MNT namespace"
	update_config 'del(.linux.maskedPaths)'
	refuses "unable to restrict sys entries without a private MNT namespace"
}

@test "the root is not shared with the host by default" {
	set_args cat /proc/self/mountinfo
	succeeds run "$CTR"
	[[ $(propagation_at /) != *shared* ]]
}

# Field: linux.rootfsPropagation
# Value: linux.rootfsPropagation={,r}private
@test "rootfsPropagation private and rprivate" {
	for propagation in private rprivate; do
		with_propagation "$propagation"
		[[ -z $(propagation_at / | tr -d ' ') ]]
	done
}

# Field: linux.rootfsPropagation
# Value: linux.rootfsPropagation={,r}slave
@test "rootfsPropagation slave and rslave" {
	for propagation in slave rslave; do
		with_propagation "$propagation"
		[[ $(propagation_at /) != *shared:* ]]
	done
}

# Field: linux.rootfsPropagation
# Value: linux.rootfsPropagation={,r}shared
@test "rootfsPropagation shared and rshared" {
	for propagation in shared rshared; do
		with_propagation "$propagation"
		[[ $(propagation_at /) == *shared:* ]]
	done
}

# Field: linux.rootfsPropagation
# Value: linux.rootfsPropagation={,r}unbindable
@test "rootfsPropagation unbindable and runbindable" {
	# What is unbindable as a whole cannot be bound onto itself to make it read-only.
	update_config 'del(.linux.readonlyPaths, .linux.maskedPaths)'
	for propagation in unbindable runbindable; do
		with_propagation "$propagation"
		[[ $(propagation_at /) == *unbindable* ]]
	done
}

@test "an unknown rootfsPropagation is refused" {
	update_config '.linux.rootfsPropagation = "sideways"'
	refuses "rootfsPropagation=sideways is not supported"
}

@test "a mount of the host arrives in the container, one of the container stays there" {
	shared_data
	all_capabilities
	update_config '.linux.rootfsPropagation = "rslave"'
	add_bind "$TEST_DIR/data" /data rbind rslave
	starts
	mount -t tmpfs new "$TEST_DIR/data/host"
	echo x >"$TEST_DIR/data/host/file"
	succeeds exec "$CTR" cat /data/host/file
	prints x
	succeeds exec "$CTR" sh -c 'mount -t tmpfs own /data/container && touch /data/container/file'
	[ ! -e "$TEST_DIR/data/container/file" ]
}

@test "a shared mount in a shared root carries mounts both ways" {
	shared_data
	all_capabilities
	update_config '.linux.rootfsPropagation = "rshared"'
	add_bind "$TEST_DIR/data" /data rbind rshared
	starts
	succeeds exec "$CTR" sh -c 'mount -t tmpfs own /data/container && touch /data/container/file'
	[ -e "$TEST_DIR/data/container/file" ]
	mount -t tmpfs new "$TEST_DIR/data/host"
	touch "$TEST_DIR/data/host/file"
	succeeds exec "$CTR" ls /data/host
	prints file
}

@test "nothing of a private root is seen on a shared host mount" {
	shared_data
	mv rootfs "$TEST_DIR/data/rootfs"
	update_config '.root.path = "../data/rootfs"'
	set_args sleep 1000
	starts
	[ "$(grep -cF "$TEST_DIR/data" /proc/self/mountinfo)" -eq 1 ]
	[[ $(grep -F "$TEST_DIR/data " /proc/self/mountinfo) == *shared:* ]]
	succeeds delete --force "$CTR"
}

# Field: linux.maskedPaths
@test "a masked file is empty, a masked directory too" {
	mkdir -p rootfs/secret/sub
	echo x >rootfs/secret/sub/file
	echo x >rootfs/secret.txt
	update_config '.linux.maskedPaths = ["/secret", "/secret.txt"]'
	runs 'ls -A /secret; cat /secret.txt; touch /secret/new || echo refused; stat -c %t:%T /secret.txt; cat /proc/self/mountinfo'
	[ "$(head -n2 <<<"$stdout")" = $'refused\n1:3' ]
	options_are /secret ro
	[ "$(cat rootfs/secret.txt)" = x ]
}

@test "what is masked is masked for exec too" {
	echo x >rootfs/secret.txt
	update_config '.linux.maskedPaths = ["/secret.txt"]'
	starts
	succeeds exec "$CTR" cat /secret.txt
	prints ""
}

@test "masked paths that do not exist, or come twice, are no error" {
	mkdir rootfs/secret
	touch rootfs/secret.txt
	update_config '.linux.maskedPaths = ["/absent", "/absent/deep", "/secret", "/secret", "/secret/", "/secret.txt", "/secret.txt"]'
	runs 'grep -c " /secret " /proc/self/mountinfo; grep -c " /secret.txt " /proc/self/mountinfo'
	says 1
	not grep -E '^[^12]' <<<"$stdout"
}

@test "a masked path in a masked directory is no error" {
	mkdir -p rootfs/secret/sub
	update_config '.linux.maskedPaths = ["/secret/sub", "/secret", "/secret/sub"]'
	runs 'ls -A /secret'
	prints ""
}

@test "many masked directories are masked alike" {
	mkdir rootfs/d{1..30}
	touch rootfs/d{1..30}/file
	update_config '.linux.maskedPaths = [range(1; 31) | "/d\(.)"]'
	runs 'find /d* -type f'
	prints ""
}

@test "a masked symbolic link masks what it points to" {
	mkdir rootfs/real
	touch rootfs/real/file
	ln -s /real rootfs/link
	update_config '.linux.maskedPaths = ["/link"]'
	runs 'ls -A /real'
	prints ""
}

# Field: linux.readonlyPaths
@test "read-only paths cannot be written, others can" {
	mkdir -p rootfs/frozen/sub
	echo x >rootfs/frozen/file
	echo x >rootfs/frozen.txt
	update_config '.linux.readonlyPaths = ["/frozen", "/frozen.txt", "/absent", "/frozen/absent"]'
	runs 'cat /frozen/file /frozen.txt; touch /frozen/new; echo y >/frozen.txt; touch /frozen/sub/new; touch /free'
	prints $'x\nx'
	[ "$(grep -c "Read-only file system" <<<"$output")" -eq 3 ]
	[ -e rootfs/free ]
}

@test "a read-only path keeps the other options of its mount" {
	without_mount /proc
	add_mount /proc proc proc nosuid nodev noexec
	runs 'cat /proc/self/mountinfo'
	options_are /proc/sys ro nosuid nodev noexec
	options_are_not /proc ro
}

@test "the read-only paths and masks of the default bundle hold" {
	runs 'cat /proc/kcore /proc/keys 2>/dev/null; ls -A /sys/firmware; echo 1 >/proc/sys/kernel/panic || true'
	prints ""
	says "Read-only file system"
}

# frozen FILE… has the container write to each, and print those where that works.
frozen() { runs "for f in $*; do (: >\$f) 2>/dev/null && echo \$f; done; true"; }

@test "a read-only path that is the root makes the root read-only" {
	mkdir rootfs/real
	ln -s / rootfs/top
	ln -s /real rootfs/link
	paths=(/ // /. /top)
	! is_corten || paths+=(/top/ /.. . /etc/.. /link/..) # runc covers the root there, which nobody sees
	for path in "${paths[@]}"; do
		update_config '.linux.readonlyPaths = [$p]' --arg p "$path"
		frozen /new /real/new /dev/shm/new
		[ "$stdout" = /dev/shm/new ] || {
			printf 'readonlyPaths: %s\n' "$path"
			return 1
		}
	done
	[ ! -e rootfs/new ]
}

@test "a read-only root among read-only paths leaves nothing out" {
	mkdir -p rootfs/a/b rootfs/c
	update_config '.linux.readonlyPaths = ["/a/b/", "/", "/a/b", "/proc/sys", "/", "/c/."]'
	frozen /new /a/new /a/b/new /c/new /proc/sys/kernel/hostname /dev/shm/new
	prints /dev/shm/new
	succeeds run --no-pivot "$CTR"
	prints /dev/shm/new
}

@test "read-only and masked paths may end with a slash, and lie in one another" {
	mkdir -p rootfs/{a/b,m/n}
	touch rootfs/m/file
	update_config '.linux.readonlyPaths = ["/a/", "/a/b//", "/proc/", "/proc/sys/"]
		| .linux.maskedPaths = ["/m/n/", "/m/", "/m//"]'
	runs '(touch /a/new /a/b/new; echo 1 >/proc/sys/kernel/panic) 2>&1 | grep -c "Read-only"; ls -A /m; grep -c " /m " /proc/self/mountinfo'
	prints $'3\n1'
}

@test "the root cannot be masked" {
	corten_only "runc mounts something on the root, which nobody sees"
	ln -s / rootfs/top
	for path in / /etc/.. /top; do
		update_config '.linux.maskedPaths = [$p]' --arg p "$path"
		refuses "can't mask path \"$path\": it is the container's root"
	done
}

@test "the root's path may be written in any way" {
	set_args cat /etc/marker
	echo marked >rootfs/etc/marker
	paths=(rootfs/ rootfs// ./rootfs/ ././rootfs/. ../b/rootfs "$BUNDLE/rootfs/")
	! is_corten || paths+=("$BUNDLE//rootfs" "$BUNDLE/./rootfs/." "$BUNDLE/../b/rootfs") # runc: wrong mountpoints
	for path in "${paths[@]}"; do
		update_config '.root.path = $p' --arg p "$path"
		succeeds run "$CTR"
		prints marked
	done
	cd rootfs
	for path in . ./; do
		jq '.root.path = $p' --arg p "$path" ../config.json >config.json
		succeeds run "$CTR"
		prints marked
	done
	cd "$BUNDLE/.."
	rm b/rootfs/config.json
	for bundle in b/ ./b// "$BUNDLE/"; do
		succeeds run --bundle "$bundle" "$CTR"
		prints marked
	done
}

@test "other paths of the configuration may be written in any way" {
	corten_only "runc takes a device for another one that is spelt in another way"
	mkdir -p "$TEST_DIR/data"
	echo marked >"$TEST_DIR/data/marker"
	update_config '.root.path = "rootfs/" | .process.cwd = "/made//cwd/"'
	add_mount /scratch// tmpfs tmpfs
	add_mount "$BUNDLE/rootfs/inside/" tmpfs tmpfs
	add_bind "$TEST_DIR/data/" /data/./
	update_config '.linux.devices = [{path: "/dev//null/", type: "c", major: 1, minor: 3},
		{path: "/dev/./full", type: "c", major: 1, minor: 7, fileMode: 384}]'
	runs 'pwd; cat /data/marker; stat -f -c %T /scratch; stat -f -c %T /inside; stat -c %a /dev/full; echo x >/dev/null'
	prints $'/made/cwd\nmarked\ntmpfs\ntmpfs\n600'
}
