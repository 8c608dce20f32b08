#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: containerd ctr containerd-shim-runc-v2 protoc python3
# version: containerd --version | sed 's|[^ ]* [^ ]* v\{0,1\}\([0-9.]*\).*|containerd \1, CRI|'
# covers: what containerd 2 added for a kubelet: a handler's features, user namespaces, recursive read-only, image volumes, options of runtimes, checkpoint
# shellcheck disable=SC2016 # the dollars are for the container's shell, or jq's

load helpers
load cri

# The runtime type of our own shim, for which containerd knows no options.
own_shim() {
	local handler='plugins."io.containerd.grpc.v1.cri".containerd.runtimes.own-shim'
	[ -z "${SHIM-}" ] || printf '%s\n' "[$handler]" 'runtime_type = "io.containerd.corten.v1"' "[$handler.options]" "Root = \"$W/states\""
}

setup_file() {
	[ -z "$(containerd_older_than 2.0)" ] || return 0
	start_cri "$(own_shim)"
	pod p1
}

setup() {
	skip_if "$(containerd_older_than 2.0)"
}

teardown_file() {
	[ -s "$W/p1.id" ] || return 0
	remove_pod p1
	end_cri
}

@test "containerd reads from the features command what the handler can" {
	is "$(cri Status '{}' | jq -c '.runtime_handlers[] | select(.name == "under-test") | .features')" \
		'{"recursive_read_only_mounts":true,"user_namespaces":true}'
}

@test "a recursively read-only mount: what is mounted beneath it, too" {
	mkdir -p "$W/deep/below"
	mount -t tmpfs deep "$W/deep/below"
	is "$(out a1 ".mounts = [{container_path: \"/m\", host_path: \"$W/deep\", readonly: true}]" \
		sh -c 'for d in /m /m/below; do touch $d/x 2>/dev/null && echo writable || echo ro; done')" $'ro\nwritable'
	is "$(out a2 ".mounts = [{container_path: \"/m\", host_path: \"$W/deep\", readonly: true, recursive_read_only: true}]" \
		sh -c 'for d in /m /m/below; do touch $d/x 2>/dev/null && echo writable || echo ro; done')" $'ro\nro'
	umount "$W/deep/below"
}

@test "a pod with a user namespace: ids, owners of the image and of volumes" {
	local map='[{host_id: 200000, container_id: 0, length: 65536}]' space
	space="{namespace_options: {network: 0, userns_options: {mode: 0, uids: $map, gids: $map}}}"
	skip_if "$(cni_missing)"
	pod p2 ".linux.security_context = $space"
	POD=p2 up b1 ".linux.security_context = $space | .mounts = [{container_path: \"/w\", host_path: \"$W/vol\", uids: $map, gids: $map}]" \
		sh -c 'sleep 1000'
	is "$(ex b1 sh -c 'echo $(cat /proc/self/uid_map); stat -c %u /bin/busybox /w/f; touch /w/made; id -u')" $'0 200000 65536\n0\n0\n0'
	is "$(stat -c %u "$W/vol/made") $(stat -c %u "/proc/$(pid_of b1)")" "0 200000"
	rm "$W/vol/made"
	remove b1
	remove_pod p2
}

@test "an image as a volume" {
	skip_if "$(containerd_older_than 2.1)"
	is "$(out c1 ".mounts = [{container_path: \"/image\", image: {image: \"$IMG\"}, readonly: true}]" \
		sh -c 'test -e /image/bin/busybox && echo there; touch /image/x 2>/dev/null || echo ro')" $'there\nro'
}

@test "options of a runtime type that containerd does not know" {
	skip_if "$([ -n "${SHIM-}" ] || echo 'no SHIM=/path/of/containerd-shim-corten-v1')"
	HANDLER=own-shim pod p3
	[ -d "$W/states/k8s.io/$(cat "$W/p3.id")" ]
	is "$(POD=p3 out b2 . echo there)" there
	remove_pod p3
	is "$(ls "$W/states/k8s.io")" ""
}

@test "UpdatePodSandboxResources" {
	local said
	if ! said=$(for_pod UpdatePodSandboxResources p1 '.resources = {cpu_shares: 512, memory_limit_in_bytes: 67108864}' 2>&1); then
		has "$said" "unknown method"
		skip "needs a containerd that has it; 2.1 has not"
	fi
	is "$(out d1 . echo still)" still
}

@test "CheckpointContainer" {
	skip_if "$(containerd_older_than 2.1)"
	skip_if "$(criu_missing)"
	up e1 . sh -c 'while :; do sleep 1; done' # CRIU wakes a sleep up
	for_container CheckpointContainer e1 ".location = \"$W/e1.tar\""
	state_is e1 RUNNING
	has "$(tar -tf "$W/e1.tar")" checkpoint/inventory.img
	remove e1
}
