#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: dockerd docker containerd containerd-shim-runc-v2
# version: dockerd --version | sed 's|Docker version \([0-9.]*\).*|Docker \1|'
# covers: exec, resize, top, stats, pause, update, live restore, stop, restart policies, health checks, OOM, checkpoint, events
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load docker

# c1 is there for all of them.
setup_file() {
	setup_docker
	start_events
	up c1 --hostname box "$IMG" \
		sh -c 'trap "echo got-usr1" USR1; trap "echo bye; exit 5" TERM; echo started; while :; do sleep 0.1; done'
	until_ok 10 logs_have c1 started
}
teardown_file() {
	dk rm -f c1 2>/dev/null || true # there after a part of the tests
	teardown_docker
}

start_events() {
	docker events --format '{{json .}}' >>"$W/log/events" 2>/dev/null 3>&- 4>&- &
}

# Before version 23 Docker takes names of daemon.json alone.
@test "containerd's runtime type of our own shim, without an entry in daemon.json" {
	skip_if "$([ -n "${SHIM-}" ] || echo 'no SHIM=/path/of/containerd-shim-corten-v1')"
	skip_if "$(printf '%s\n' 23 "$(dk version -f '{{.Server.Version}}')" | sort -CV || echo 'needs Docker 23')"
	up s1 --runtime io.containerd.corten.v1 --memory 67108864 "$IMG" sleep 100
	is "$(dk exec s1 echo there)" there
	is "$(memory_limit "$(pid_of s1)")" 67108864
	dk update --memory 33554432 --memory-swap 33554432 s1
	is "$(memory_limit "$(pid_of s1)")" 33554432
	has "$(tr '\0' ' ' <"/proc/$(awk '/^PPid/ { print $2 }' "/proc/$(pid_of s1)/status")/cmdline")" containerd-shim-corten-v1
	down s1
}

@test "ps, inspect and info name the runtime" {
	is "$(dk ps --format '{{.Names}}')" c1
	is "$(dk inspect -f '{{.HostConfig.Runtime}}' c1)" under-test
	is "$(dk info -f '{{.DefaultRuntime}} {{.CgroupDriver}}')" "under-test cgroupfs"
}

@test "exec: status, input, options, -d" {
	is "$(dk exec c1 hostname)" box
	rc_is 7 dk exec c1 sh -c 'exit 7'
	is "$(dk exec -e X=y -w /etc -u app c1 sh -c 'echo $X $PWD $(id -u) $(id -G)')" "y /etc 1000 1000 2000"
	is "$(echo abc | dk exec -i c1 tr a-c x-z)" xyz
	dk exec -d c1 sh -c 'echo d >/tmp/d'
	until_ok 5 dk exec c1 test -e /tmp/d
}

@test "exec: a command that is not there or not executable" {
	# Docker 20.10 says 126 for a command that is not there, later ones 127.
	local got=0
	dk exec c1 no-such-command || got=$?
	[ "$got" -eq 126 ] || is "$got" 127
	rc_is 126 dk exec c1 /bin/not-executable
}

@test "exec: --privileged" {
	skip_if "$(caps_missing)"
	is "$(dk exec --privileged c1 awk '/^CapEff/ { print $2 }' /proc/self/status)" "$(awk '/^CapBnd/ { print $2 }' /proc/self/status)"
}

@test "exec -it: the size of the terminal, and its change" {
	has "$(on_tty docker exec -it c1 sh -c 'sleep 0.5; stty size')" "33 91"
	# The size of docker's own terminal changes after a second.
	has "$(on_tty sh -c '(sleep 1; stty cols 77 rows 22 <&1; kill -WINCH $$) & exec docker exec -it c1 \
		sh -c "trap \"stty size\" WINCH; i=0; while [ \$i -lt 30 ]; do i=\$((i + 1)); sleep 0.1; done"')" "22 77"
}

@test "top and stats" {
	has "$(dk top c1)" trap
	has "$(dk top c1 -eo pid,comm)" sh
	is "$(dk stats --no-stream --format '{{.Name}} {{.PIDs}}' c1 | awk '{ print $1, ($2 > 0) }')" "c1 1"
}

@test "pause and unpause" {
	dk pause c1
	state_is c1 paused
	fails dk exec c1 true
	dk unpause c1
	dk exec c1 true
}

@test "kill -s USR1" {
	dk kill -s USR1 c1
	until_ok 5 logs_have c1 got-usr1
}

@test "update --cpus --memory --pids-limit --cpu-shares" {
	local pid
	dk update --cpus 0.25 --memory 64m --memory-swap 64m --pids-limit 77 --cpu-shares 256 c1
	pid=$(pid_of c1)
	is "$(cpu_quota "$pid")" "25000 100000"
	is "$(memory_limit "$pid")" 67108864
	is "$(pids_limit "$pid")" 77
	cpu_shares_set "$pid" 256
}

@test "the container outlives a restart of dockerd" {
	stop_daemon dockerd
	start_dockerd "$W/daemon.json"
	start_events
	state_is c1 running
	is "$(dk exec c1 echo still)" still
}

@test "stop by SIGTERM, start, restart, kill, wait, rm" {
	dk stop -t 10 c1
	is "$(dk inspect -f '{{.State.Status}} {{.State.ExitCode}}' c1)" "exited 5"
	logs_have c1 bye
	dk start c1
	state_is c1 running
	dk restart -t 0 c1
	state_is c1 running
	dk kill c1
	is "$(dk wait c1)" 137
	dk rm c1
}

@test "rm -f of a running container; create and start -a" {
	up c3 "$IMG" sleep 100
	down c3
	dk create --name c4 --network none "$IMG" echo from-create
	is "$(dk start -a c4)" from-create
	down c4
}

has_tried() { [ "$(dk logs "$1" | grep -c try)" -eq "$2" ]; }

@test "--restart on-failure:2" {
	up c5 --restart on-failure:2 "$IMG" sh -c 'echo try; exit 1'
	until_ok 15 has_tried c5 3
	down c5
}

@test "--init" {
	command -v docker-init >/dev/null || skip "needs docker-init"
	up c6 --init "$IMG" sleep 100
	has "$(dk exec c6 cat /proc/1/cmdline | tr '\0' ' ')" init
	dk stop -t 5 c6
	down c6
}

health_is() { [ "$(dk inspect -f '{{.State.Health.Status}}' "$1")" = "$2" ]; }

@test "health checks" {
	up c7 --health-cmd 'test -e /tmp/well' --health-interval 1s --health-retries 1 "$IMG" sleep 100
	until_ok 15 health_is c7 unhealthy
	dk exec c7 touch /tmp/well
	until_ok 15 health_is c7 healthy
	down c7
}

@test "attach" {
	up c8 -i "$IMG" sh -c 'read x; echo "got $x"'
	is "$({ sleep 1; echo word; sleep 1; } | T=10 dk attach c8)" "got word"
	down c8
}

oom_killed() { [ "$(dk inspect -f '{{.State.OOMKilled}}' "$1")" = true ]; }

@test "out of memory: 137 and OOMKilled" {
	# The shim tells of it and of the end in two messages that overtake one another: the container ends later.
	rc_is 137 dk run --name oom --network none --memory 24m --memory-swap 24m "$IMG" \
		sh -c 'tail /dev/zero; status=$?; sleep 2; exit $status'
	until_ok 5 oom_killed oom
	down oom
}

@test "--pid host: rm -f kills every process" {
	up c9 --pid host "$IMG" sh -c 'sleep 606 & sleep 606'
	until_ok 5 pgrep -f '^sleep 60[6]'
	down c9
	gone '^sleep 60[6]'
}

# counts NAME BEYOND: the counter of that container is there, and further than that.
counts() { [ "$(dk exec "$1" cat /tmp/n)" -gt "$2" ]; }

@test "checkpoint create, and start --checkpoint" {
	local saved said
	skip_if "$(criu_missing)"
	up c9 --memory 64m "$IMG" sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/tmp/new; mv /tmp/new /tmp/n; sleep 0.1; done'
	until_ok 10 counts c9 5
	saved=$(dk exec c9 cat /tmp/n)
	dk checkpoint create --leave-running c9 first
	state_is c9 running
	dk checkpoint create c9 second
	state_is c9 exited
	# Docker 20.10 fails while containerd has still got the copy that it made for the checkpoint.
	ctr -a "$SOCKET" -n moby content ls -q | xargs -r ctr -a "$SOCKET" -n moby content rm
	# With containerd 2 dockerd looks for the network namespace of process 0: containerd's issue 12141.
	if ! said=$(dk start --checkpoint second c9 2>&1); then
		has "$said" /proc/0/ns/net
		skip "needs a Docker that can"
	fi
	until_ok 10 counts c9 "$saved"
	[ "$(dk exec c9 cat /tmp/n)" -lt $((saved + 500)) ]
	is "$(memory_limit "$(pid_of c9)")" 67108864
	down c9
}

@test "a set of containers as Compose makes it: labels, a volume that is shared, one that waits for another" {
	dk volume create set-data
	up set-db --label com.docker.compose.project=set --label com.docker.compose.service=db -v set-data:/data \
		--health-cmd 'test -e /data/ready' --health-interval 1s "$IMG" sh -c 'sleep 1; touch /data/ready; sleep 100'
	until_ok 20 health_is set-db healthy
	up set-web --label com.docker.compose.project=set --label com.docker.compose.service=web -v set-data:/data:ro --restart always \
		"$IMG" sh -c 'test -e /data/ready && echo serving; sleep 100'
	up set-job --label com.docker.compose.project=set --label com.docker.compose.service=job -v set-data:/data "$IMG" true
	until_ok 5 logs_have set-web serving
	is "$(dk wait set-job)" 0
	is "$(dk ps --filter label=com.docker.compose.project=set --format '{{.Names}}' | sort | paste -sd ' ')" "set-db set-web"
	dk stop -t 0 set-web set-db
	# shellcheck disable=SC2046 # one word a container
	down $(dk ps -aq --filter label=com.docker.compose.project=set)
	dk volume rm set-data
}

@test "events of every kind have come from the tests above" {
	local event
	for event in create start exec_create exec_start exec_die pause unpause kill die oom update destroy; do
		grep -q "\"Action\":\"$event\W" "$W/log/events" || { echo "no event $event" && return 1; }
	done
}
