# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016 # the dollars are for jq
#
# containerd's Kubernetes CRI: what the files that call it share.

IMG=localhost/corten:1
PAUSE=localhost/corten-pause:1
SOCKET=$W/c.sock
PYTHON=$(PATH=/usr/bin:$PATH command -v python3)

# start_cri [TOML]: containerd with two images, and the runtime as the handler "under-test".
start_cri() {
	"$PYTHON" -c 'import grpc, google.protobuf' 2>/dev/null || skip "needs python3-grpcio and python3-protobuf"
	protoc --proto_path="$BATS_TEST_DIRNAME" --python_out="$W" cri.proto
	mkdir -p "$W"/{vol,cni}
	echo from-host >"$W/vol/f"
	echo '{"cniVersion":"0.4.0","name":"corten","plugins":[{"type":"bridge","bridge":"corten0","isGateway":true,"ipam":{"type":"host-local",
		"dataDir":"'"$W"'/ipam","routes":[{"dst":"0.0.0.0/0"}],"ranges":[[{"subnet":"10.98.0.0/24"}]]}},{"type":"loopback"}]}' >"$W/cni/10.conflist"
	local cri='plugins."io.containerd.grpc.v1.cri"' restrict=false
	[ -z "$(cap_missing SYS_RESOURCE 24)" ] || restrict=true # a pod's low oom_score_adj needs it
	start_containerd "$SOCKET" '' "[$cri]
		sandbox_image = \"$PAUSE\"
		restrict_oom_score_adj = $restrict
		[$cri.cni]
		bin_dir = \"/usr/lib/cni\"
		conf_dir = \"$W/cni\"
		[$cri.containerd.runtimes.runc]
		runtime_type = \"io.containerd.runc.v2\"
		[$cri.containerd.runtimes.under-test]
		runtime_type = \"io.containerd.runc.v2\"
		[$cri.containerd.runtimes.under-test.options]
		BinaryName = \"$RUNTIME\"
		${1-}"
	make_rootfs "$W/rootfs"
	make_oci_archive "$W/rootfs" "$W/image.tar" "$IMG" '["/bin/sh"]'
	make_oci_archive "$W/rootfs" "$W/pause.tar" "$PAUSE" '["/bin/sleep","100000"]'
	ctr -a "$SOCKET" -n k8s.io image import "$W/image.tar"
	ctr -a "$SOCKET" -n k8s.io image import "$W/pause.tar"
	until_ok 20 ready
}

# end_cri: containerd ends, after whose pods are gone; nothing of them is left.
end_cri() {
	is "$(cri ListContainers '{}' | jq '.containers | length') $(cri ListPodSandbox '{}' | jq '.items | length')" "0 0"
	until_ok 5 shims_gone
	is "$(find /run/containerd/runc/k8s.io -mindepth 1 -maxdepth 1 ! -name '.*' 2>/dev/null || true)" ""
	is "$(cgroups_named '*')" ""
	stop_daemon containerd
}

ready() {
	cri Status '{}' | jq -e 'any(.status.conditions[]; .type == "RuntimeReady" and .status)'
}

cri() { timeout -k 2 40 "$PYTHON" "$BATS_TEST_DIRNAME/cri.py" "$W" "$SOCKET" "$@" 3>&- 4>&-; } # METHOD JSON

for_pod() { # METHOD POD [JQ-FILTER]
	cri "$1" "$(jq -n --arg id "$(cat "$W/$2.id")" "{pod_sandbox_id: \$id} | ${3-.}")"
}
for_container() { # METHOD NAME [JQ-FILTER [ARGUMENT...]]
	cri "$1" "$(jq -n --arg id "$(cat "$W/$2.id")" "{container_id: \$id} | ${3-.}" --args -- "${@:4}")"
}

# pod NAME [JQ-FILTER]: a pod sandbox of $HANDLER; the containers made after that are in it.
pod() {
	jq -n --arg name "$1" --arg cgroup "/$ID" --arg log "$W/log" '{
		metadata: {name: $name, namespace: "tests", uid: $name, attempt: 1}, log_directory: $log,
		linux: {cgroup_parent: $cgroup, security_context: {namespace_options: {network: 2}}}} | '"${2:-.}" >"$W/pod.json"
	cri RunPodSandbox "$(jq --arg handler "${HANDLER-under-test}" '{config: ., runtime_handler: $handler}' "$W/pod.json")" | jq -r .pod_sandbox_id >"$W/$1.id"
	[ -s "$W/$1.id" ]
	cp "$W/pod.json" "$W/$1.json"
}

remove_pod() {
	for_pod StopPodSandbox "$1"
	for_pod RemovePodSandbox "$1"
}

# create NAME JQ-FILTER COMMAND...: a container in the pod $POD (p1), not started.
create() {
	local pod=${POD-p1}
	jq -n --arg name "$1" --arg image "$IMG" --arg id "$(cat "$W/$pod.id")" --slurpfile pod "$W/$pod.json" '{
		pod_sandbox_id: $id, sandbox_config: $pod[0],
		config: ({metadata: {name: $name, attempt: 1}, image: {image: $image}, command: $ARGS.positional,
			log_path: "\($name).log", linux: {}} | '"$2)}" --args -- "${@:3}" >"$W/create.json"
	cri CreateContainer "$(cat "$W/create.json")" | jq -r .container_id >"$W/$1.id"
	[ -s "$W/$1.id" ]
}

up() {
	create "$@"
	for_container StartContainer "$1"
}

status() { for_container ContainerStatus "$1" | jq -r ".status.$2"; } # NAME FIELD
state_is() { is "$(status "$1" state)" "$2"; }
pid_of() { for_container ContainerStatus "$1" '.verbose = true' | jq -r '.info.info | fromjson.pid'; }
remove() { for_container RemoveContainer "$1"; }

# What the container wrote, as containerd notes it: a line is TIME STREAM TAG TEXT.
logs() { cut -d ' ' -f 4- "$W/log/$1.log"; }
logs_have() { logs "$1" | grep -qx "$2"; }

# out NAME JQ-FILTER COMMAND...: run to the end; what it printed.
out() {
	up "$@" >/dev/null
	until_ok 10 state_is "$1" EXITED >&2
	sleep 0.3
	logs "$1" | tr -d '\r'
	remove "$1" >/dev/null
}

ex() { # NAME COMMAND...: its output and status
	local answer
	answer=$(for_container ExecSync "$1" '.cmd = $ARGS.positional' "${@:2}") || return 255
	jq -j '.stdout | @base64d' <<<"$answer"
	return "$(jq .exit_code <<<"$answer")"
}

# exec_url NAME JQ-FILTER COMMAND...: where the streams of such an Exec are; attach_url NAME JQ-FILTER the same for Attach.
exec_url() { for_container Exec "$1" ".cmd = \$ARGS.positional | $2" "${@:3}" | jq -r .url; }
attach_url() { for_container Attach "$1" "$2" | jq -r .url; }
stream() { timeout -k 2 40 "$PYTHON" "$BATS_TEST_DIRNAME/cri_stream.py" "$@" 3>&- 4>&-; } # URL [TEXT | size=ROWSxCOLUMNS]...
