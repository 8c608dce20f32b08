#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# process.capabilities: the five sets as the kernel shows them, for run and for exec.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
	set_args grep -E '^Cap' /proc/self/status
}

# The bits of the capabilities used here.
declare -gA BIT=([CHOWN]=0 [DAC_OVERRIDE]=1 [KILL]=5 [SETUID]=7 [NET_BIND_SERVICE]=10 [NET_RAW]=13 [SYS_CHROOT]=18 [AUDIT_WRITE]=29)

# sets JSON gives the process these sets; user ID makes it run as that user.
sets() { update_config '.process.capabilities = ($c | map_values(map("CAP_" + .)))' --argjson c "$1"; }
user() { update_config '.process.user = {uid: $u, gid: $u}' --argjson u "$1"; }

# set_is KIND NAME… checks one set of the /proc/self/status in $stdout: Inh Prm Eff Bnd Amb.
set_is() {
	local mask=0 name
	for name in "${@:2}"; do mask=$((mask | 1 << BIT[$name])); done
	grep -qx "Cap$1:$(printf '\t%016x' "$mask")" <<<"$stdout" && return
	printf 'Cap%s should be %016x\n' "$1" "$mask"
	return 1
}

# Field: process.capabilities.{bounding,permitted,effective}
@test "root has what its bounding set allows" {
	sets '{"bounding": ["KILL", "CHOWN"], "permitted": ["KILL", "CHOWN"], "effective": ["KILL", "CHOWN"]}'
	succeeds run "$CTR"
	set_is Bnd KILL CHOWN
	set_is Prm KILL CHOWN
	set_is Eff KILL CHOWN
	set_is Inh
	set_is Amb
}

@test "another user has none, whatever is permitted" {
	user 1000
	sets '{"bounding": ["KILL", "CHOWN"], "permitted": ["KILL", "CHOWN"], "effective": ["KILL"], "inheritable": ["CHOWN"]}'
	succeeds run "$CTR"
	set_is Bnd KILL CHOWN
	set_is Inh CHOWN
	set_is Prm
	set_is Eff
	set_is Amb
}

# Field: process.capabilities.{bounding,inheritable,ambient}
@test "another user has the ambient ones" {
	user 1000
	sets '{"bounding": ["KILL", "CHOWN", "NET_RAW"], "permitted": ["KILL", "CHOWN", "NET_RAW"],
		"inheritable": ["KILL", "CHOWN"], "effective": ["KILL"], "ambient": ["KILL"]}'
	succeeds run "$CTR"
	set_is Bnd KILL CHOWN NET_RAW
	set_is Inh KILL CHOWN
	set_is Amb KILL
	set_is Prm KILL
	set_is Eff KILL
}

# Field: process.capabilities.{permitted,inheritable,ambient}
@test "ambient ones work without privileges to gain" {
	user 1000
	update_config '.process.noNewPrivileges = true'
	sets '{"bounding": ["CHOWN"], "permitted": ["CHOWN"], "inheritable": ["CHOWN"], "effective": ["CHOWN"], "ambient": ["CHOWN"]}'
	runs 'touch /tmp/x && chown 0:0 /tmp/x && stat -c %u /tmp/x'
	prints 0
}

@test "without any capability root is powerless" {
	sets '{"bounding": [], "permitted": [], "effective": [], "inheritable": [], "ambient": []}'
	succeeds run "$CTR"
	for kind in Bnd Prm Eff Inh Amb; do set_is "$kind"; done
	runs 'chown 1 /etc || true'
	says "Operation not permitted"
}

@test "an empty object of capabilities is none" {
	update_config '.process.capabilities = {}'
	succeeds run "$CTR"
	for kind in Bnd Prm Eff Inh Amb; do set_is "$kind"; done
}

@test "an inheritable set is there when it is asked for, and only then" {
	sets '{"bounding": ["KILL"], "permitted": ["KILL"], "effective": ["KILL"], "inheritable": ["KILL"]}'
	succeeds run "$CTR"
	set_is Inh KILL
	sets '{"bounding": ["KILL"], "permitted": ["KILL"], "effective": ["KILL"]}'
	succeeds run "$CTR"
	set_is Inh
}

@test "an unknown capability is warned about and left out" {
	sets '{"bounding": ["KILL", "FLY"], "permitted": ["KILL", "FLY"], "effective": ["KILL", "FLY", "SING"]}'
	succeeds run "$CTR"
	set_is Bnd KILL
	set_is Eff KILL
	[[ $stderr == *warn* && $stderr == *CAP_FLY* && $stderr == *CAP_SING* ]]
}

@test "capabilities that allow an action allow it" {
	sets '{"bounding": ["SYS_CHROOT"], "permitted": ["SYS_CHROOT"], "effective": ["SYS_CHROOT"]}'
	update_config '.process.noNewPrivileges = false'
	runs 'chroot / /bin/echo in; chown 1:1 /etc || true'
	prints in
	says "Operation not permitted"
}

@test "an exec'd process has the sets of the configuration" {
	sets '{"bounding": ["KILL", "CHOWN"], "permitted": ["KILL", "CHOWN"], "effective": ["KILL", "CHOWN"], "inheritable": ["KILL"]}'
	set_args sleep 1000
	starts
	succeeds exec "$CTR" grep -E '^Cap' /proc/self/status
	set_is Bnd KILL CHOWN
	set_is Eff KILL CHOWN
	set_is Inh KILL
	set_is Amb
}

@test "an exec'd process of another user has none" {
	set_args sleep 1000
	starts
	succeeds exec --user 1000:1000 "$CTR" grep -E '^Cap' /proc/self/status
	set_is Bnd AUDIT_WRITE KILL NET_BIND_SERVICE
	set_is Eff
	set_is Prm
}

@test "exec --cap adds capabilities to what the container has" {
	set_args sleep 1000
	starts
	succeeds exec --cap CAP_CHOWN --cap CAP_SYS_CHROOT "$CTR" grep -E '^Cap' /proc/self/status
	set_is Bnd AUDIT_WRITE KILL NET_BIND_SERVICE CHOWN SYS_CHROOT
	set_is Prm AUDIT_WRITE KILL NET_BIND_SERVICE CHOWN SYS_CHROOT
	set_is Eff AUDIT_WRITE KILL NET_BIND_SERVICE CHOWN SYS_CHROOT
	# Inheritable ones would be a way around the bounding set (CVE-2022-29162).
	set_is Inh
	set_is Amb
	succeeds exec "$CTR" grep -E '^Cap' /proc/self/status
	set_is Bnd AUDIT_WRITE KILL NET_BIND_SERVICE
}

@test "exec --cap makes a capability ambient only when it is inheritable already" {
	sets '{"bounding": ["KILL"], "permitted": ["KILL"], "effective": ["KILL"], "inheritable": ["KILL"]}'
	set_args sleep 1000
	starts
	succeeds exec --user 1000 --cap CAP_KILL --cap CAP_CHOWN "$CTR" grep -E '^Cap' /proc/self/status
	set_is Inh KILL
	set_is Amb KILL
	set_is Eff KILL
	set_is Bnd KILL CHOWN
}

@test "exec --cap with an unknown name warns" {
	set_args sleep 1000
	starts
	succeeds exec --cap CAP_FLY "$CTR" true
	[[ $stderr == *CAP_FLY* ]]
}

@test "exec --process brings sets of its own" {
	set_args sleep 1000
	starts
	jq '.process | .args = ["grep", "-E", "^Cap", "/proc/self/status"]
		| .capabilities = {bounding: ["CAP_CHOWN"], permitted: ["CAP_CHOWN"], effective: ["CAP_CHOWN"]}' config.json >process.json
	succeeds exec --process process.json "$CTR"
	set_is Bnd CHOWN
	set_is Eff CHOWN
	set_is Inh
}

@test "root of a user namespace has the bounding set of the configuration" {
	requires userns
	map_ids
	sets '{"bounding": ["KILL", "CHOWN"], "permitted": ["KILL", "CHOWN"], "effective": ["KILL", "CHOWN"]}'
	succeeds run "$CTR"
	set_is Bnd KILL CHOWN
	set_is Eff KILL CHOWN
}
