#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

setup() {
	requires ps
	setup_bundle
}

@test "ps prints the header and the processes of the container, as ps -ef does" {
	set_script 'sleep 1001 & sleep 1002 & touch /ready; wait'
	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready # the shell's own words name both, before it has started them
	eventually 5 ps_shows 'sleep 1001' 'sleep 1002'
	[ -z "$stderr" ]
	[[ $(head -n1 "$stdout_file") =~ ^UID\ +PID\ +PPID ]]
	[ "$(wc -l <"$stdout_file")" -eq 4 ]
	grep -Eq "^[^ ]+ +$(pid_of "$CTR") " "$stdout_file"
}

ps_shows() {
	runtime ps "$CTR"
	says "$1" && says "$2"
}

@test "ps --format json prints the host's pids of the processes" {
	set_script 'sleep 1001 & touch /ready; wait'
	succeeds run --detach "$CTR"
	eventually 5 test -e rootfs/ready
	succeeds ps --format json "$CTR"
	[ -z "$stderr" ]
	jq -e --argjson pid "$(pid_of "$CTR")" 'type == "array" and length >= 2 and index($pid) != null' <<<"$stdout"
	for pid in $(jq '.[]' <<<"$stdout"); do
		grep -q "$CTR" "/proc/$pid/cgroup"
	done
	succeeds ps -f=json "$CTR"
	succeeds ps -format json "$CTR"
}

@test "ps hands further arguments to ps" {
	succeeds run --detach "$CTR"
	pid=$(pid_of "$CTR")
	succeeds ps "$CTR" -o pid,comm
	[[ $(head -n1 "$stdout_file") =~ ^\ *PID\ COMMAND$ ]]
	succeeds ps "$CTR" -e -o pid=,args= -o pid
	eventually 5 grep -q sleep "/proc/$pid/cmdline"
	succeeds ps "$CTR" -e -x
	says "sleep 1000"
	succeeds ps "$CTR" aux
	[[ $(head -n1 "$stdout_file") =~ ^USER\ +PID ]]
	[ "$(wc -l <"$stdout_file")" -eq 2 ]
}

@test "ps fails when ps prints no column PID" {
	succeeds run --detach "$CTR"
	fails_saying "couldn't find PID field in ps output" ps "$CTR" -o comm
}

@test "ps fails when ps fails, and shows why" {
	succeeds run --detach "$CTR"
	fails_saying "error" ps "$CTR" --no-such-option
}

@test "ps works on created, paused and stopped containers" {
	succeeds create "$CTR"
	succeeds ps --format json "$CTR"
	[ "$stdout" = "[$(pid_of "$CTR")]" ]
	succeeds start "$CTR"
	succeeds pause "$CTR"
	succeeds ps "$CTR"
	[ "$(wc -l <"$stdout_file")" -eq 2 ]
	succeeds resume "$CTR"
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds ps "$CTR"
	[ "$(wc -l <"$stdout_file")" -eq 1 ]
	succeeds ps --format json "$CTR"
	[[ $stdout == null || $stdout == "[]" ]]
}

@test "ps shows processes that exec added" {
	succeeds run --detach "$CTR"
	succeeds exec --detach --pid-file pid "$CTR" sleep 1234
	succeeds ps --format json "$CTR"
	jq -e --argjson pid "$(cat pid)" 'index($pid) != null' <<<"$stdout"
}

@test "ps shows processes in cgroups below the container's" {
	succeeds run --detach "$CTR"
	succeeds exec --detach --pid-file pid "$CTR" sleep 1234
	pid=$(cat pid)
	for controller in unified systemd pids devices memory cpu cpuset freezer; do
		dir=$(cgroup_dir "$pid" "$controller")
		[[ $dir == *"$CTR"* && $dir != *below* ]] || continue
		mkdir -p "$dir/below"
		if [ -e "$dir/below/cpuset.cpus" ] && [ "$controller" = cpuset ]; then
			cat "$dir/cpuset.cpus" >"$dir/below/cpuset.cpus"
			cat "$dir/cpuset.mems" >"$dir/below/cpuset.mems"
		fi
		echo "$pid" >"$dir/below/cgroup.procs"
	done
	succeeds ps --format json "$CTR"
	jq -e --argjson pid "$pid" 'index($pid) != null and length == 2' <<<"$stdout"
}

@test "ps refuses other formats, absent containers and a missing id" {
	succeeds run --detach "$CTR"
	fails_saying "invalid format option" ps --format yaml "$CTR"
	fails_saying "container does not exist" ps "$CTR-2"
	fails_saying "requires a minimum of 1 argument(s)" ps
}
