# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # helpers.bash sets variables
#
# What the files about each field of linux.resources share, on top of helpers.bash: limits, and the files that then hold
# them, with each driver that the machine has.

load helpers

drivers() {
	echo files
	[ ! -d /run/systemd/system ] || echo systemd
}

# with_driver DRIVER ARG… calls the runtime as that driver wants it.
with_driver() {
	# On v1, below the test's own cgroup: elsewhere systemd removes what is empty for a moment.
	local path=$CTR option=()
	! cgroup_is_v2 || path=/$CTR
	[ "$1" = files ] || path=system.slice:ct:$CTR option=(--systemd-cgroup)
	update_config '.linux.cgroupsPath = $p' --arg p "$path"
	runtime "${option[@]}" "${@:2}"
}

# value FILE prints what a file of the container's cgroup holds.
value() { cat "$(cgroup_dir "$(pid_of "$CTR")" "${1%%.*}")/$1"; }

# holds FILE VALUE…: each file's value, or a line of it, is that.
holds() {
	while (($#)); do
		value "$1" | grep -qxF -- "$2" || {
			printf '%s should hold %s, not %s\n' "$1" "$2" "$(value "$1")"
			return 1
		}
		shift 2
	done
}

# gives JSON FILE VALUE…: a container with these resources has the values in its files.
gives() {
	local driver
	update_config '.linux.resources = $r + {devices: [{allow: false, access: "rwm"}]}' --argjson r "$1"
	for driver in $(drivers); do
		with_driver "$driver" run --detach "$CTR"
		[ "$status" -eq 0 ]
		holds "${@:2}"
		succeeds delete --force "$CTR"
	done
}

# updates JSON JSON FILE VALUE…: one with the first resources has them after an update to the second.
updates() {
	local driver
	update_config '.linux.resources = $r' --argjson r "$1"
	for driver in $(drivers); do
		with_driver "$driver" run --detach "$CTR"
		[ "$status" -eq 0 ]
		succeeds update --resources - "$CTR" <<<"$2"
		holds "${@:3}"
		succeeds delete --force "$CTR"
	done
}

# refuses_each TEXT JSON: no container with these resources; the message has TEXT, and nothing stays.
refuses_each() {
	local driver
	update_config '.linux.resources = $r' --argjson r "$2"
	for driver in $(drivers); do
		with_driver "$driver" create "$CTR"
		[ "$status" -eq 1 ]
		says "$1"
		[ ! -e "$STATE_ROOT/$CTR" ]
		[ -z "$(leftover_cgroups)" ]
	done
}

# a_disk sets $disk to the numbers of one, as 254:0.
a_disk() {
	disk=$(lsblk -dno MAJ:MIN,TYPE,SIZE | awk '$2 == "disk" && $3 != "0B" { print $1; exit }')
	[ -n "$disk" ] || skip "needs a disk"
}

# a_bfq_disk is the same for one whose scheduler has weights; one of memory is made where there is none.
a_bfq_disk() {
	bfq_disk && return
	if [ ! -e /sys/module/null_blk ] && modprobe bfq && modprobe null_blk gb=1; then
		NULL_DISK=1
		echo bfq >/sys/block/nullb0/queue/scheduler
	fi 2>/dev/null
	bfq_disk || skip "needs a disk with the scheduler BFQ"
}

bfq_disk() {
	local scheduler
	scheduler=$(grep -lsF '[bfq]' /sys/block/*/queue/scheduler | head -n 1) || true
	[ -n "$scheduler" ] && disk=$(<"${scheduler%/queue/*}/dev")
}

# of_disk JSON prints it with $disk's numbers in each object of a list.
of_disk() { jq --arg d "$disk" '($d / ":" | map(tonumber)) as [$a, $i] | .[] |= (arrays |= map({major: $a, minor: $i} + .))' <<<"$1"; }

four_rates() {
	of_disk '{"throttleReadBpsDevice": [{"rate": 1048576}], "throttleWriteBpsDevice": [{"rate": 2097152}],
		"throttleReadIOPSDevice": [{"rate": 66}], "throttleWriteIOPSDevice": [{"rate": 77}]}'
}

# gives_rdma: the limits reach the file; without such a device the kernel says that it has none.
gives_rdma() {
	requires cgroup_rdma
	local device
	for device in /sys/class/infiniband/*; do
		[ -e "$device" ] || break
		device=${device##*/}
		gives '{"rdma": {"'"$device"'": {"hcaHandles": 3, "hcaObjects": 10000}}}' rdma.max "$device hca_handle=3 hca_object=10000"
		return
	done
	refuses_each rdma.max '{"rdma": {"no-such0": {"hcaHandles": 3, "hcaObjects": 10000}}}'
}

teardown() {
	local failed=0
	teardown_test || failed=1
	[ -z "${NULL_DISK:-}" ] || modprobe -r null_blk
	return "$failed"
}
