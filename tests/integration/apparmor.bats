#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # helpers.bash sets stdout
#
# process.apparmorProfile and exec --apparmor.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
	PROFILE=corten-test-$CTR
}

teardown() {
	[ ! -e "$TEST_DIR/profile" ] || apparmor_parser --remove "$TEST_DIR/profile"
	teardown_test
}

# Loads two profiles, $PROFILE and $PROFILE-other, which deny /denied and /other.
load_profiles() {
	requires apparmor apparmor_parser
	cat >"$TEST_DIR/profile" <<-END
		profile $PROFILE flags=(attach_disconnected,mediate_deleted) {
		  file, network, capability, signal, ptrace, mount, umount, unix,
		  deny /denied w,
		}
		profile $PROFILE-other flags=(attach_disconnected,mediate_deleted) {
		  file, network, capability, signal, ptrace, mount, umount, unix,
		  deny /other w,
		}
	END
	apparmor_parser --replace --skip-cache "$TEST_DIR/profile"
}

confined() { update_config ".process.apparmorProfile = \$profile" --arg profile "${1-$PROFILE}"; }

# Field: process.apparmorProfile
@test "the process runs under the profile, with or without no_new_privs" {
	load_profiles
	confined
	set_args cat /proc/self/attr/current
	for privileges in true false; do
		update_config ".process.noNewPrivileges = $privileges"
		succeeds run "$CTR"
		prints "$PROFILE (enforce)"
	done
}

@test "what the profile denies is denied" {
	load_profiles
	confined
	set_script 'touch /denied; touch /other'
	succeeds run "$CTR"
	says "/denied: Permission denied"
	[ -e rootfs/other ]
}

@test "an exec'd process has the container's profile, or that of --apparmor" {
	load_profiles
	confined
	set_args sleep 1000
	succeeds run --detach "$CTR"
	succeeds exec "$CTR" cat /proc/self/attr/current
	prints "$PROFILE (enforce)"
	succeeds exec --apparmor "$PROFILE-other" "$CTR" cat /proc/self/attr/current
	prints "$PROFILE-other (enforce)"
}

@test "a process that --process describes without a profile has the container's" {
	corten_only "with runc it is unconfined"
	load_profiles
	confined
	set_args sleep 1000
	succeeds run --detach "$CTR"
	jq '.process | .args = ["cat", "/proc/self/attr/current"] | del(.apparmorProfile)' config.json >process.json
	succeeds exec --process process.json "$CTR"
	prints "$PROFILE (enforce)"
}

@test "the profile is set in a user namespace" {
	requires userns
	load_profiles
	confined
	set_script 'touch /denied'
	map_ids
	runtime run "$CTR"
	says "/denied: Permission denied"
}

@test "the profile is set where the container has no /proc" {
	corten_only "runc sets it through the container's /proc"
	requires userns
	load_profiles
	confined
	set_script 'touch /denied'
	without_mount /proc
	update_config '.linux.maskedPaths = [] | .linux.readonlyPaths = []'
	runtime run "$CTR"
	says "/denied: Permission denied"
	map_ids
	runtime run "$CTR"
	says "/denied: Permission denied"
}

@test "\"unconfined\" is a profile like others" {
	load_profiles
	confined unconfined
	set_args cat /proc/self/attr/current
	succeeds run "$CTR"
	prints unconfined
}

# refused ['TEXT'] checks that there is no container for want of the profile, and that corten
# says TEXT. Podman looks for the name of the file, in backquotes.
refused() {
	for command in run create; do
		fails_saying "apparmor failed to apply profile" $command "$CTR"
		if is_corten; then
			says "$1"
			grep -Eq '`/proc/[a-z0-9-]+/attr/[a-z/]+`' <<<"$output"
		fi
		absent "$CTR"
	done
}

@test "a profile that is not loaded is an error, and nothing is left" {
	load_profiles
	confined no-such-profile
	refused 'process.apparmorProfile: is the profile "no-such-profile" loaded? `apparmor_parser --replace FILE` loads it'
	confined "$PROFILE"
	set_args sleep 1000
	succeeds run --detach "$CTR"
	runtime exec --apparmor no-such-profile "$CTR" true
	[ "$status" -eq 255 ]
	says "apparmor failed to apply profile"
	has_status "$CTR" running
}

@test "a profile is an error where AppArmor is not enabled" {
	[ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ] || skip "needs a kernel without AppArmor"
	confined
	refused "AppArmor is not enabled on this host (process.apparmorProfile; "
}

@test "no profile, or an empty one, works everywhere" {
	confined ""
	set_args echo hello
	succeeds run "$CTR"
	prints hello
}
