# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# For tests of --systemd-cgroup: $UNIT is the container's unit, $place its cgroup on v2.
# shellcheck disable=SC2154 # helpers.bash sets CTR

# manager ARGUMENT...: systemctl of the systemd that has the unit: the machine's, or the user's.
manager() { if [ "$(id -u)" -eq 0 ]; then systemctl "$@"; else systemctl --user "$@"; fi; }

leftover_units() { manager list-units --all --plain --no-legend "*$CTR*"; }
no_units() { [[ -z $(leftover_units) ]]; }

resources() { update_config '.linux.resources += $r' --argjson r "$1"; }

# scope_config [SLICE]: the container gets the unit $UNIT.
scope_config() {
	UNIT=ct-$CTR.scope
	update_config '.linux.cgroupsPath = $p' --arg p "${1:-system.slice}:ct:$CTR"
}

# starts_scope starts the container.
starts_scope() {
	requires systemd
	succeeds --systemd-cgroup run --detach "$CTR"
	place=
	if cgroup_is_v2; then place=$(cgroup_dir "$(pid_of "$CTR")" memory); fi
}

# holds WHAT HELD WANTED
holds() {
	[ "$2" = "$3" ] || {
		printf '%s is %s, not %s\n' "$1" "$2" "$3"
		return 1
	}
}

# file NAME VALUE: the cgroup's file, on v1 that of the controller which NAME starts with, holds the value.
file() {
	local directory=$place
	[ -n "$place" ] || directory=$(cgroup_dir "$(pid_of "$CTR")" "${1%%.*}")
	holds "$1" "$(cat "$directory/$1")" "$2"
}

# property NAME VALUE: systemd says so of the unit.
property() { holds "$1" "$(manager show --property "$1" --value "$UNIT")" "$2"; }
