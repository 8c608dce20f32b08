#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# checkpoint and restore: what processes have that CRIU's images do not.

load helpers
load helpers_fields
load helpers_checkpoint

setup() {
	requires root command checkpoint criu
	setup_bundle
	c_tool process_settings
}

# setting WHO NAME: of "parent" or "child", as it has seen it itself.
setting() { sed -n "s/^$2 //p" "rootfs/settings.$1"; }

both_have() {
	local who
	for who in parent child; do
		printf '%s: %s\n' "$who" "$(setting "$who" "$1")"
		[ "$(setting "$who" "$1")" = "$2" ]
	done
}

both_are_there() { [ -e rootfs/settings.parent ] && [ -e rootfs/settings.child ]; }

# settles ARGUMENT... runs process_settings until both have written.
settles() {
	set_args process_settings "$@"
	begin
	eventually 5 both_are_there
}

# goes_round [COMMAND...]: a checkpoint, and a restore by that command.
goes_round() {
	succeeds checkpoint "$CTR"
	checkpoint_output=$output
	rm rootfs/settings.*
	if (($#)); then LIMIT+=("$@"); fi
	restores "$CTR"
	eventually 5 both_are_there
	cat "$TEST_DIR/runtime.log"
}

two_processors() { [ "$(setting parent affinity)" = 3 ] || skip "needs processors 0 and 1, and no more"; }

# Asked: Does a restored process have the I/O priority and the memory policy of config.json?
# Happens: CRIU (3.17 to 4.2.1) saves neither, without a word; the process has what the caller of restore has.
# Corten: restore sets them on CRIU before it works, and all processes of the container inherit them.
# Source: seen with CRIU 4.2.1 on Linux 6.18; criu/cr-dump.c has no word of ioprio and mempolicy
@test "a restored container has the I/O priority and the memory policy of config.json" {
	corten_only "runc restores without them"
	update_config '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 1}'
	[ ! -e /proc/self/numa_maps ] || update_config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0"}'
	settles
	memory=$(setting parent memory)
	goes_round
	[ -z "$checkpoint_output" ]
	both_have io 16385
	both_have memory "$memory"
}

# Asked: Does a restored process have the scheduler of config.json, with its nice value and SCHED_FLAG_RESET_ON_FORK?
# Happens: CRIU saves policy, priority, nice value and that flag.
# Corten: leaves it to CRIU.
# Source: seen with CRIU 4.2.1 on Linux 6.18
@test "a restored container has the scheduler that it had" {
	update_config '.process.scheduler = {policy: "SCHED_BATCH", nice: 3, flags: ["SCHED_FLAG_RESET_ON_FORK"]}'
	settles
	[ "$(setting parent scheduler)" = "3 1 3" ]
	child=$(setting child scheduler)
	goes_round
	[ "$(setting parent scheduler)" = "3 1 3" ]
	[ "$(setting child scheduler)" = "$child" ]
}

# Asked: On which CPUs does a restored container run when its restorer is bound to one?
# Happens: the processes are CRIU's children, and CRIU is the caller's: they inherit its affinity and I/O priority.
# Corten: gives CRIU all CPUs of the container's cpuset first, as create does with init.
# Source: seen with CRIU 4.2.1 on Linux 6.18; sched_setaffinity(2)
@test "the affinity of whoever restores is not handed on" {
	corten_only "runc hands it on"
	requires taskset
	settles
	two_processors
	goes_round taskset -c 0
	both_have affinity 3
}

# Asked: Does a process that has bound itself to a CPU, or changed its I/O priority, have that after a restore?
# Happens: CRIU (4.2.1) saves no CPU affinity, I/O priority, timer slack or core dump filter, and says nothing.
# Corten: a checkpoint keeps them in settings.json beside the images, by thread; a restore sets them again before anything runs.
# Source: seen with CRIU 4.2.1 on Linux 6.18
@test "what the processes have set for themselves is set again, on each by its pid" {
	corten_only "runc loses it in silence"
	settles reset
	two_processors
	succeeds delete --force "$CTR"
	rm rootfs/settings.*
	settles affinity=1 io=24583 slack=70000 filter=7 reset
	[ "$(setting parent affinity)" = 2 ]
	goes_round
	[ -z "$checkpoint_output" ]
	both_have slack 70000
	both_have filter 00000007
	[ "$(setting parent affinity)" = 2 ]
	[ "$(setting child affinity)" = 3 ]
	[ "$(setting parent io)" -eq 24583 ]
	[ "$(setting child io)" -eq 0 ]
}

# Asked: Does a daemon that was started by exec stay on the CPUs of process.execCPUAffinity?
# Happens: CRIU (4.2.1) saves the daemon, which has become a child of init, and does not save CPU affinity.
# Corten: has it in settings.json, and sets it by pid.
# Source: seen with CRIU 4.2.1 on Linux 6.18
@test "a daemon of exec keeps the affinity that execCPUAffinity gave to it" {
	corten_only "runc loses it in silence"
	update_config '.process.execCPUAffinity = {initial: "0", final: "1"}'
	settles
	two_processors
	"$RUNTIME" --root "$STATE_ROOT" exec "$CTR" sh -c 'setsid process_settings name=settings.more </dev/null >/dev/null 2>&1 &' </dev/null >/dev/null 2>&1 3>&- 4>&-
	eventually 5 grep -qx "affinity 2" rootfs/settings.more.child
	goes_round
	both_have affinity 3
	eventually 5 grep -qx "affinity 2" rootfs/settings.more.parent
	eventually 5 grep -qx "affinity 2" rootfs/settings.more.child
}

# Asked: Are utilization clamps restored?
# Happens: CRIU (4.2.1) saves none; Debian's kernels have them from 7.2 on (CONFIG_UCLAMP_TASK).
# Corten: keeps them in settings.json, and sets them with SCHED_FLAG_KEEP_ALL.
# Source: sched_setattr(2), Linux 5.3; seen with CRIU 4.2.1 on Linux 7.2.13
@test "utilization clamps are set again" {
	corten_only "runc loses them in silence"
	[ -e /proc/sys/kernel/sched_util_clamp_min ] || skip "needs utilization clamps in the kernel"
	settles clamp=300
	both_have clamp 300
	goes_round
	both_have clamp 300
}

# Asked: May images give a real-time I/O class to a process?
# Happens: such a process keeps all others from the disk (ioprio_set(2)).
# Corten: sets it only where process.ioPriority of config.json is of that class; else it warns.
# Source: ioprio_set(2)
@test "a real-time I/O class comes from config.json, not from images alone" {
	corten_only "runc restores none"
	all_capabilities
	settles io=8196
	goes_round
	both_have io 0
	grep -q "does not get its I/O priority: config.json has no real-time I/O class" "$TEST_DIR/runtime.log"
	succeeds delete --force "$CTR"
	rm -r checkpoint rootfs/settings.*
	update_config '.process.ioPriority = {class: "IOPRIO_CLASS_RT", priority: 7}'
	settles io=8196
	goes_round
	both_have io 8196
}

# Asked: What session keyring does a restored process have?
# Happens: CRIU (4.2.1) leaves keyrings alone: the process has that of whoever restores, of the host's root that is.
# Corten: CRIU joins the container's own keyring first, as init does in create; what was in it is lost, and checkpoint says so.
# Source: seen with CRIU 4.2.1 on Linux 6.18: "_uid_ses.0"; keyrings(7)
@test "a restored container has a session keyring of its own, not the host's" {
	corten_only "runc hands on the caller's"
	[ -e /proc/keys ] || skip "needs keyrings in the kernel"
	for ids in host mapped; do
		if [ "$ids" = mapped ]; then
			unshare --user true 2>/dev/null || continue
			map_ids
			chmod 777 rootfs
		fi
		settles
		[[ $(setting parent keyring) == *";_ses.$CTR" ]]
		goes_round
		for who in parent child; do [[ $(setting "$who" keyring) == *";_ses.$CTR" ]]; done
		succeeds delete --force "$CTR"
		rm -rf checkpoint rootfs/settings.*
	done
}

# Asked: What of a container does a checkpoint lose for good?
# Happens: no process can set the memory policy of another, and CRIU (4.2.1) saves neither it nor the keys in keyrings.
# Corten: checkpoint succeeds with a warning that names both; nothing is said of a container that has neither.
# Source: set_mempolicy(2), keyrings(7); seen with CRIU 4.2.1 on Linux 6.18
@test "a checkpoint names what a restore will lack" {
	corten_only "runc says nothing"
	[ -e /proc/self/numa_maps ] || skip "needs NUMA support in the kernel"
	update_config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0"}'
	settles
	succeeds checkpoint --image-path "$TEST_DIR/first" "$CTR"
	[ -z "$output" ]
	update_config 'del(.linux.memoryPolicy)'
	settles memory=2
	pid=$(pid_of "$CTR")
	succeeds checkpoint --image-path "$TEST_DIR/second" "$CTR"
	says "CRIU does not save all of the container, and a restore will lack: the memory policy \"bind:0\" of process $pid"
	settles key=one
	succeeds checkpoint "$CTR"
	says "a restore will lack: the keys (1) in the session keyring _ses.$CTR"
}

# Asked: Does a checkpoint hold the processes of exec?
# Happens: CRIU (4.2.1) saves init, its children and theirs. The parent of an exec'd process is outside; it is killed, unsaved.
# Corten: checkpoint succeeds with a warning that names the process. A daemon of exec has become init's child, and is saved.
# Source: seen with CRIU 4.2.1 on Linux 6.18
@test "a checkpoint names the exec'd processes that it does not hold" {
	corten_only "runc says nothing"
	set_script 'echo >/settings.parent; while :; do sleep 1000; done'
	begin
	eventually 5 test -e rootfs/settings.parent
	"$RUNTIME" --root "$STATE_ROOT" exec --detach --pid-file "$TEST_DIR/pid" "$CTR" process_settings </dev/null >/dev/null 2>&1 3>&- 4>&-
	eventually 5 both_are_there
	succeeds checkpoint "$CTR"
	says "a restore will lack: process $(cat "$TEST_DIR/pid"), whose parent is outside of the container (exec)"
	restores "$CTR"
	succeeds ps --format json "$CTR"
	[ "$(jq length <<<"$stdout")" -eq 2 ]
}
