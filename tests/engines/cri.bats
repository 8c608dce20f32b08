#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: containerd ctr containerd-shim-runc-v2 protoc python3
# version: containerd --version | sed 's|[^ ]* [^ ]* v\{0,1\}\([0-9.]*\).*|containerd \1, CRI|'
# covers: what a kubelet calls: pods by a runtime handler, containers, exec, attach, update, stats, OOMKilled, security, propagation
# shellcheck disable=SC2016 # the dollars are for the container's shell, or jq's

load helpers
load cri

# c1 in the pod p1, which has the host's network, is there for all of them.
setup_file() {
	start_cri
	pod p1 '.linux.sysctls = {"kernel.msgmax": "4321"}'
	up c1 '.linux.resources = {memory_limit_in_bytes: 50331648, cpu_quota: 50000, cpu_period: 100000, cpu_shares: 512, cpuset_cpus: "0", oom_score_adj: 500}' \
		sh -c 'trap "echo bye; exit 5" TERM; echo started; echo err >&2; while :; do sleep 0.1; done'
}

teardown_file() {
	[ -s "$W/p1.id" ] || return 0
	for_pod StopPodSandbox p1
	for_pod RemovePodSandbox p1
	end_cri
}

@test "the pod and the container are in the pod's cgroup, with their limits" {
	local pid
	pid=$(pid_of c1)
	has "$(cat "/proc/$pid/cgroup")" "/$ID/$(cat "$W/c1.id")"
	is "$(memory_limit "$pid")" 50331648
	is "$(cpu_quota "$pid")" "50000 100000"
	is "$(cpus_allowed "$pid")" 0
	cpu_shares_set "$pid" 512
	is "$(cat "/proc/$pid/oom_score_adj")" 500
}

@test "the logs of both streams" {
	until_ok 5 logs_have c1 started
	logs_have c1 err
}

@test "ExecSync: output, status, time limit, a command that is not there" {
	has "$(ex c1 sh -c 'tr "\0" " " </proc/1/cmdline')" "/bin/sleep 100000" # the pod's
	rc_is 7 ex c1 sh -c 'exit 7'
	fails_saying no-such-command ex c1 no-such-command
	fails for_container ExecSync c1 '.cmd = ["sleep", "20"] | .timeout = 1'
	state_is c1 RUNNING
}

@test "Exec: both streams and input by WebSocket, the status, a command that is not there" {
	local url got
	url=$(exec_url c1 '.stdin = true | .stdout = true | .stderr = true' sh -c 'read -r x; echo "got $x"; echo err >&2; exit 7')
	got=0
	stream "$url" $'typed\n' >"$W/out" 2>"$W/err" || got=$?
	is "$got $(cat "$W/out") $(cat "$W/err")" "7 got typed err"
	rc_is 0 stream "$(exec_url c1 '.stdout = true' true)"
	fails_saying "executable file not found" stream "$(exec_url c1 '.stdout = true' no-such-command)"
	state_is c1 RUNNING
}

@test "Exec with a terminal: its size, which can be changed" {
	local url
	url=$(exec_url c1 '.tty = true | .stdin = true | .stdout = true' sh -c 'tty; read -r x; stty size; read -r x; stty size')
	is "$(stream "$url" size=33x91 $'\n' size=44x122 $'\n' | tr -d '\r' | grep .)" $'/dev/pts/0\n33 91\n44 122'
}

@test "Attach: input, output, and the end of the container" {
	# The pause: containerd may end the stream before it has passed on what comes with the end.
	up ca '.stdin = true' sh -c 'while read -r x; do echo "got $x"; [ "$x" != end ] || { sleep 1; exit 6; }; done'
	is "$(stream "$(attach_url ca '.stdin = true | .stdout = true')" $'one\n' $'end\n')" $'got one\ngot end'
	until_ok 5 state_is ca EXITED
	is "$(status ca exit_code)" 6
	remove ca
}

@test "UpdateContainerResources" {
	local pid
	for_container UpdateContainerResources c1 '.linux = {cpu_quota: 25000, cpu_period: 100000, memory_limit_in_bytes: 67108864}'
	pid=$(pid_of c1)
	is "$(cpu_quota "$pid")" "25000 100000"
	is "$(memory_limit "$pid")" 67108864
}

stats_there() {
	for_container ContainerStats c1 | jq -e '(.stats.memory.working_set_bytes.value | tonumber) > 0 and
		(.stats.cpu.usage_core_nano_seconds.value | tonumber) > 0'
}

@test "ContainerStats" {
	until_ok 15 stats_there
}

@test "pod and container outlive a restart of containerd" {
	stop_daemon containerd
	restart_containerd "$SOCKET"
	until_ok 20 ready
	state_is c1 RUNNING
	is "$(ex c1 echo still)" still
}

@test "StopContainer: SIGTERM, then SIGKILL after its time" {
	for_container StopContainer c1 '.timeout = 10'
	is "$(status c1 state) $(status c1 exit_code)" "EXITED 5"
	logs_have c1 bye
	remove c1
	fails for_container ContainerStatus c1
	up c2 . sh -c 'trap "" TERM; echo ready; while :; do sleep 0.1; done'
	until_ok 5 logs_have c2 ready
	for_container StopContainer c2 '.timeout = 1'
	is "$(status c2 exit_code)" 137
	remove c2
}

@test "the status of a command, OOMKilled, and StartError with the reason" {
	up c3 . sh -c 'exit 42'
	until_ok 5 state_is c3 EXITED
	is "$(status c3 exit_code) $(status c3 reason)" "42 Error"
	remove c3
	up c4 '.linux.resources = {memory_limit_in_bytes: 16777216}' sh -c 'sleep 1; exec tail /dev/zero'
	until_ok 15 state_is c4 EXITED
	is "$(status c4 exit_code) $(status c4 reason)" "137 OOMKilled"
	remove c4
	create c5 . no-such-command
	fails_saying 'executable file not found in $PATH' for_container StartContainer c5
	is "$(status c5 state) $(status c5 reason)" "EXITED StartError"
	remove c5
}

@test "a terminal, the environment and the working directory" {
	is "$(out d1 '.tty = true | .envs = [{key: "A", value: ("b c" | @base64)}] | .working_dir = "/tmp"' \
		sh -c 'sleep 0.3; tty; test -c /dev/console && echo console; echo "$A" $PWD')" $'/dev/pts/0\nconsole\nb c /tmp'
}

@test "users, groups, capabilities, no_new_privs" {
	is "$(out d2 '.linux.security_context = {run_as_user: {value: 1000}, run_as_group: {value: 1000}, supplemental_groups: [2000]}' \
		sh -c 'echo $(id -u) $(id -G)')" "1000 1000 2000"
	is "$(out d3 '.linux.security_context = {run_as_username: "app"}' id -u)" 1000
	is "$(out d4 '.linux.security_context = {no_new_privs: true, capabilities: {drop_capabilities: ["ALL"], add_capabilities: ["NET_RAW"]}}' \
		awk '/^(CapEff|NoNewPrivs)/ { print $2 }' /proc/self/status)" $'0000000000002000\n1'
}

@test "seccomp: RuntimeDefault, Unconfined, Localhost" {
	is "$(out d5 '.linux.security_context = {seccomp: {profile_type: 0}}' awk '/^Seccomp:/ { print $2 }' /proc/self/status)" 2
	is "$(out d6 '.linux.security_context = {seccomp: {profile_type: 1}}' awk '/^Seccomp:/ { print $2 }' /proc/self/status)" 0
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":39}]}' >"$W/sec.json"
	has "$(out d7 ".linux.security_context = {seccomp: {profile_type: 2, localhost_ref: \"$W/sec.json\"}}" sh -c 'mkdir /tmp/d 2>&1; true')" \
		"Directory not empty"
}

@test "a read-only root, masked and read-only paths, mounts, devices, the pod's sysctls" {
	mknod "$W/kmsg" c 1 11
	is "$(out d8 "$(jq -nr --arg w "$W" '"\({security_context: {readonly_rootfs: true, masked_paths: ["/etc/passwd"], readonly_paths: ["/w"]}})" as $linux |
		".linux = \($linux) | .mounts = [{container_path: \"/w\", host_path: \"\($w)/vol\"}, {container_path: \"/r\", host_path: \"\($w)/vol\", readonly: true}]
		| .devices = [{container_path: \"/dev/other\", host_path: \"\($w)/kmsg\", permissions: \"rw\"}]"')" sh -c 'wc -c </etc/passwd
		for d in / /w /r; do touch $d/x 2>/dev/null || echo ro; done; cat /w/f; : >/dev/other && stat -c %t:%T /dev/other; cat /proc/sys/kernel/msgmax')" \
		$'0\nro\nro\nro\nfrom-host\n1:b\n4321'
}

@test "the pod's containers share /dev/shm; pid namespaces: the container's own, another's" {
	up e1 '.linux.security_context = {namespace_options: {network: 2, pid: 1}}' sh -c 'echo shared >/dev/shm/f; exec tail -f /dev/null'
	sleep 0.3
	is "$(out e2 ". * {linux: {security_context: {namespace_options: {network: 2, pid: 3, target_id: \"$(cat "$W/e1.id")\"}}}}" \
		cat /dev/shm/f /proc/1/comm)" $'shared\ntail'
	remove e1
}

@test "a privileged pod: mounts propagate both ways" {
	mkdir -p "$W"/prop/{a,b}
	mount --bind "$W/prop" "$W/prop"
	mount --make-shared "$W/prop"
	pod p2 '.linux.security_context.privileged = true'
	POD=p2 up f1 ".linux.security_context = {privileged: true} | .mounts = [{container_path: \"/p\", host_path: \"$W/prop\", propagation: 2}]" \
		sh -c 'mount -t tmpfs in /p/a && touch /p/a/from-inside; sleep 100'
	until_ok 5 test -e "$W/prop/a/from-inside"
	mount -t tmpfs out "$W/prop/b"
	touch "$W/prop/b/from-outside"
	ex f1 test -e /p/b/from-outside
	remove f1
	umount -R "$W/prop"
	remove_pod p2
}

@test "a pod in the node's pid namespace: all is killed at its end" {
	local node='{namespace_options: {network: 2, pid: 2}}'
	pod p3 ".linux.security_context = $node"
	POD=p3 up g1 ".linux.security_context = $node" sh -c 'sleep 605 & sleep 605'
	until_ok 5 pgrep -f '^sleep 60[5]'
	remove_pod p3
	gone '^sleep 60[5]'
}

@test "a pod with a network of its own: hostname, sysctl, address" {
	skip_if "$(cni_missing)"
	local ip
	pod p4 '.linux.security_context.namespace_options.network = 0 | .hostname = "podbox" | .linux.sysctls = {"net.ipv4.ip_forward": "1"}'
	ip=$(for_pod PodSandboxStatus p4 | jq -r .status.network.ip)
	has "$ip" 10.98.0.
	is "$(POD=p4 out h1 . sh -c "hostname; ip -o -4 addr show dev eth0 | grep -c $ip; cat /proc/sys/net/ipv4/ip_forward")" $'podbox\n1\n1'
	remove_pod p4
}

@test "a handler that is not configured is an error that names it" {
	fails_saying 'no runtime for "other" is configured' cri RunPodSandbox "$(jq '{config: (.metadata.name = "p5"), runtime_handler: "other"}' "$W/p1.json")"
}
