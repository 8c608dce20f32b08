#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Podman and containerd where systemd makes the cgroups: on the machines that most of them run on. tests/engines has
# what engines do elsewhere.

load helpers
load helpers_podman

QUADLETS=/run/containers/systemd

setup() {
	requires root systemd podman conmon ctr
	set_up_podman
}

teardown() {
	[[ -n ${CTR:-} ]] || return 0
	[ ! -e "$QUADLETS/$CTR.container" ] || { rm "$QUADLETS/$CTR.container" && systemctl stop "$CTR.service" && systemctl daemon-reload; } || true
	pm rm --all --force --time 0 >/dev/null 2>&1 || true
	[ -z "${containerd_pid:-}" ] || { kill "$containerd_pid" && wait "$containerd_pid"; } || true
	umount -R "$TEST_DIR/graph" 2>/dev/null || true
	teardown_test
}

# box OPTION... -- COMMAND...: in the foreground, with the bundle's root filesystem.
box() {
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	pm run --rm --network none --name "$CTR" "${options[@]}" --rootfs "$BUNDLE/rootfs" "${@:2}"
}

# up OPTION... -- COMMAND...: in the background; $pid and $place, its cgroup.
up() {
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	pm run -d --network none --name "$CTR" "${options[@]}" --rootfs "$BUNDLE/rootfs" "${@:2}"
	pid=$(pm inspect -f '{{.State.Pid}}' "$CTR")
	place=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
}

inspected() { [ "$(pm inspect -f "{{.State.$1}}" "$CTR")" = "$2" ]; }

@test "podman: run prints, and ends with the status; 127 and 126" {
	[ "$(box -- echo hello)" = hello ]
	status=0
	box -- sh -c 'exit 42' || status=$?
	[ "$status" -eq 42 ]
	status=0
	box -- no-such-command || status=$?
	[ "$status" -eq 127 ]
	status=0
	box -- /etc/passwd || status=$?
	[ "$status" -eq 126 ]
}

@test "podman: a container is a scope with its limits, which update changes" {
	up --memory 64m --pids-limit 77 --cpus 0.5 -- sleep 1000
	[[ $place == *"/machine.slice/libpod-"*.scope* ]]
	[ "$(cat "$place/memory.max")" = 67108864 ]
	[ "$(cat "$place/pids.max")" = 77 ]
	[ "$(cat "$place/cpu.max")" = "50000 100000" ]
	# Podman calls update without --systemd-cgroup: the state says how the cgroup was made.
	pm update --memory 96m --cpus 0.25 "$CTR"
	systemctl daemon-reload
	[ "$(cat "$place/memory.max")" = 100663296 ]
	[ "$(cat "$place/cpu.max")" = "25000 100000" ]
	pm rm --force --time 0 "$CTR"
	[ ! -e "$place" ]
}

@test "podman: exec, pause, unpause, stats, top and stop" {
	up -- sh -c 'trap "exit 5" TERM; while :; do sleep 0.2; done'
	[ "$(pm exec "$CTR" sh -c 'echo in; cat /proc/self/cgroup')" = "$(printf 'in\n'; pm exec "$CTR" cat /proc/1/cgroup)" ]
	pm pause "$CTR"
	inspected Status paused
	[ "$(cat "$place/cgroup.freeze" "$place/../cgroup.freeze" | sort -r | head -n 1)" = 1 ]
	pm unpause "$CTR"
	pm stats --no-stream --format '{{.Name}} {{.PIDs}}' "$CTR" | grep -q "^$CTR [1-9]"
	pm top "$CTR" args | grep -q trap
	pm stop --time 20 "$CTR"
	inspected ExitCode 5
}

@test "podman: out of memory is 137, and conmon is told" {
	for _ in 1 2 3; do # on a busy machine the scope may be gone before conmon looks into it
		status=0
		pm run --network none --name "$CTR" --memory 24m --memory-swap 24m --rootfs "$BUNDLE/rootfs" tail /dev/zero || status=$?
		[ "$status" -eq 137 ]
		# conmon notes it in the bundle or, with Podman 4.3, where Podman was started; only the first makes it OOMKilled.
		[ ! -e oom ] || return 0
		! inspected OOMKilled true || return 0
		pm rm "$CTR"
	done
	false
}

@test "podman: a pod in a slice of its own" {
	pm pod create --name "$CTR-pod" --infra=false
	up --pod "$CTR-pod" -- sleep 1000
	[[ $place == *.slice/*.scope* ]]
	pm pod rm --force --time 0 "$CTR-pod"
	[ ! -e "$place" ]
}

# counts NAME BEYOND: the counter of that container is there, and further than that.
counts() { [ "$(pm exec "$1" cat /tmp/n)" -gt "$2" ]; }

@test "podman: container checkpoint --export, restored under another name in a scope of its own" {
	requires criu
	tar -C "$BUNDLE/rootfs" -c . | pm import -q - localhost/box:1
	pm run -d --network none --name "$CTR" --memory 64m localhost/box:1 \
		/bin/sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/tmp/new; mv /tmp/new /tmp/n; sleep 0.1; done'
	eventually 10 counts "$CTR" 2
	pm container checkpoint --export "$TEST_DIR/saved.tar.gz" "$CTR"
	pm rm "$CTR"
	pm container restore --import "$TEST_DIR/saved.tar.gz" --name "$CTR-2"
	eventually 10 counts "$CTR-2" 2
	place=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$(pm inspect -f '{{.State.Pid}}' "$CTR-2")/cgroup")
	[[ $place == *"/machine.slice/libpod-$(pm inspect -f '{{.Id}}' "$CTR-2").scope"* ]]
	[ "$(cat "$place/memory.max")" = 67108864 ]
}

@test "podman: a quadlet is a service, in whose cgroup the container is" {
	[ -x /usr/lib/systemd/system-generators/podman-system-generator ] || skip "needs a Podman with Quadlet (4.4)"
	mkdir -p "$QUADLETS"
	cat >"$QUADLETS/$CTR.container" <<-END
		[Container]
		ContainerName=$CTR
		Rootfs=$BUNDLE/rootfs
		Network=none
		Exec=sh -c 'trap "exit 0" TERM; while :; do sleep 0.2; done'
		GlobalArgs=${PODMAN[*]:1}
		[Service]
		Environment=CONTAINERS_CONF=/dev/null
		MemoryMax=256M
		Restart=on-failure
	END
	systemctl daemon-reload
	systemctl start "$CTR.service" # ends once conmon says READY
	pid=$(pm inspect -f '{{.State.Pid}}' "$CTR")
	place=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
	[[ $place == *"/system.slice/$CTR.service/libpod-payload-"* ]]
	[ "$(cat "/sys/fs/cgroup/system.slice/$CTR.service/memory.max")" = 268435456 ]
	[ "$(pm exec "$CTR" echo in)" = in ]
	kill -KILL "$pid"
	eventually 30 restarted "$pid"
	systemctl stop "$CTR.service"
	[ "$(systemctl show --property Result --value "$CTR.service")" = success ]
	[ ! -e "$place" ]
	not pm container exists "$CTR"
}

# restarted PID: the service runs, and its container is another than the one of that process.
restarted() {
	local now
	now=$(pm inspect -f '{{.State.Pid}}' "$CTR") && ((now != 0 && now != $1)) && systemctl is-active "$CTR.service"
}

@test "containerd: a scope of its own, with limits, exec, pause and metrics" {
	local socket=$TEST_DIR/c.sock
	cat >"$TEST_DIR/containerd.toml" <<-END
		version = 2
		root = "$TEST_DIR/containerd"
		state = "$TEST_DIR/cs"
		disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.grpc.v1.cri"]
		[grpc]
		  address = "$socket"
	END
	containerd -c "$TEST_DIR/containerd.toml" >"$TEST_DIR/containerd.log" 2>&1 3>&- 4>&- &
	containerd_pid=$!
	c8r() { ctr -a "$socket" "$@" 3>&- 4>&-; }
	eventually 60 c8r version
	c8r run -d --runc-binary "$RUNTIME" --runc-systemd-cgroup --cgroup "system.slice:ct:$CTR" --memory-limit 50331648 --env PATH=/bin \
		--rootfs "$BUNDLE/rootfs" "$CTR" sleep 1000
	place=/sys/fs/cgroup/system.slice/ct-$CTR.scope
	[ "$(cat "$place/memory.max")" = 50331648 ]
	[ "$(systemctl show --property MemoryMax --value "ct-$CTR.scope")" = 50331648 ]
	[ "$(c8r task exec --exec-id e1 "$CTR" sh -c 'sleep 1; echo in')" = in ]
	c8r task pause "$CTR"
	c8r task ls | grep -q "^$CTR .*PAUSED"
	c8r task resume "$CTR"
	c8r task metrics "$CTR" | grep -Eq '^memory\.?[a-z_.]* +[1-9]'
	c8r task kill -s KILL "$CTR"
	eventually 20 eval 'c8r task ls | grep -q "^$CTR .*STOPPED"'
	c8r task delete "$CTR" || true
	c8r container delete "$CTR"
	[ ! -e "$place" ]
}
