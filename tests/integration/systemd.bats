#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helpers.bash sets stdout
#
# --systemd-cgroup: containers as scopes of systemd. Needs systemd as the first process, but
# for the first test.

load helpers
load helpers_fields
load helpers_systemd

setup() {
	setup_bundle
	scope_config
}

teardown() {
	local failed=0
	teardown_test || failed=1
	if [ -d /run/systemd/system ] && [[ -n $(leftover_units) ]]; then
		printf 'left behind by the test:\n%s\n' "$(leftover_units)"
		failed=1
	fi
	return "$failed"
}

@test "without systemd the driver says so, and leaves nothing" {
	[ ! -d /run/systemd/system ] || skip "needs a machine without systemd"
	fails_saying "systemd not running on this host, cannot use systemd cgroups manager" --systemd-cgroup create "$CTR"
	absent "$CTR"
}

@test "a wrong cgroupsPath, slice, annotation or list of processors is an error before anything is made" {
	requires systemd
	fails_with() {
		cp config.json good.json
		update_config "$2"
		fails_saying "$1" --systemd-cgroup create "$CTR"
		mv good.json config.json
		absent "$CTR"
	}
	fails_with 'expected cgroupsPath to be of format "slice:prefix:name"' '.linux.cgroupsPath = "/a/b"'
	fails_with "invalid slice name: a--b.slice" '.linux.cgroupsPath = "a--b.slice:x:y"'
	fails_with "annotation org.systemd.property.TasksMax=many value parse error" '.annotations = {"org.systemd.property.TasksMax": "many"}'
	fails_with 'conversion error' '.linux.resources.cpu = {"cpus": "3-1"}'
}

# Field: linux.cgroupsPath
@test "the container is a delegated scope in its slice" {
	starts_scope
	property Slice system.slice
	property Delegate yes
	property ActiveState active
	property ControlGroup "/system.slice/$UNIT"
	[[ $place == */system.slice/$UNIT ]]
	jq -e '.cgroup_paths | to_entries | all(.value | endswith($u))' --arg u "$UNIT" "$STATE_ROOT/$CTR/state.json"
}

@test "run.oci.systemd.subgroup is a cgroup below the unit's, where the process is; the limits are the unit's" {
	requires systemd cgroup_v2
	corten_only "runc has no such annotation"
	update_config '.annotations["run.oci.systemd.subgroup"] = "inner" | .linux.resources.pids.limit = 50
		| .linux.namespaces += [{type: "cgroup"}]'
	starts_scope
	[[ $place == */system.slice/$UNIT/inner ]]
	[ "$(cat "${place%/inner}/pids.max")" = 50 ]
	succeeds exec "$CTR" grep ^0:: /proc/self/cgroup
	prints 0::/
	update_config '.annotations["run.oci.delegate-cgroup"] = "payload"'
	succeeds delete --force "$CTR"
	starts_scope
	[[ $place == */system.slice/$UNIT/inner/payload ]]
	succeeds exec "$CTR" grep ^0:: /proc/self/cgroup
	prints 0::/payload
	succeeds --systemd-cgroup update --pids-limit 40 "$CTR"
	[ "$(cat "${place%/inner/payload}/pids.max")" = 40 ]
}

@test "a slice's name is its path" {
	update_config '.linux.cgroupsPath = $p' --arg p "user-$CTR-x.slice:ct:$CTR"
	starts_scope
	[[ $place == */user.slice/user-$CTR.slice/user-$CTR-x.slice/$UNIT ]]
	succeeds delete --force "$CTR"
	systemctl stop "user-$CTR-x.slice" "user-$CTR.slice"
}

@test "without cgroupsPath the scope is named after the container" {
	update_config 'del(.linux.cgroupsPath)'
	starts_scope
	[[ $place == */system.slice/*-$CTR.scope ]]
}

@test "annotations become properties, and seconds microseconds" {
	update_config '.annotations = {"org.systemd.property.TimeoutStopSec": "7", "org.systemd.property.CollectMode": "'"'inactive'"'", "org.systemd.property.Documentation": "['"'man:a(1)'"']"}'
	starts_scope
	property TimeoutStopUSec 7s
	property CollectMode inactive
	property Documentation '"man:a(1)"'
}

@test "a property that systemd does not take fails the creation and leaves nothing" {
	requires systemd
	update_config '.annotations = {"org.systemd.property.NoSuchProperty": "1"}'
	fails_saying "NoSuchProperty" --systemd-cgroup create "$CTR"
	absent "$CTR"
	[ -z "$(leftover_units)" ]
}

@test "v2: every limit is in the file and, where systemd has it, in a property" {
	requires systemd cgroup_v2
	local burst=
	! kernel_at_least 5.14 || burst='"burst": 1000,'
	resources '{
		"memory": {"limit": 33554432, "reservation": 16777216, "swap": 50331648},
		"cpu": {"shares": 512, "quota": 50000, "period": 200000, '"$burst"' "cpus": "0", "mems": "0"},
		"pids": {"limit": 77}, "blockIO": {"weight": 500},
		"unified": {"memory.high": "30000000", "memory.min": "4096", "memory.oom.group": "1"}}'
	starts_scope
	file memory.max 33554432
	property MemoryMax 33554432
	file memory.low 16777216
	property MemoryLow 16777216
	file memory.swap.max 16777216
	property MemorySwapMax 16777216
	file memory.high 29999104
	property MemoryHigh 30000000
	file memory.min 4096
	property MemoryMin 4096
	file memory.oom.group 1
	file cpu.weight 59
	property CPUWeight 59
	file cpu.max "50000 200000"
	property CPUQuotaPerSecUSec 250ms
	property CPUQuotaPeriodUSec 200ms
	[ -z "$burst" ] || file cpu.max.burst 1000
	file cpuset.cpus 0
	property AllowedCPUs 0
	file cpuset.mems 0
	property AllowedMemoryNodes 0
	file pids.max 77
	property TasksMax 77
	[ ! -e "$place/io.weight" ] || file io.weight "default 4950"
	! is_corten || property IOWeight 4950
}

@test "v2: cpu.idle is a weight of 0" {
	requires systemd cgroup_v2 kernel 5.15
	resources '{"cpu": {"idle": 1}}'
	starts_scope
	file cpu.idle 1
}

@test "a quota between two percents is rounded up in both places" {
	requires systemd cgroup_v2
	resources '{"cpu": {"quota": 50001, "period": 100000}}'
	starts_scope
	file cpu.max "51000 100000"
	property CPUQuotaPerSecUSec 510ms
}

@test "limits and device rules outlive a daemon-reload" {
	requires cgroup_v2
	local burst=
	! kernel_at_least 5.14 || burst='"burst": 1000,'
	resources '{"memory": {"limit": 33554432}, "cpu": {"shares": 512, '"$burst"' "quota": 50000}, "pids": {"limit": 77}, "blockIO": {"weight": 500},
		"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}]}'
	set_script 'mknod /dev/fuse c 10 229 2>/dev/null; mknod /dev/kmsg c 1 11 2>/dev/null; exec sleep 1000'
	all_capabilities
	starts_scope
	look() {
		# What a device's driver says is no matter of the rules, whose answer is EPERM.
		succeeds exec "$CTR" sh -c 'for d in fuse kmsg null; do head -c0 <>/dev/$d 2>&1; done; true'
		[[ $output == *kmsg*"not permitted"* && $output != *fuse*"not permitted"* && $output != *null* ]]
		grep -H . "$place"/{memory.max,cpu.weight,cpu.max*,pids.max}
	}
	eventually 5 test -e /proc/"$(pid_of "$CTR")"/root/dev/kmsg
	look >before
	systemctl daemon-reload
	look >after
	diff <(grep "^$place" before) <(grep "^$place" after)
}

# systemd_version: "252".
systemd_version() { systemctl --version | sed -n '1s/systemd \([0-9]*\).*/\1/p'; }

@test "v2: files that newer systemds write outlive a daemon-reload, too" {
	requires systemd cgroup_v2
	corten_only "runc writes them to the files only"
	(($(systemd_version) >= 252)) || skip "needs systemd 252: 247 takes memory.oom.group away with a daemon-reload, and has no property for it"
	resources '{"unified": {"memory.oom.group": "1", "memory.zswap.max": "8388608"}}'
	[ -e /sys/fs/cgroup/system.slice/memory.zswap.max ] || resources '{"unified": {"memory.oom.group": "1"}}'
	starts_scope
	look() { grep -Hs . "$place"/{memory.oom.group,memory.zswap.max}; }
	look >before || true
	file memory.oom.group 1
	systemctl daemon-reload
	look >after || true
	diff before after
	# It can be changed in the file only while the container runs, which is said where it will not last.
	succeeds update --resources - "$CTR" <<<'{"unified": {"memory.oom.group": "0"}}'
	file memory.oom.group 0
	[ "$(systemctl show --property OOMPolicy --value "$UNIT")" != kill ] || says "daemon-reload restores"
}

@test "v2: with memory.oom.group an end for want of memory further down ends nothing else" {
	requires systemd cgroup_v2
	resources '{"unified": {"memory.oom.group": "1"}}'
	starts_scope
	mkdir "$place/below" "$place/beside"
	while read -r pid; do echo "$pid" >"$place/beside/cgroup.procs"; done <<<"$(<"$place/cgroup.procs")"
	echo +memory >"$place/cgroup.subtree_control"
	echo 4000000 >"$place/below/memory.max"
	[ ! -e "$place/below/memory.swap.max" ] || echo 0 >"$place/below/memory.swap.max"
	sh -c 'echo $$ >"$0/cgroup.procs"; exec head -c 50000000 /dev/zero | tail -n1 >/dev/null' "$place/below" || true
	eventually 5 grep -q "oom_kill [1-9]" "$place/below/memory.events"
	sleep 1
	has_status "$CTR" running
}

@test "device rules that systemd cannot hold are in force" {
	requires cgroup_v2
	corten_only "runc has systemd deny all devices, which comes back with a daemon-reload"
	resources '{"devices": [{"allow": true, "access": "rwm"}, {"allow": false, "type": "c", "major": 1, "minor": 3, "access": "w"}]}'
	starts_scope
	# The implicit rules of every container allow /dev/null again; the rest stays open.
	property DevicePolicy auto
	succeeds exec "$CTR" sh -c 'echo x >/dev/null'
}

@test "update changes files and properties, up and down, without the option" {
	requires cgroup_v2
	resources '{"memory": {"limit": 33554432}, "pids": {"limit": 20}, "cpu": {"shares": 100, "quota": 40000, "period": 100000}}'
	starts_scope
	succeeds update --memory 64M --memory-swap 96M --pids-limit 10 --cpu-share 1024 --cpu-quota 500000 --cpu-period 1000000 --cpuset-cpus 0 "$CTR"
	file memory.max 67108864
	property MemoryMax 67108864
	file memory.swap.max 33554432
	property MemorySwapMax 33554432
	file pids.max 10
	property TasksMax 10
	file cpu.weight 100
	property CPUWeight 100
	file cpu.max "500000 1000000"
	property CPUQuotaPerSecUSec 500ms
	file cpuset.cpus 0
	property AllowedCPUs 0
	succeeds update --memory -1 --pids-limit -1 --cpu-quota -1 "$CTR"
	file memory.max max
	property MemoryMax infinity
	file pids.max max
	property TasksMax infinity
	property CPUQuotaPerSecUSec infinity
}

@test "an update that the kernel refuses changes neither file nor property" {
	requires cgroup_v2
	resources '{"pids": {"limit": 20}, "cpu": {"shares": 100}}'
	starts_scope
	corten_only "runc leaves what systemd took"
	fails_saying "cpuset.cpus" update --pids-limit 10 --cpuset-cpus 4000 "$CTR"
	file pids.max 20
	property TasksMax 20
	property AllowedCPUs ""
}

@test "an exec'd process is in the scope, and with --cgroup in one below" {
	requires cgroup_v2
	starts_scope
	succeeds exec --detach --pid-file pid "$CTR" sleep 1000
	[ "$(cgroup_dir "$(cat pid)" memory)" = "$place" ]
}

@test "pause, ps, events, kill and delete work on a scope" {
	starts_scope
	succeeds pause "$CTR"
	has_status "$CTR" paused
	succeeds resume "$CTR"
	succeeds ps --format json "$CTR"
	[ "$stdout" = "[$(pid_of "$CTR")]" ]
	succeeds events --stats "$CTR"
	jq -e '.data.pids.current == 1' <<<"$stdout"
	succeeds kill --all "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	absent "$CTR"
}

@test "delete --force leaves no unit, also of a paused container" {
	starts_scope
	succeeds pause "$CTR"
	succeeds delete --force "$CTR"
	eventually 3 no_units
	[ ! -e "$place" ]
}

@test "a container killed for want of memory leaves no failed unit" {
	requires cgroup_v2
	resources '{"memory": {"limit": 10485760, "swap": 10485760}}'
	set_script 'sleep 1; head -c 100000000 /dev/zero | tail'
	starts_scope
	wait_for_status "$CTR" stopped 30
	succeeds delete "$CTR"
	eventually 3 no_units
}

@test "a failed unit of the same name does not keep a container from its start" {
	requires systemd
	systemd-run --quiet --unit "$UNIT" --scope --property CollectMode=inactive false || true
	starts_scope
	property ActiveState active
}

@test "a living unit of the same name is refused and left alone" {
	requires systemd
	systemd-run --quiet --unit "$UNIT" --scope sleep 1000 3>&- &
	BACKGROUND+=($!)
	eventually 10 systemctl is-active "$UNIT"
	fails_saying "not empty" --systemd-cgroup create "$CTR"
	systemctl is-active "$UNIT"
	absent "$CTR"
}

@test "a creation killed at any moment leaves what delete --force clears" {
	requires systemd
	for delay in 0 0.05 0.1 0.2 0.3 0.4 0.6; do
		runtime_background --systemd-cgroup create "$CTR"
		sleep "$delay"
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		runtime delete --force "$CTR"
		eventually 3 nothing_left
		eventually 3 no_units
	done
}

@test "two hundred containers (MANY), eight at a time, leave no cgroup, no unit and no device program" {
	requires systemd
	update_config 'del(.linux.cgroupsPath) | .process.args = ["true"]'
	before=$(device_programs || true)
	run_many "${MANY:-200}" --systemd-cgroup
	eventually 5 nothing_left
	eventually 5 no_units
	fewer() { [ "$(device_programs || true)" = "$before" ]; }
	eventually 5 fewer
}
