#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: podman conmon
# version: podman --version | sed 's|podman version|Podman|'
# covers: limits, mounts, volumes with :U and idmap, secrets, devices, users, capabilities, seccomp, user namespaces
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load podman

setup_file() {
	setup_podman
	mknod "$W/kmsg" c 1 11
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":39}]}' \
		>"$W/seccomp.json"
}
teardown_file() { nothing_is_left; }

@test "limits of memory, processor and processes, in a cgroup that is gone after rm" {
	local pid
	up lim --memory 48m --cpus 0.5 --pids-limit 33 --cpuset-cpus 0 --cpu-shares 512 "$IMG" sleep 100
	pid=$(pid_of lim)
	has "$(cat "/proc/$pid/cgroup")" "/$ID/"
	is "$(memory_limit "$pid")" 50331648
	is "$(cpu_quota "$pid")" "50000 100000"
	is "$(pids_limit "$pid")" 33
	is "$(cpus_allowed "$pid")" 0
	cpu_shares_set "$pid" 512
	has "$(cgroups_named "libpod-*")" /libpod-
	down lim
	is "$(cgroups_named "libpod-*" | grep -v conmon)" ""
}

@test "--pids-limit holds" {
	has "$(box --pids-limit 6 "$IMG" sh -c 'for i in 1 2 3 4 5 6 7 8 9; do sleep 3 & done; wait' 2>&1 || true)" "can't fork"
}

@test "--cgroups no-conmon: conmon stays where Podman is, the container has a cgroup" {
	up nc1 --cgroups no-conmon "$IMG" sleep 100
	is "$(cat "/proc/$(pgrep -x conmon)/cgroup")" "$(cat /proc/self/cgroup)"
	has "$(cat "/proc/$(pid_of nc1)/cgroup")" /libpod-
	down nc1
}

@test "--cgroups split: the container's cgroup is below Podman's" {
	[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] || skip "needs cgroup v2 alone"
	local own=/sys/fs/cgroup/$ID/split
	mkdir -p "$own"
	(
		echo "$BASHPID" >"$own/cgroup.procs"
		pm run -d --name sp1 --network none --cgroups split "$IMG" sleep 100
	)
	has "$(cat "/proc/$(pid_of sp1)/cgroup")" "/$ID/split/libpod-payload-"
	down sp1
	find "$own" -depth -type d -exec rmdir {} + || true
}

@test "--cgroups disabled: the container stays where Podman is" {
	"$RUNTIME" --help | grep -q -e --cgroup-manager || skip "needs a runtime with --cgroup-manager disabled"
	is "$(pm run --rm --network none --cgroups disabled --cgroupns host "$IMG" cat /proc/self/cgroup)" "$(cat /proc/self/cgroup)"
}

@test "--ulimit and --oom-score-adj" {
	is "$(box --ulimit nofile=512:1024 --ulimit nproc=100:200 --oom-score-adj 321 "$IMG" sh -c 'ulimit -Sn; ulimit -Hn; cat /proc/self/oom_score_adj')" \
		$'512\n1024\n321'
}

@test "--device-read-bps" {
	local disk
	cgroup_v2 || [ -e /sys/fs/cgroup/blkio/blkio.throttle.read_bps_device ] || skip "needs the cgroup controller blkio"
	disk=$(findmnt -no SOURCE -T "$W" | sed 's/\[.*//')
	[ -b "$disk" ] || skip "needs a work folder on a block device"
	up bps --device-read-bps "$disk:1mb" "$IMG" sleep 100
	has "$(cg "$(pid_of bps)" blkio blkio.throttle.read_bps_device io.max)" 1048576
	down bps
}

@test "--read-only, with and without its tmpfs" {
	has "$(box --read-only --read-only-tmpfs=false "$IMG" sh -c 'touch /x 2>&1; echo ok >/dev/null && echo dev')" "Read-only file system"
	box --read-only "$IMG" sh -c 'touch /tmp/x /run/x /var/tmp/x && ! touch /x'
}

@test "--tmpfs and --shm-size" {
	is "$(box --tmpfs /scratch:size=1m,mode=700,noexec --shm-size 2m "$IMG" sh -c 'stat -c %a /scratch
		awk "\$2 == \"/scratch\" { print \$3, (\$4 ~ /size=1024k/), (\$4 ~ /noexec/) }" /proc/mounts
		df -k /dev/shm | tail -n 1 | awk "{ print \$2 }"')" $'700\ntmpfs 1 1\n2048'
}

@test "-v: a folder, a file at a new path, a path with .. in it, read only" {
	is "$(box -v "$W/vol:/v" -v "$W/vol/f:/new/place/f:ro" -v "$W/vol:/bin/../linked/v" "$IMG" \
		sh -c 'cat /v/f /new/place/f /linked/v/f; echo back >/v/g')" $'from-host\nfrom-host\nfrom-host'
	is "$(cat "$W/vol/g")" back
	has "$(box -v "$W/vol:/v:ro" "$IMG" sh -c 'touch /v/x 2>&1' || true)" "Read-only file system"
	[ ! -e "$W/vol/x" ]
}

@test "-v: bind against rbind, and rslave sees a later mount" {
	mkdir -p "$W/vol/sub" "$W/prop/later"
	mount -t tmpfs sub "$W/vol/sub"
	touch "$W/vol/sub/seen"
	box -v "$W/vol:/v:rbind" "$IMG" test -e /v/sub/seen
	fails box -v "$W/vol:/v:bind" "$IMG" test -e /v/sub/seen
	umount "$W/vol/sub"
	mount --bind "$W/prop" "$W/prop"
	mount --make-shared "$W/prop"
	up prop -v "$W/prop:/p:rslave" "$IMG" sleep 100
	mount -t tmpfs later "$W/prop/later"
	touch "$W/prop/later/in"
	pm exec prop test -e /p/later/in
	down prop
	umount -R "$W/prop"
}

@test "volumes: named, with :U, and with idmap" {
	box -v named:/n "$IMG" sh -c 'echo kept >/n/f'
	is "$(box -v named:/n "$IMG" cat /n/f)" kept
	pm volume rm named
	mkdir -p "$W/owned"
	is "$(box --uidmap 0:100000:5000 --gidmap 0:100000:5000 --user app -v "$W/owned:/o:U" "$IMG" stat -c %u /o)" 1000
	is "$(stat -c %u "$W/owned")" 101000
}

@test "a volume with idmap keeps the owners of files" {
	mkdir -p "$W/mapped"
	is "$(box --uidmap 0:100000:5000 --gidmap 0:100000:5000 -v "$W/mapped:/m:idmap" "$IMG" sh -c 'touch /m/x && stat -c %u /m/x' 2>"$W/idmap")" 0 ||
		skip "needs idmapped mounts: $(tail -n 1 "$W/idmap")"
	is "$(stat -c %u "$W/mapped/x")" 0
}

@test "secrets" {
	printf hidden >"$W/secret"
	pm secret create s1 "$W/secret"
	is "$(box --secret s1 --secret s1,type=env,target=SECRET "$IMG" sh -c 'cat /run/secrets/s1; echo " $SECRET"')" "hidden hidden"
	pm secret rm s1
}

@test "masked and read-only paths, and --security-opt unmask=ALL" {
	is "$(box "$IMG" sh -c 'cat /proc/kcore | wc -c; echo 1 2>/dev/null >/proc/sys/kernel/panic || echo refused')" $'0\nrefused'
	box --security-opt unmask=ALL "$IMG" sh -c '! grep -q " /proc/kcore " /proc/mounts && ! grep -q " /proc/sys " /proc/mounts'
}

@test "the default devices, and /sys/fs/cgroup" {
	box "$IMG" sh -c 'for d in null zero full random urandom tty ptmx; do test -c /dev/$d || exit 1; done
		test -L /dev/fd && test -L /dev/stdin && test -L /dev/stderr && echo x >/dev/null && head -c 4 /dev/zero | wc -c | grep -q 4
		grep -q " /sys/fs/cgroup" /proc/self/mountinfo && ls /sys/fs/cgroup >/dev/null'
}

@test "--device opens as it says, and no other device does" {
	is "$(box --cap-add syslog,mknod --device "$W/kmsg:/dev/other:r" "$IMG" \
		sh -c 'stat -c "%F %t:%T" /dev/other; (: >/dev/other) 2>/dev/null || echo refused')" $'character special file 1:b\nrefused'
	box --cap-add syslog --device "$W/kmsg:/dev/other:rw" "$IMG" sh -c ': >/dev/other && dd if=/dev/other of=/dev/null bs=8192 count=1'
	is "$(box --cap-add mknod "$IMG" sh -c 'mknod /tmp/k c 1 11 && { (: >/tmp/k) 2>/dev/null || echo refused; }')" refused
	box --cap-add mknod --device-cgroup-rule 'c 1:11 rwm' "$IMG" sh -c 'mknod /tmp/k c 1 11 && : >/tmp/k'
}

@test "--user by name with its groups, and by number with --group-add" {
	is "$(box --user app "$IMG" sh -c 'echo $(id -u) $(id -g) $(id -G)')" "1000 1000 1000 2000"
	is "$(box --user 77:88 --group-add 99 "$IMG" sh -c 'echo $(id -u) $(id -G)')" "77 88 99"
}

caps() { box "$@" "$IMG" awk '/^CapEff/ { print $2 }' /proc/self/status; }

@test "--cap-drop and --cap-add, for root and for others" {
	is "$(caps --cap-drop all)" 0000000000000000
	is "$(caps --cap-drop all --cap-add net_raw)" 0000000000002000
	is "$(caps --user app)" 0000000000000000
	is "$(caps --user app --cap-add net_raw)" 0000000000002000
	fails box --cap-drop chown "$IMG" chown app /tmp
}

@test "--privileged and no-new-privileges" {
	is "$(box --privileged "$IMG" sh -c 'mount -t tmpfs x /tmp && awk "/^CapEff/ { print \$2 }" /proc/self/status')" \
		"$(awk '/^CapBnd/ { print $2 }' /proc/self/status)"
	is "$(box --security-opt no-new-privileges "$IMG" awk '/^NoNewPrivs/ { print $2 }' /proc/self/status)" 1
}

seccomp_mode() { box "$@" "$IMG" awk '/^Seccomp:/ { print $2 }' /proc/self/status; }

@test "seccomp: the default profile, none, and one's own, which holds in exec" {
	is "$(seccomp_mode) $(seccomp_mode --security-opt seccomp=unconfined)" "2 0"
	fails box "$IMG" unshare -m true
	up sec --security-opt "seccomp=$W/seccomp.json" "$IMG" sh -c 'mkdir /tmp/d; sleep 100'
	until_ok 5 logs_have sec "mkdir: can't create directory '/tmp/d': Directory not empty"
	is "$(pm exec sec sh -c 'mkdir /tmp/d 2>/dev/null || echo refused')" refused
	down sec
}

@test "--uidmap and --gidmap: a user namespace, with exec and mounts" {
	up uns --uidmap 0:100000:5000 --gidmap 0:200000:5000 -v "$W/vol:/v:ro" --tmpfs /t "$IMG" sleep 100
	is "$(stat -c %u "/proc/$(pid_of uns)")" 100000
	is "$(pm exec uns sh -c 'id -u; cat /v/f; touch /t/x && stat -c %u /t/x; awk "{ print \$2 }" /proc/self/uid_map /proc/self/gid_map')" \
		$'0\nfrom-host\n0\n100000\n200000'
	down uns
}
