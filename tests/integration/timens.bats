#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# The time namespace and linux.timeOffsets.

load helpers
load helpers_fields

setup() {
	requires root timens
	setup_bundle
}

# offset CLOCK prints the offset in seconds that /proc/self/timens_offsets in $stdout shows.
offset() { awk -v c="$1" '$1 == c { print $2 }' <<<"$stdout"; }

# uptime prints the host's boot time clock in whole seconds.
uptime() { cut -d. -f1 /proc/uptime; }

# Field: linux.namespaces[].type
# Value: linux.namespaces[].type=time
@test "a time namespace without offsets shows the host's clocks" {
	set_namespace time
	before=$(uptime)
	runs 'cut -d. -f1 /proc/uptime; readlink /proc/self/ns/time'
	after=$(uptime)
	inside=$(head -n1 <<<"$stdout")
	[ "$before" -le "$inside" ] && [ "$inside" -le "$after" ]
	[ "$(tail -n1 <<<"$stdout")" != "$(readlink /proc/self/ns/time)" ]
}

@test "the process itself is in the namespace, not only its children" {
	set_namespace time
	runs 'readlink /proc/self/ns/time; readlink /proc/self/ns/time_for_children'
	[ "$(sort -u <<<"$stdout" | wc -l)" -eq 1 ]
}

# Field: linux.timeOffsets.*, linux.timeOffsets.*.{secs,nanosecs}
@test "offsets move both clocks" {
	set_namespace time
	update_config '.linux.timeOffsets = {monotonic: {secs: 7881, nanosecs: 2718281}, boottime: {secs: 1337, nanosecs: 3141519}}'
	runs 'cat /proc/self/timens_offsets'
	[ "$(offset monotonic)" -eq 7881 ]
	[ "$(offset boottime)" -eq 1337 ]
	[ "$(awk '$1 == "monotonic" { print $3 }' <<<"$stdout")" -eq 2718281 ]
	[ "$(awk '$1 == "boottime" { print $3 }' <<<"$stdout")" -eq 3141519 ]
}

# Field: linux.timeOffsets.*.secs
@test "the uptime in the container shows the boot time offset" {
	set_namespace time
	update_config '.linux.timeOffsets = {boottime: {secs: 1000000}}'
	before=$(uptime)
	runs 'cut -d. -f1 /proc/uptime'
	after=$(uptime)
	[ "$stdout" -ge $((before + 1000000)) ]
	[ "$stdout" -le $((after + 1000000)) ]
}

@test "an offset may be negative" {
	set_namespace time
	update_config '.linux.timeOffsets = {boottime: {secs: -3}, monotonic: {secs: -2}}'
	runs 'cat /proc/self/timens_offsets'
	[ "$(offset boottime)" -eq -3 ]
	[ "$(offset monotonic)" -eq -2 ]
}

@test "an exec'd process has the container's offsets" {
	set_namespace time
	update_config '.linux.timeOffsets = {boottime: {secs: 4711}}'
	starts
	succeeds exec "$CTR" cat /proc/self/timens_offsets
	[ "$(offset boottime)" -eq 4711 ]
	[ "$(offset monotonic)" -eq 0 ]
}

# Field: linux.namespaces[].path
@test "a time namespace is joined by path with its offsets" {
	set_namespace time
	update_config '.linux.timeOffsets = {monotonic: {secs: 99}}'
	starts "$CTR-1"
	first=$(pid_of "$CTR-1")
	set_namespace time "/proc/$first/ns/time"
	update_config 'del(.linux.timeOffsets)'
	starts "$CTR-2"
	same_namespace "$first" "$(pid_of "$CTR-2")" time
	succeeds exec "$CTR-2" cat /proc/self/timens_offsets
	[ "$(offset monotonic)" -eq 99 ]
}

@test "offsets together with a path are refused" {
	set_namespace time /proc/self/ns/time
	update_config '.linux.timeOffsets = {monotonic: {secs: 99}}'
	refuses "both namespace path and time offsets specified"
}

@test "offsets without a time namespace are refused" {
	update_config '.linux.timeOffsets = {monotonic: {secs: 99}}'
	refuses "time namespace offsets specified, but time namespace isn't enabled"
}

@test "an unknown clock is refused" {
	set_namespace time
	update_config '.linux.timeOffsets = {sundial: {secs: 1}}'
	refuses ""
	if is_corten; then says sundial; fi
}

@test "offsets work in a user namespace" {
	requires userns
	set_namespace time
	map_ids
	update_config '.linux.timeOffsets = {boottime: {secs: 1234}}'
	runs 'cat /proc/self/timens_offsets'
	[ "$(offset boottime)" -eq 1234 ]
}

@test "offsets that the kernel refuses are named as the reason" {
	set_namespace time
	update_config '.linux.timeOffsets = {boottime: {secs: 9000000000000}}'
	for _ in {1..8}; do
		fails run "$CTR"
		says timens_offsets
		[[ ${output,,} == *"numerical result out of range"* ]]
	done
	nothing_left
}

@test "offsets are the kernel's also where a joined mount namespace has laid out a /proc of its own" {
	corten_only "runc opens the file by its path"
	requires kernel 5.12 # mount(2) needs a /proc to take a descriptor
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare --mount --propagation private sh -c 'mount -t tmpfs tmpfs /proc && mkdir /proc/self &&
		echo untouched >/proc/self/timens_offsets && : >"$0" && exec sleep 1000' "$TEST_DIR/laid-out" 3>&- 4>&- &
	BACKGROUND+=($!)
	eventually 10 test -e "$TEST_DIR/laid-out"
	set_namespace mount "/proc/$!/ns/mnt"
	set_namespace time
	update_config '.linux.timeOffsets = {boottime: {secs: 1234}}'
	runs 'cat /proc/self/timens_offsets'
	[ "$(offset boottime)" -eq 1234 ]
}
