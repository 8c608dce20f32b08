#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: podman conmon
# version: podman --version | sed 's|podman version|Podman|'
# covers: pods that share namespaces, play kube, another container's namespaces, the host's, a bridge network
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load podman

setup_file() {
	setup_podman
	pm import -q --change 'CMD ["/bin/sleep","1000"]' "$W/rootfs.tar" "$PAUSE"
	up j1 "$IMG" sleep 100
}
teardown_file() {
	down j1
	nothing_is_left
}

pong() { [ "$(pm exec pc2 nc 127.0.0.1 7000 </dev/null)" = pong ]; }

@test "a pod shares network, ipc and hostname; pause, stats, top, stop, start and rm" {
	pm pod create --name p1 --network none --cgroup-parent "/$ID" --infra-image "$PAUSE" --share net,ipc,uts --hostname podbox
	pm run -d --pod p1 --name pc1 "$IMG" sh -c 'echo a >/dev/shm/f; nc -ll -p 7000 -e echo pong & sleep 100'
	pm run -d --pod p1 --name pc2 "$IMG" sleep 100
	is "$(pm pod inspect p1 | jq -r "if type == \"array\" then .[0] else . end | .State")" Running # a list from Podman 5 on
	is "$(pm exec pc2 sh -c 'hostname; cat /dev/shm/f')" $'podbox\na'
	until_ok 5 pong
	pm pod pause p1
	state_is pc1 paused
	pm pod unpause p1
	pm exec pc1 true
	has "$(pm pod stats --no-stream p1)" pc2
	has "$(pm pod top p1)" sleep
	pm pod stop -t 0 p1
	state_is pc1 exited
	pm pod start p1
	pm exec pc1 true
	pm pod rm -f -t 0 p1
	is "$(pm ps -a --format '{{.Names}}')" j1
}

@test "play kube" {
	cat >"$W/pod.yaml" <<-END
		apiVersion: v1
		kind: Pod
		metadata: {name: kp}
		spec:
		  hostNetwork: true
		  containers:
		  - {name: a, image: "$IMG", command: [sh, -c, "echo from-kube; sleep 100"], resources: {limits: {memory: 32Mi}}}
	END
	pm play kube "$W/pod.yaml"
	until_ok 5 logs_have kp-a from-kube
	is "$(memory_limit "$(pid_of kp-a)")" 33554432
	pm play kube --down "$W/pod.yaml"
	is "$(pm ps -a --format '{{.Names}}')" j1
}

@test "the namespaces of another container" {
	is "$(pm run --rm --cgroup-parent "/$ID" --network container:j1 --pid container:j1 --ipc container:j1 --uts container:j1 \
		"$IMG" sh -c 'readlink /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/ipc; hostname')" \
		"$(pm exec j1 sh -c 'readlink /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/ipc; hostname')"
}

namespaces='for n in mnt pid net uts ipc; do readlink /proc/self/ns/$n; done'

@test "a container's own namespaces are the host's in none" {
	local own
	own=$(box "$IMG" sh -c "$namespaces")
	is "$(wc -l <<<"$own")" 5
	is "$(sh -c "$namespaces" | grep -xF "$own" || true)" ""
	is "$(box "$IMG" sh -c 'ls /sys/class/net; ip -o link | wc -l')" $'lo\n1'
}

@test "--network, --pid, --ipc and --uts host" {
	is "$(pm run --rm --cgroup-parent "/$ID" --network host --pid host --ipc host --uts host "$IMG" sh -c "$namespaces" | tail -n 4)" \
		"$(sh -c "$namespaces" | tail -n 4)"
}

@test "--cgroupns host and private" {
	is "$(box --cgroupns private "$IMG" sh -c "grep -c $ID /proc/self/cgroup || true")" 0
	[ "$(box --cgroupns host "$IMG" sh -c "grep -c $ID /proc/self/cgroup")" -gt 0 ]
}

@test "--hostname and --sysctl" {
	is "$(box --hostname some.box --sysctl kernel.msgmax=4321 --sysctl net.ipv4.ip_forward=1 "$IMG" \
		sh -c 'hostname; cat /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_forward')" $'some.box\n4321\n1'
}

@test "a bridge network: the runtime joins Podman's namespace" {
	skip_if "$(cni_missing)"
	cat >"$W/cni/87-podman.conflist" <<-END
		{"cniVersion":"0.4.0","name":"podman","plugins":[{"type":"bridge","bridge":"corten0","isGateway":true,
		"ipam":{"type":"host-local","dataDir":"$W/ipam","routes":[{"dst":"0.0.0.0/0"}],"ranges":[[{"subnet":"10.97.0.0/24","gateway":"10.97.0.1"}]]}}]}
	END
	# Podman takes netavark, with a network of its own, where that is installed, and else this one.
	[[ $(pm run --rm --cgroup-parent "/$ID" --network podman "$IMG" ip -o -4 addr show dev eth0) == *"inet 10."* ]]
}
