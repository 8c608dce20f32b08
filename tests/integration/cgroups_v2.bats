#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# linux.cgroupsPath and linux.resources on cgroup v2 alone. Elsewhere the runtime is shown
# a lone cgroup2; then only what needs no controller can be tested, and hugetlb perhaps.
# What needs the others is in resources_v2.bats.

load helpers
load helpers_fields

setup() {
	setup_bundle
	only_cgroup2
}

resources() { update_config '.linux.resources += $r' --argjson r "$1"; }

# place prints the directory of the container's cgroup.
place() { cgroup_dir "$(pid_of "$CTR")" unified; }
value() { cat "$(place)/$1"; }

# top prints where this shell sees the hierarchy.
top() {
	if cgroup_is_v2; then
		printf /sys/fs/cgroup
	else
		awk '$(NF-2) == "cgroup2" { print $5; exit }' /proc/self/mountinfo
	fi
}

# needs CONTROLLER skips the test where version 2 does not have it.
needs() { grep -qw "$1" "$(top)/cgroup.controllers" || skip "needs the controller $1 in cgroup v2"; }

@test "by default the container's cgroup is named after it" {
	starts
	[[ $(place) == */"$CTR" ]]
}

# Field: linux.cgroupsPath
@test "an absolute cgroupsPath is honoured" {
	update_config '.linux.cgroupsPath = $p' --arg p "/$CTR-top/leaf"
	starts
	[[ $(place) == */"$CTR-top/leaf" ]]
	parent=$(dirname "$(place)")
	succeeds delete --force "$CTR"
	[ ! -e "$parent/leaf" ]
	rmdir "$parent"
}

@test "a cgroupsPath with .. does not lead out of the hierarchy" {
	update_config '.linux.cgroupsPath = $p' --arg p "/x/../../../../$CTR-up"
	starts
	[[ $(place) == */"$CTR-up" && $(place) != *..* ]]
}

# Asked: What does mkdir of a cgroup say where cgroup.max.descendants or cgroup.max.depth of one above is reached?
# Happens: EAGAIN, "resource temporarily unavailable", for ever; runc 1.3.6 and crun 1.28 say that and no more.
# Corten: names both files; nothing is left.
# Source: kernel/cgroup/cgroup.c, cgroup_check_hierarchy_limits(); seen on Linux 6.18.
@test "a limit of cgroups below one is named" {
	corten_only "the others say that a resource is temporarily unavailable"
	limited=$(top)/$CTR-limited
	mkdir "$limited"
	update_config '.linux.cgroupsPath = $p' --arg p "/$CTR-limited/leaf"
	for file in descendants depth; do
		echo 0 >"$limited/cgroup.max.$file"
		refuses "resource temporarily unavailable (raise cgroup.max.descendants or cgroup.max.depth of a cgroup above)"
		echo max >"$limited/cgroup.max.$file"
	done
	starts
	succeeds delete --force "$CTR"
	rmdir "$limited"
}

@test "an exec'd process is in the container's cgroup" {
	starts
	succeeds exec --detach --pid-file "$TEST_DIR/pid" "$CTR" sleep 1000
	[ "$(cgroup_dir "$(cat "$TEST_DIR/pid")" unified)" = "$(place)" ]
}

@test "the cgroup is gone after delete, after run, and after a create that failed" {
	starts
	[ -n "$(leftover_cgroups)" ]
	succeeds delete --force "$CTR"
	[ -z "$(leftover_cgroups)" ]
	runs true
	[ -z "$(leftover_cgroups)" ]
	set_args /no/such/program
	fails create "$CTR"
	[ -z "$(leftover_cgroups)" ]
}

@test "cgroups that the container made are removed too" {
	all_capabilities
	set_namespace cgroup
	add_mount /sys/fs/cgroup cgroup cgroup rw
	set_script 'cd /sys/fs/cgroup; mkdir -p a/b/c x/y; sleep 500 & echo $! >a/b/c/cgroup.procs; echo ok >/tmp/ready; exec sleep 1000'
	starts
	eventually 5 test -s rootfs/tmp/ready
	[ -n "$(cat "$(place)/a/b/c/cgroup.procs")" ]
	succeeds delete --force "$CTR"
	[ -z "$(leftover_cgroups)" ]
}

no_process() { [ -z "$(leftover_processes)" ]; }

@test "delete --force ends all processes of a container in the host's pid namespace" {
	without_namespace pid
	set_script 'sleep 1111 & setsid sleep 2222 & exec sleep 1000'
	starts
	succeeds delete --force "$CTR"
	eventually 5 no_process
}

@test "delete --force ends the processes of a frozen container" {
	starts
	succeeds pause "$CTR"
	[ "$(value cgroup.freeze)" -eq 1 ]
	has_status "$CTR" paused
	succeeds delete --force "$CTR"
	eventually 5 no_process
}

@test "pause freezes and resume thaws" {
	starts
	succeeds pause "$CTR"
	grep -qx "frozen 1" "$(place)/cgroup.events"
	succeeds resume "$CTR"
	eventually 5 grep -qx "frozen 0" "$(place)/cgroup.events"
	has_status "$CTR" running
}

@test "a cgroup that has processes already is refused" {
	busy=$(top)/$CTR-busy
	mkdir "$busy"
	sleep 1000 3>&- &
	BACKGROUND+=($!)
	echo $! >"$busy/cgroup.procs"
	update_config '.linux.cgroupsPath = $p' --arg p "/$CTR-busy"
	fails_saying "container's cgroup is not empty: 1 process(es) found" create "$CTR"
	kill $!
	eventually 5 rmdir "$busy"
}

# Field: linux.resources.unified
@test "a value of the configuration is written as it is" {
	needs hugetlb
	resources '{"unified": {"hugetlb.2MB.max": "4194304"}}'
	starts
	[ "$(value hugetlb.2MB.max)" -eq 4194304 ]
}

@test "a value of a controller that is not there is an error" {
	resources '{"unified": {"nosuch.max": "1"}}'
	refuses nosuch
}

@test "a name with a slash is no value" {
	for name in ../cgroup.procs a/cgroup.procs /etc/motd; do
		update_config '.linux.resources.unified = {($n): "1"}' --arg n "$name"
		refuses "no slashes"
	done
}

@test "a name that is no file's is no value" {
	corten_only "runc tells what the kernel says of it"
	for name in .. "" memory. "memory max"; do
		update_config '.linux.resources.unified = {($n): "1"}' --arg n "$name"
		refuses "unified resource \"$name\" must be in the form CONTROLLER.PARAMETER"
	done
}

@test "limits on huge pages are written" {
	needs hugetlb
	resources '{"hugepageLimits": [{"pageSize": "2MB", "limit": 8388608}]}'
	starts
	[ "$(value hugetlb.2MB.max)" -eq 8388608 ]
}

@test "swap less than memory, or without a limit on memory, is refused" {
	resources '{"memory": {"limit": 67108864, "swap": 100}}'
	refuses "memory+swap limit should be >= memory limit"
	resources '{"memory": {"swap": 100}}'
	refuses "unable to set swap limit without memory limit"
}

@test "a limit of a controller that is not there is an error" {
	not grep -qw rdma "$(top)/cgroup.controllers" >/dev/null || skip "has the controller rdma"
	resources '{"unified": {"rdma.max": "x hca_handle=1"}}'
	refuses rdma
}

# owner NAME prints whose the cgroup, or that file of it, is.
owner() { stat -c %u "$(place)/${1:-}"; }

@test "a cgroup that the container is to manage is given to its root" {
	corten_only "runc does so only where systemd made the cgroup"
	requires userns
	map_ids
	set_namespace cgroup
	add_mount /sys/fs/cgroup cgroup cgroup rw nosuid noexec nodev
	set_script 'mkdir /sys/fs/cgroup/mine && echo $$ >/sys/fs/cgroup/mine/cgroup.procs && echo made >/tmp/file; exec sleep 1000'
	starts
	eventually 10 grep -q made rootfs/tmp/file
	place=$(place)
	place=${place%/mine}
	for file in . cgroup.procs cgroup.threads cgroup.subtree_control; do
		[ "$(stat -c %u "$place/$file")" -eq 100000 ]
	done
	# What limits the container stays the host's.
	[ "$(stat -c %u "$place/cgroup.max.depth")" -eq 0 ]
}

@test "a cgroup that the container only sees stays the host's" {
	requires userns
	map_ids
	for change in 'set_namespace cgroup; add_mount /sys/fs/cgroup cgroup cgroup ro' 'without_namespace cgroup; without_mount /sys/fs/cgroup'; do
		eval "$change"
		starts
		[ "$(owner)" -eq 0 ]
		[ "$(owner cgroup.procs)" -eq 0 ]
		succeeds delete --force "$CTR"
	done
}

@test "spec asks for a cgroup namespace, so that the container does not see the host's tree" {
	mkdir fresh
	succeeds spec --bundle fresh
	jq -e '.linux.namespaces | any(.type == "cgroup")' fresh/config.json
	jq '.linux.namespaces' fresh/config.json >namespaces
	update_config '.linux.namespaces = $n[0]' --slurpfile n namespaces
	set_script 'cat /proc/self/cgroup'
	succeeds run "$CTR"
	grep -qx '0::/' "$stdout_file"
}

@test "exec --cgroup goes where it is told, or nowhere" {
	update_config '.linux.namespaces |= map(select(.type != "cgroup")) + [{type: "cgroup"}]
		| .linux.namespaces |= map(select(.type != "pid")) + [{type: "pid"}]'
	set_args sleep 1000
	succeeds run --detach "$CTR"
	local own controller
	own=$(place)
	controller=$(tr ' ' '\n' <"$own/cgroup.controllers" | grep -xE 'memory|hugetlb' | head -n1)
	[ -n "$controller" ] || skip "needs the controller memory or hugetlb in cgroup v2"
	mkdir "$own/below"
	pid_of "$CTR" >"$own/below/cgroup.procs"
	echo "+$controller" >"$own/cgroup.subtree_control"
	# Processes may not be beside cgroups with limits: without a wish exec goes where init is.
	succeeds exec "$CTR" cat /proc/self/cgroup
	says "/below"
	runtime exec --cgroup / "$CTR" true
	[ "$status" -eq 255 ]
	says "error adding pid"
	says "to cgroups"
	says "device or resource busy"
	succeeds exec --cgroup below "$CTR" cat /proc/self/cgroup
	says "/below"
}

@test "two hundred containers, eight at a time, leave no cgroup and no device program" {
	set_args true
	before=$(device_programs || true)
	run_many 200
	eventually 3 nothing_left
	fewer() { [ "$(device_programs || true)" = "$before" ]; }
	eventually 5 fewer
}
