# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A dockerd and a containerd of this run's own, without a bridge network and firewall rules; the runtime under test
# is the default one. Docker asks containerd for io.containerd.runc.v2 with the runtime's path; checkpoints are among
# what it calls experimental.

IMG=corten:1
SOCKET=$W/c.sock
# The distribution's client goes with its daemon; another one in the PATH may not even build.
export PATH=/usr/sbin:/usr/bin:$PATH
export HOME=$W/home DOCKER_HOST=unix://$W/d.sock DOCKER_CONFIG=$W/home

# setup_docker makes the image $IMG. To be called in setup_file.
setup_docker() {
	mkdir -p "$W"/{home,vol}
	echo from-host >"$W/vol/f"
	start_containerd "$SOCKET" ', "io.containerd.grpc.v1.cri"'
	write_daemon_json "$W/daemon.json"
	start_dockerd "$W/daemon.json"
	make_rootfs "$W/rootfs"
	tar -C "$W/rootfs" -c . | dk import -c 'CMD ["/bin/sh"]' -c 'ENV PATH /bin' - "$IMG"
}

# After all the tests: no container, shim or state of the runtime is left.
teardown_docker() {
	is "$(dk ps -aq)" ""
	until_ok 5 shims_gone
	is "$(find /run/docker /run/dockr -path '*runtime-*/moby/*' ! -path '*/.*' 2>/dev/null || true)" ""
	stop_daemon dockerd
	stop_daemon containerd
}

write_daemon_json() { # FILE
	jq -n --arg path "$RUNTIME" --arg parent "/$ID" '{"live-restore": true, experimental: true, runtimes: {"under-test": {path: $path}},
		"default-runtime": "under-test", "exec-opts": ["native.cgroupdriver=cgroupfs"], "cgroup-parent": $parent}' >"$1"
}

start_dockerd() { # DAEMON.JSON
	PATH=$W/bin:$PATH dockerd --config-file "$1" --data-root "$W/data" --exec-root /run/dockr -p "$W/dockerd.own" \
		-H "$DOCKER_HOST" --containerd "$SOCKET" --iptables=false --ip6tables=false --bridge=none >>"$W/log/dockerd" 2>&1 3>&- 4>&- &
	echo $! >"$W/dockerd.pid"
	until_ok 40 docker_answers || { tail -n 20 "$W/log/dockerd" && return 1; }
}
docker_answers() { timeout 5 docker version >/dev/null 2>&1; }

# dk ARG...: docker itself.
dk() { timeout --foreground -k 2 "${T-30}" docker "$@" 3>&- 4>&-; }

# box OPTION... IMAGE COMMAND...: a container in the foreground, without a network, removed at its end.
box() { dk run --rm --network none "$@"; }

# up NAME OPTION... IMAGE COMMAND...: a container in the background.
up() { dk run -d --name "$1" --network none --stop-timeout 1 "${@:2}"; }

down() { dk rm -f "$@"; }
pid_of() { dk inspect -f '{{.State.Pid}}' "$1"; }
state_is() { is "$(dk inspect -f '{{.State.Status}}' "$1")" "$2"; }
logs_have() { dk logs "$1" 2>&1 | grep -qx "$2"; }
