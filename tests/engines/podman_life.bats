#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: podman conmon
# version: podman --version | sed 's|podman version|Podman|'
# covers: containers in the background: exec, logs, top, stats, pause, update, stop, restart policies, health checks, OOM, checkpoint
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load podman

# c1 is there for all of them.
setup_file() {
	setup_podman
	up c1 --hostname box --pidfile "$W/pidfile" "$IMG" \
		sh -c 'trap "echo got-usr1" USR1; trap "echo bye; exit 5" TERM; echo started; while :; do sleep 0.1; done'
	until_ok 10 logs_have c1 started
}
teardown_file() {
	pm rm -f -i -t 0 c1 # there after a part of the tests
	nothing_is_left
}

@test "ps and --pidfile" {
	is "$(pm ps --format '{{.Names}} {{.Status}}' | awk '{ print $1, $2 }')" "c1 Up"
	is "$(cat "$W/pidfile")" "$(pid_of c1)"
	has "$(tr '\0' ' ' <"/proc/$(pid_of c1)/cmdline")" "sh -c trap"
}

@test "exec" {
	is "$(pm exec c1 sh -c 'hostname; readlink /proc/1/exe')" $'box\n/bin/busybox'
	rc_is 7 pm exec c1 sh -c 'exit 7'
}

@test "exec: 127 for a command that is not there, 126 for one that cannot be executed" {
	rc_is 127 pm exec c1 no-such-command
	rc_is 126 pm exec c1 /bin/not-executable
	fails_saying 'executable file' pm exec c1 no-such-command
}

@test "exec: a command that fails only when it is executed, after the pid file has been written" {
	pm exec c1 sh -c 'printf "#!/no/interpreter\n" >/tmp/script && chmod 755 /tmp/script'
	fails_saying 'no such file or directory' pm exec c1 /tmp/script
	fails_saying 'no such file or directory' pm exec -t c1 /tmp/script
	pm exec c1 true
}

@test "exec: --env, --workdir and --user" {
	is "$(pm exec -e X=y -w /etc -u app c1 sh -c 'echo $X $PWD $(id -u) $(id -g)')" "y /etc 1000 1000"
	is "$(pm exec -u 5:6 c1 sh -c 'echo $(id -u) $(id -g)')" "5 6"
}

@test "exec: --privileged" {
	is "$(pm exec --privileged c1 awk '/^CapEff/ { print $2 }' /proc/self/status)" "$(awk '/^CapBnd/ { print $2 }' /proc/self/status)"
}

@test "exec: -i, -d and -it" {
	is "$(echo abc | pm exec -i c1 tr a-c x-z)" xyz
	pm exec -d c1 sh -c 'echo written >/tmp/detached'
	until_ok 5 pm exec c1 grep -q written /tmp/detached
	has "$(on_tty "${PM[@]}" exec -it c1 sh -c 'tty; sleep 0.3; stty size')" /dev/pts/
}

@test "exec: six at once, each with its own status" {
	local i pids=()
	for i in 1 2 3 4 5 6; do
		pm exec c1 sh -c "exit $i" &
		pids+=($!)
	done
	for i in 1 2 3 4 5 6; do rc_is "$i" wait "${pids[i - 1]}"; done
}

@test "top and stats" {
	has "$(pm top c1 pid comm args)" "sh -c trap"
	has "$(pm top c1 -eo pid,comm)" sh
	is "$(pm stats --no-stream --format '{{.Name}} {{.PIDs}}' c1 | awk '{ print $1, ($2 > 0) }')" "c1 1"
}

@test "pause and unpause; exec in a paused container is refused" {
	pm pause c1
	state_is c1 paused
	fails pm exec c1 true
	pm unpause c1
	state_is c1 running
	pm exec c1 true
}

@test "kill -s USR1" {
	pm kill -s USR1 c1
	until_ok 5 logs_have c1 got-usr1
}

@test "cp into a running container" {
	echo copied >"$W/cp"
	pm cp "$W/cp" c1:/tmp/cp
	is "$(pm exec c1 cat /tmp/cp)" copied
}

@test "update --cpus and --memory" {
	local pid
	pm update --cpus 0.25 --memory 64m c1
	pid=$(pid_of c1)
	is "$(cpu_quota "$pid")" "25000 100000"
	is "$(memory_limit "$pid")" 67108864
}

@test "stop lets the command end by SIGTERM, start and restart begin again, kill ends it" {
	pm stop -t 10 c1
	state_is c1 exited
	is "$(pm inspect -f '{{.State.ExitCode}}' c1)" 5
	logs_have c1 bye
	pm start c1
	state_is c1 running
	pm restart -t 0 c1
	state_is c1 running
	pm kill c1
	is "$(pm wait c1)" 137
	fails pm exec c1 true
	pm rm c1
	fails pm inspect c1
}

@test "stop kills a command that ignores SIGTERM" {
	up c2 "$IMG" sh -c 'trap "" TERM; echo ready; while :; do sleep 0.1; done'
	until_ok 5 logs_have c2 ready
	pm stop -t 1 c2
	is "$(pm inspect -f '{{.State.ExitCode}}' c2)" 137
	down c2
}

@test "create, init, start -a" {
	pm create --name c4 --network none --cgroup-parent "/$ID" "$IMG" echo from-create
	pm init c4
	state_is c4 initialized
	is "$(pm start -a c4)" from-create
	down c4
}

@test "--stop-signal" {
	up c5 --stop-signal QUIT "$IMG" sh -c 'trap "exit 9" QUIT; echo ready; while :; do sleep 0.1; done'
	until_ok 5 logs_have c5 ready
	pm stop -t 10 c5
	is "$(pm inspect -f '{{.State.ExitCode}}' c5)" 9
	down c5
}

tries() { pm logs "$1" | grep -c try; }
has_tried() { [ "$(tries "$1")" -eq "$2" ]; }

@test "--restart on-failure:2, by what conmon notes when the container ends" {
	up c6 --restart on-failure:2 "$IMG" sh -c 'echo try; exit 1'
	until_ok 15 has_tried c6 3
	down c6
}

@test "attach" {
	up c7 -i "$IMG" cat
	is "$(printf 'to-cat\n' | T=10 pm attach c7)" to-cat
	down c7
}

@test "health checks" {
	up c8 --health-cmd 'test -e /tmp/well' --health-interval disable "$IMG" sleep 100
	fails pm healthcheck run c8
	pm exec c8 touch /tmp/well
	pm healthcheck run c8
	down c8
}

@test "out of memory: 137, and conmon is told" {
	# conmon notes it in the bundle or, with Podman 4.3, where Podman was started; only the first makes it OOMKilled.
	mkdir -p "$W/cwd"
	cd "$W/cwd"
	rc_is 137 pm run --name oom --network none --cgroup-parent "/$ID" --memory 24m --memory-swap 24m "$IMG" tail /dev/zero
	[ -e oom ] || is "$(pm inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' oom)" "true 137"
	down oom
}

@test "--pid host: rm -f kills every process, in the cgroup too" {
	up c9 --pid host "$IMG" sh -c 'sleep 987 & sleep 987'
	until_ok 5 pgrep -f '^sleep 98[7]'
	down c9
	gone '^sleep 98[7]'
}

@test "rm -f of a running container" {
	up c10 "$IMG" sleep 100
	down c10
	is "$(pm ps -aq)" ""
	is "$(cgroups_named 'libpod-*' | grep -v conmon)" ""
}

# counts NAME BEYOND: the counter of that container is there, and further than that.
counts() { [ "$(pm exec "$1" cat /tmp/n)" -gt "$2" ]; }

@test "container checkpoint and restore" {
	skip_if "$(criu_missing)"
	up c11 "$IMG" sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/tmp/new; mv /tmp/new /tmp/n; sleep 0.1; done'
	until_ok 10 counts c11 2
	pm container checkpoint --leave-running c11
	state_is c11 running
	pm container checkpoint c11
	state_is c11 exited
	pm container restore c11
	state_is c11 running
	counts c11 2
	down c11
}

@test "container checkpoint --export, restored under another name, beside the first" {
	local saved pid
	skip_if "$(criu_missing)"
	up c12 -v "$W/vol:/v" --memory 64m "$IMG" \
		sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/tmp/new; mv /tmp/new /tmp/n; sleep 0.1; done'
	until_ok 10 counts c12 2
	pm exec c12 sh -c 'echo kept >/root/file'
	pm container checkpoint --leave-running --export "$W/c12.tar.gz" c12
	saved=$(pm exec c12 cat /tmp/n)
	pm container restore --import "$W/c12.tar.gz" --name c13
	state_is c12 running
	state_is c13 running
	until_ok 10 counts c13 "$saved"
	[ "$(pm exec c13 cat /tmp/n)" -lt $((saved + 500)) ]
	is "$(pm exec c13 cat /root/file /v/f)" $'kept\nfrom-host'
	pid=$(pid_of c13)
	has "$(cat "/proc/$pid/cgroup")" "$(pm inspect -f '{{.Id}}' c13)"
	is "$(memory_limit "$pid")" 67108864
	pm stop -t 0 c13
	pm start c13
	state_is c13 running
	down c12 c13
}
