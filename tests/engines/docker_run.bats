#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: dockerd docker containerd containerd-shim-runc-v2
# version: dockerd --version | sed 's|Docker version \([0-9.]*\).*|Docker \1|'
# covers: run: codes 126 and 127, streams, terminals, build and BuildKit, limits, mounts, devices, security, namespaces
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load docker

setup_file() { setup_docker; }
teardown_file() { teardown_docker; }

@test "build with RUN, the classic way and by BuildKit" {
	mkdir -p "$W/ctx"
	printf 'FROM %s\nRUN echo built > /made && id -u >> /made\nENTRYPOINT ["cat"]\nCMD ["/made"]\n' "$IMG" >"$W/ctx/Dockerfile"
	DOCKER_BUILDKIT=0 dk build --network none -t built:1 "$W/ctx"
	is "$(box built:1)" $'built\n0'
	printf 'FROM %s\nRUN echo by-buildkit > /made\nCMD ["cat", "/made"]\n' "$IMG" >"$W/ctx/Dockerfile"
	DOCKER_BUILDKIT=1 dk build --network none -t built:2 "$W/ctx"
	is "$(box built:2)" by-buildkit
}

@test "run prints, and ends with the status of the command" {
	is "$(box "$IMG" echo hello)" hello
	rc_is 42 box "$IMG" sh -c 'exit 42'
}

@test "127: a command or a path that is not there; 126: one that cannot be executed" {
	rc_is 127 box "$IMG" no-such-command
	rc_is 127 box "$IMG" /no/such/command
	rc_is 126 box "$IMG" /bin/not-executable
	# Docker 20.10 does not know "is a directory", which is 126 to later ones.
	fails_saying '"/etc": is a directory' box "$IMG" /etc
	fails_saying 'executable file not found in $PATH' box "$IMG" no-such-command
}

@test "-i; output and error are apart" {
	is "$(echo through | box -i "$IMG" cat)" through
	box "$IMG" sh -c 'echo out; echo err >&2' >"$W/so" 2>"$W/se"
	is "$(cat "$W/so") $(cat "$W/se")" "out err"
}

@test "--env and --workdir, which is made" {
	is "$(box -e A=1 -w /made/here "$IMG" sh -c 'echo $A $PWD')" "1 /made/here"
}

@test "-it: a terminal, /dev/console, and the size" {
	has "$(on_tty docker run --rm -it --network none "$IMG" sh -c 'tty; test -c /dev/console && echo console; sleep 0.5; stty size')" \
		$'/dev/pts/0\nconsole\n33 91'
}

@test "--memory --cpus --pids-limit --cpuset-cpus --cpu-shares; no cgroup is left" {
	local pid name
	up lim --memory 48m --cpus 0.5 --pids-limit 33 --cpuset-cpus 0 --cpu-shares 512 "$IMG" sleep 100
	pid=$(pid_of lim)
	name=$(dk inspect -f '{{.Id}}' lim)
	has "$(cat "/proc/$pid/cgroup")" "/$ID/"
	is "$(memory_limit "$pid")" 50331648
	is "$(cpu_quota "$pid")" "50000 100000"
	is "$(pids_limit "$pid")" 33
	is "$(cpus_allowed "$pid")" 0
	cpu_shares_set "$pid" 512
	down lim
	is "$(cgroups_named "$name")" ""
}

@test "--ulimit and --oom-score-adj" {
	is "$(box --ulimit nofile=512:1024 --oom-score-adj 321 "$IMG" sh -c 'ulimit -Sn; ulimit -Hn; cat /proc/self/oom_score_adj')" \
		$'512\n1024\n321'
}

@test "--read-only, --tmpfs, --shm-size" {
	is "$(box --read-only --tmpfs /scratch:size=1m,mode=700 --shm-size 2m "$IMG" sh -c 'touch /x 2>&1 | grep -c Read-only
		stat -c %a /scratch; df -k /dev/shm | tail -n 1 | awk "{ print \$2 }"')" $'1\n700\n2048'
}

@test "-v: folders, files, read only, a named volume" {
	is "$(box -v "$W/vol:/v" -v "$W/vol/f:/new/place/f:ro" "$IMG" sh -c 'cat /v/f /new/place/f; echo x >/v/g')" $'from-host\nfrom-host'
	has "$(box -v "$W/vol:/v:ro" "$IMG" sh -c 'touch /v/x 2>&1; true')" "Read-only file system"
	box -v named:/n "$IMG" sh -c 'echo kept >/n/f'
	is "$(box -v named:/n "$IMG" cat /n/f)" kept
	dk volume rm named
}

@test "--device and --device-cgroup-rule" {
	mknod "$W/kmsg" c 1 11
	box --device "$W/kmsg:/dev/other:w" "$IMG" sh -c ': >/dev/other'
	fails box --device "$W/kmsg:/dev/other:r" "$IMG" sh -c ': >/dev/other'
	box --device-cgroup-rule 'c 1:11 rwm' "$IMG" sh -c 'mknod /tmp/k c 1 11 && : >/tmp/k'
	is "$(box "$IMG" sh -c 'mknod /tmp/k c 1 11 && { (: >/tmp/k) 2>/dev/null || echo refused; }')" refused
}

caps() { box "$@" "$IMG" awk '/^CapEff/ { print $2 }' /proc/self/status; }

@test "--user, --group-add, --cap-drop, --cap-add, no-new-privileges" {
	is "$(box --user app --group-add 99 "$IMG" sh -c 'echo $(id -u) $(id -G)')" "1000 1000 99 2000"
	is "$(caps --cap-drop all) $(caps --cap-drop all --cap-add net_raw)" "0000000000000000 0000000000002000"
	is "$(box --security-opt no-new-privileges "$IMG" awk '/^NoNewPrivs/ { print $2 }' /proc/self/status)" 1
}

@test "--privileged" {
	skip_if "$(caps_missing)"
	is "$(caps --privileged)" "$(awk '/^CapBnd/ { print $2 }' /proc/self/status)"
	box --privileged "$IMG" mount -t tmpfs x /tmp
}

seccomp_mode() { box "$@" "$IMG" awk '/^Seccomp:/ { print $2 }' /proc/self/status; }

@test "seccomp: default, unconfined, and a profile of one's own" {
	is "$(seccomp_mode) $(seccomp_mode --security-opt seccomp=unconfined)" "2 0"
	fails box "$IMG" unshare -m true
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":39}]}' \
		>"$W/seccomp.json"
	has "$(box --security-opt "seccomp=$W/seccomp.json" "$IMG" sh -c 'mkdir /tmp/d 2>&1; true')" "Directory not empty"
}

namespaces='for n in net uts pid ipc; do readlink /proc/self/ns/$n; done'

@test "--network --uts --pid --ipc host, and --cgroupns" {
	is "$(dk run --rm --network host --uts host --pid host --ipc host "$IMG" sh -c "$namespaces")" "$(sh -c "$namespaces")"
	is "$(box --cgroupns private "$IMG" sh -c "grep -c $ID /proc/self/cgroup || true")" 0
	[ "$(box --cgroupns host "$IMG" sh -c "grep -c $ID /proc/self/cgroup")" -gt 0 ]
}

@test "--hostname and --sysctl" {
	is "$(box --hostname some.box --sysctl kernel.msgmax=4321 --sysctl net.ipv4.ip_forward=1 "$IMG" \
		sh -c 'hostname; cat /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_forward')" $'some.box\n4321\n1'
}

@test "the namespaces of another container" {
	local joined='for n in net pid ipc; do readlink /proc/self/ns/$n; done'
	up j1 --ipc shareable "$IMG" sleep 100
	is "$(dk run --rm --network container:j1 --pid container:j1 --ipc container:j1 "$IMG" sh -c "$joined")" \
		"$(dk exec j1 sh -c "$joined")"
	down j1
}
