#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: containerd ctr containerd-shim-runc-v2
# version: containerd --version | sed 's|[^ ]* [^ ]* \([0-9.]*\).*|containerd \1|'
# covers: ctr run: status, streams, terminals, mounts, capabilities, seccomp, devices, user namespaces, a spec of one's own
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load containerd

setup_file() { setup_containerd; }
teardown_file() { teardown_containerd; }

@test "run --rm prints, and ends with the status of the command" {
	is "$(box -- echo hello)" hello
	rc_is 42 box -- sh -c 'exit 42'
	rc_is 137 box -- sh -c 'sh -c "kill -9 \$PPID"; sleep 1; exit 137'
}

@test "a command that is not there is an error that names it" {
	fails_saying no-such-command c8r run --rm --runc-binary "$RUNTIME" "$IMG" missing no-such-command
	is "$(c8r task ls -q)" ""
	c8r container delete missing || true
}

@test "standard input; output and error are apart" {
	# Not cat: ctr run does not pass on the end of the input.
	is "$(echo through | box -- head -n 1)" through
	box -- sh -c 'echo out; echo err >&2' >"$W/so" 2>"$W/se"
	is "$(cat "$W/so") $(cat "$W/se")" "out err"
}

@test "--env and --cwd" {
	is "$(box --env A=b --cwd /tmp -- sh -c 'echo $A $PWD')" "b /tmp"
}

@test "--tty has a terminal of the right size" {
	has "$(on_tty ctr -a "$SOCKET" -n "$ID" run --rm --runc-binary "$RUNTIME" --tty "$IMG" tty1 sh -c 'tty; sleep 0.5; stty size')" \
		$'/dev/pts/0\n33 91'
}

@test "--read-only and --mount" {
	has "$(box --read-only -- sh -c 'touch /x 2>&1; true')" "Read-only file system"
	is "$(box --mount "type=bind,src=$W/vol,dst=/v,options=rbind:rw" --mount "type=bind,src=$W/vol,dst=/r,options=rbind:ro" \
		--mount "type=tmpfs,src=tmpfs,dst=/scratch,options=size=1m:mode=700" -- \
		sh -c 'cat /v/f; echo back >/v/g; touch /r/x 2>/dev/null || echo ro; stat -c %a /scratch')" $'from-host\nro\n700'
	is "$(cat "$W/vol/g")" back
}

capabilities() { echo $((16#$(box "$@" -- awk '/^CapEff/ { print $2 }' /proc/self/status))); }

@test "--cap-add, --cap-drop and --privileged" {
	local base
	base=$(capabilities)
	is "$(($(capabilities --cap-add CAP_NET_ADMIN) ^ base)) $((base ^ $(capabilities --cap-drop CAP_CHOWN)))" "4096 1"
	is "$(box --privileged -- sh -c 'mount -t tmpfs x /tmp && awk "/^CapEff/ { print \$2 }" /proc/self/status')" \
		"$(awk '/^CapBnd/ { print $2 }' /proc/self/status)"
}

fields() { box "$@" -- awk '/^(Seccomp|NoNewPrivs):/ { print $2 }' /proc/self/status | paste -sd ' '; }

@test "--seccomp, --seccomp-profile and --allow-new-privs" {
	is "$(fields)" "1 0"
	is "$(fields --seccomp)" "1 2"
	is "$(fields --allow-new-privs)" "0 0"
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":39}]}' \
		>"$W/seccomp.json"
	has "$(box --seccomp --seccomp-profile "$W/seccomp.json" -- sh -c 'mkdir /tmp/d 2>&1; true')" "Directory not empty"
}

@test "--net-host" {
	is "$(box --net-host -- readlink /proc/self/ns/net)" "$(readlink /proc/self/ns/net)"
	[ "$(box -- readlink /proc/self/ns/net)" != "$(readlink /proc/self/ns/net)" ]
}

@test "--with-ns joins another container's namespaces" {
	local pid
	up c1 -- sleep 100
	pid=$(pid_of c1)
	is "$(box --with-ns "network:/proc/$pid/ns/net" --with-ns "ipc:/proc/$pid/ns/ipc" -- \
		sh -c 'readlink /proc/self/ns/net; readlink /proc/self/ns/ipc')" \
		"$(readlink "/proc/$pid/ns/net" "/proc/$pid/ns/ipc")"
	down c1
}

@test "--device; other devices are refused" {
	mknod "$W/kmsg" c 1 11
	box --device "$W/kmsg" -- sh -c "test -c $W/kmsg && : >$W/kmsg"
	is "$(box --cap-add CAP_MKNOD -- sh -c 'mknod /tmp/k c 1 11 && { (: >/tmp/k) 2>/dev/null || echo refused; }')" refused
}

@test "--uidmap and --gidmap" {
	is "$(c8r run --rm --runc-binary "$RUNTIME" --uidmap 0:100000:5000 --gidmap 0:200000:5000 "$IMG" uns \
		sh -c 'sleep 0.5; id -u; awk "{ print \$2 }" /proc/self/uid_map /proc/self/gid_map; sleep 0.5')" $'0\n100000\n200000'
}

@test "--rootfs, and --config with a spec of one's own" {
	is "$(c8r run --rm --runc-binary "$RUNTIME" --rootfs "$W/rootfs" rfs /bin/sh -c '/bin/sleep 0.5; echo $$; /bin/sleep 0.5')" 1
	cat >"$W/spec.json" <<-END
		{"ociVersion":"1.0.2","process":{"args":["sh","-c","sleep 0.5; hostname; echo \$FROM; sleep 0.5"],"cwd":"/","env":["PATH=/bin","FROM=spec"],"user":{"uid":0,"gid":0}},
		"root":{"path":"$W/rootfs"},"hostname":"spec-box","mounts":[{"destination":"/proc","type":"proc","source":"proc"}],
		"linux":{"cgroupsPath":"/$ID/spec","namespaces":[{"type":"pid"},{"type":"mount"},{"type":"uts"},{"type":"ipc"},{"type":"network"}]}}
	END
	is "$(c8r run --rm --runc-binary "$RUNTIME" --config "$W/spec.json" spec1)" $'spec-box\nspec'
}
