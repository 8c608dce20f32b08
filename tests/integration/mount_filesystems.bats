#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# The kinds of filesystems: proc, sysfs, devpts, mqueue, tmpfs, overlay, cgroup.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
}

# mount_cgroups OPTION… adds the mount of type cgroup.
mount_cgroups() { add_mount /sys/fs/cgroup cgroup cgroup "$@"; }

# Field: mounts[].type
@test "the usual filesystems are of their kinds" {
	add_mount /dev/mqueue mqueue mqueue nosuid noexec nodev
	runs 'cat /proc/self/mountinfo'
	[[ $(filesystem_at /proc) == "proc "* ]]
	[[ $(filesystem_at /sys) == "sysfs "* ]]
	[[ $(filesystem_at /dev) == "tmpfs "* ]]
	[[ $(filesystem_at /dev/pts) == "devpts "* ]]
	[[ $(filesystem_at /dev/shm) == "tmpfs "* ]]
	[[ $(filesystem_at /dev/mqueue) == "mqueue "* ]]
	options_are /dev/mqueue nosuid noexec nodev
	options_are /sys ro nosuid noexec nodev
	options_are /dev nosuid
	options_are_not /dev relatime noatime
}

# beside_a_covered_proc: the runtime is called in a user namespace whose /proc is covered in part, by mounts of the namespace around
# it (those of its own do not count).
beside_a_covered_proc() {
	requires userns
	local inner=$RUNTIME
	mkdir -p "$TEST_DIR/nested"
	{
		echo '#!/bin/sh'
		echo 'outer="unshare --user --map-root-user --mount --pid --fork --kill-child --mount-proc"'
		echo 'inner="unshare --user --map-root-user --mount"'
		printf 'exec $outer sh -c "mount -t tmpfs none /proc/irq && exec $inner \"\$@\"" sh %q "$@"\n' "$inner"
	} >"$TEST_DIR/nested/${RUNTIME##*/}"
	chmod 755 "$TEST_DIR/nested/${RUNTIME##*/}"
	RUNTIME=$TEST_DIR/nested/${RUNTIME##*/}
	update_config '.linux.resources = null | .linux.namespaces |= map(select(.type == "mount" or .type == "pid" or .type == "uts"))
		| .mounts = [{destination: "/proc", type: "proc", source: "proc"}] | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
}

# Asked: Can a container in a container have a /proc, where masks of the outer one cover a part of it?
# Happens: fsmount(2) and mount(2) say EPERM in a user namespace; from Linux 7.2 on a procfs with subset=pid is taken.
# Corten: tries that before it gives the EPERM. It warns that /proc shows processes alone; before 7.2 the error names all of this.
# Source: fs/namespace.c, mount_too_revealing(); seen on Linux 6.18 (EPERM) and 7.2.13
@test "a procfs beside a covered one shows processes alone from Linux 7.2 on, and is an error that says why before" {
	corten_only "runc says EPERM"
	beside_a_covered_proc
	set_script 'ls /proc | grep -vx "[0-9]*" | sort; cat /proc/self/comm'
	if kernel_at_least 7.2; then
		succeeds run "$CTR"
		[ "$stdout" = $'self\nthread-self\ncat' ]
		says "a part of the /proc that is there is covered, perhaps by the masks of a container around this one, so that \"/proc\" shows processes alone (subset=pid)"
	else
		fails_saying "operation not permitted; a part of the /proc that is there is covered, perhaps by the masks of a container around this one, and subset=pid, which Linux 7.2 allows then, was refused, too" run "$CTR"
	fi
}

@test "proc takes options of its own" {
	without_mount /proc
	add_mount /proc proc proc nosuid nodev noexec hidepid=2
	runs 'cat /proc/self/mountinfo'
	options_are /proc nosuid nodev noexec
	[[ $(filesystem_at /proc) == *hidepid=* ]]
}

@test "proc can be mounted in another place too" {
	add_mount /other/proc proc proc
	runs 'cat /other/proc/1/comm; stat -f -c %T /other/proc'
	prints $'sh\nproc'
}

@test "proc can be mounted read-only" {
	without_mount /proc
	add_mount /proc proc proc ro
	update_config 'del(.linux.readonlyPaths)'
	runs 'echo 1 >/proc/sys/kernel/msgmax || echo refused'
	says "Read-only file system"
	says refused
}

@test "only proc may be mounted on /proc" {
	without_mount /proc
	mkdir "$TEST_DIR/fake"
	add_bind "$TEST_DIR/fake" /proc
	refuses "because it is not of type proc"
	update_config '.mounts[-1] |= (.type = "tmpfs" | .options = [])'
	refuses "because it is not of type proc"
}

@test "the host's proc can be bound on /proc" {
	without_mount /proc
	without_namespace pid
	add_bind /proc /proc rbind
	runs 'test -d /proc/self && stat -f -c %T /proc'
	prints proc
}

@test "mounts inside /proc are refused" {
	mkdir "$TEST_DIR/fake"
	for place in /proc/self/attr /proc/sys /proc/1 /proc/self/../tty; do
		add_bind "$TEST_DIR/fake" "$place"
		refuses "because it is inside /proc"
		update_config 'del(.mounts[-1])'
	done
}

@test "files that describe the machine may be covered inside /proc" {
	for file in cpuinfo diskstats meminfo stat swaps uptime loadavg; do
		echo "my $file" >"$TEST_DIR/$file"
		add_bind "$TEST_DIR/$file" "/proc/$file"
	done
	runs 'cd /proc; cat cpuinfo diskstats meminfo stat swaps uptime loadavg'
	prints "$(printf 'my %s\n' cpuinfo diskstats meminfo stat swaps uptime loadavg)"
}

@test "sysfs shows the container's network namespace" {
	runs 'ls -d /sys/class/net/lo /sys/class/net/eth0 2>/dev/null; test -d /sys/kernel'
	prints /sys/class/net/lo
}

@test "devpts is a new instance with its options" {
	runs 'ls /dev/pts; stat -c %a /dev/pts/ptmx; cat /proc/self/mountinfo'
	[ "$(sed -n 1,2p <<<"$stdout")" = $'ptmx\n666' ]
	[[ $(filesystem_at /dev/pts) == *gid=5,mode=620,ptmxmode=666* ]]
}

# Field: mounts[].type
@test "overlay is mounted with its layers" {
	grep -qw overlay /proc/filesystems || skip "needs overlayfs"
	mkdir "$TEST_DIR"/{lower,upper,work}
	echo low >"$TEST_DIR/lower/file"
	add_mount /layers overlay overlay "lowerdir=$TEST_DIR/lower" "upperdir=$TEST_DIR/upper" "workdir=$TEST_DIR/work"
	runs 'cat /layers/file; echo high >/layers/file'
	prints low
	[ "$(cat "$TEST_DIR/lower/file")" = low ]
	[ "$(cat "$TEST_DIR/upper/file")" = high ]
}

# Field: mounts[].type
@test "the cgroup mount has a directory for each hierarchy of version 1" {
	requires cgroup_v1
	mount_cgroups nosuid noexec nodev relatime ro
	runs 'cd /sys/fs/cgroup; for d in *; do grep -qx 1 $d/cgroup.procs && echo $d; done; cat /proc/self/mountinfo'
	mapfile -t hierarchies < <(awk '$(NF-2) == "cgroup" { sub(".*/", "", $5); print $5 }' /proc/self/mountinfo)
	for dir in "${hierarchies[@]}"; do
		grep -qxF "$dir" <<<"$stdout"
		options_are "/sys/fs/cgroup/$dir" ro nosuid noexec nodev
		[[ $(filesystem_at "/sys/fs/cgroup/$dir") == "cgroup "* ]]
	done
	[[ $(filesystem_at /sys/fs/cgroup) == "tmpfs "* ]]
}

@test "a read-only cgroup mount of version 1 cannot be written" {
	requires cgroup_v1
	mount_cgroups ro
	runs 'mkdir /sys/fs/cgroup/memory/sub || echo refused'
	says "Read-only file system"
}

@test "a writable cgroup mount of version 1 can be written" {
	requires cgroup_v1
	all_capabilities
	mount_cgroups rw
	runs 'mkdir /sys/fs/cgroup/memory/sub && echo $$ >/sys/fs/cgroup/memory/sub/cgroup.procs && cat /proc/self/cgroup'
	says "$CTR/sub"
}

@test "the cgroup mount shows the container's own part of version 1, with and without a cgroup namespace" {
	requires cgroup_v1
	mount_cgroups ro
	limit=67108864
	update_config '.linux.resources.memory = {limit: $l}' --argjson l "$limit"
	runs 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes'
	prints "$limit"
	set_namespace cgroup
	runs 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes; cut -d: -f3 /proc/self/cgroup | sort -u'
	prints "$limit"$'\n/'
}

# Field: mounts[].type
@test "the cgroup mount is the whole hierarchy of version 2" {
	only_cgroup2
	mount_cgroups ro
	runs 'stat -f -c %T /sys/fs/cgroup; cat /proc/self/mountinfo'
	[[ $(filesystem_at /sys/fs/cgroup) == "cgroup2 "* ]]
	options_are /sys/fs/cgroup ro
}

@test "in a cgroup namespace the cgroup mount of version 2 is the container's own part" {
	only_cgroup2
	set_namespace cgroup
	mount_cgroups ro nosuid noexec nodev
	runs 'cat /sys/fs/cgroup/cgroup.procs; cat /sys/fs/cgroup/cgroup.type; cat /proc/self/cgroup'
	says "0::/"
	says domain
	grep -qx 1 <<<"$stdout"
}

@test "a writable cgroup mount of version 2 can be written" {
	only_cgroup2
	all_capabilities
	set_namespace cgroup
	mount_cgroups rw
	runs 'mkdir /sys/fs/cgroup/sub && echo $$ >/sys/fs/cgroup/sub/cgroup.procs && grep "^0::" /proc/self/cgroup'
	prints 0::/sub
}
