#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

keys() { jq -c keys_unsorted <<<"$stdout"; }

@test "state has runc's keys in runc's order, two spaces deep and without a final newline" {
	succeeds run --detach "$CTR"
	succeeds state "$CTR"
	[ -z "$stderr" ]
	[ "$(keys)" = '["ociVersion","id","pid","status","bundle","rootfs","created","owner"]' ]
	[ "$(head -n2 "$stdout_file")" = $'{\n  "ociVersion": '"$(jq .ociVersion <<<"$stdout")," ]
	[ "$(tail -c1 "$stdout_file")" = "}" ]
}

# Rule: state: tells the version of the specification, the id, the status, the pid and the bundle
@test "state's values are those of the container" {
	succeeds run --detach --pid-file pid "$CTR"
	succeeds state "$CTR"
	jq -e --arg id "$CTR" --arg bundle "$BUNDLE" --argjson pid "$(cat pid)" '
		.id == $id and .pid == $pid and .status == "running" and .bundle == $bundle and
		.rootfs == $bundle + "/rootfs" and .owner == "" and (.ociVersion | test("^1\\.[0-9]+\\.[0-9]+"))' <<<"$stdout"
}

@test "created is the time of the creation, in UTC, in RFC 3339 with a fraction" {
	before=$(date +%s)
	succeeds create "$CTR"
	after=$(date +%s)
	succeeds state "$CTR"
	created=$(jq -r .created <<<"$stdout")
	[[ $created =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{1,9}Z$ ]]
	seconds=$(date -d "$created" +%s)
	((seconds >= before && seconds <= after))
	sleep 0.05
	succeeds start "$CTR"
	succeeds state "$CTR"
	[ "$(jq -r .created <<<"$stdout")" = "$created" ]
}

# Field: ociVersion
@test "a bundle of each version of the specification is taken, and state says the runtime's own" {
	set_args true
	succeeds create "$CTR"
	own=$(state_field "$CTR" ociVersion)
	for version in 1.0.0 1.0.2-dev 1.1.0 1.2.1 1.3.0; do
		update_config '.ociVersion = $v' --arg v "$version"
		succeeds create "$CTR-2"
		[ "$(state_field "$CTR-2" ociVersion)" = "$own" ]
		succeeds delete --force "$CTR-2"
	done
}

# Rule: state: the status is created, running or stopped, and follows the container
# Rule: state: an unknown id is an error
@test "the status follows the container's life" {
	fails_saying "container does not exist" state "$CTR"
	succeeds create "$CTR"
	has_status "$CTR" created
	succeeds pause "$CTR"
	has_status "$CTR" paused
	succeeds resume "$CTR"
	has_status "$CTR" created
	succeeds start "$CTR"
	has_status "$CTR" running
	succeeds pause "$CTR"
	has_status "$CTR" paused
	succeeds resume "$CTR"
	has_status "$CTR" running
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	fails_saying "container does not exist" state "$CTR"
}

@test "a stopped container has pid 0" {
	set_args true
	succeeds run --keep "$CTR"
	succeeds state "$CTR"
	jq -e '.pid == 0 and .status == "stopped"' <<<"$stdout"
	[ "$(keys)" = '["ociVersion","id","pid","status","bundle","rootfs","created","owner"]' ]
}

# Field: annotations
# Rule: state: tells the annotations
@test "annotations appear, sorted by key, between created and owner" {
	update_config '.annotations = {"zeta": "last", "com.example/a": "sl/ash", "quote": "\"<&>\u00e9"}'
	succeeds create "$CTR"
	succeeds state "$CTR"
	[ "$(keys)" = '["ociVersion","id","pid","status","bundle","rootfs","created","annotations","owner"]' ]
	[ "$(jq -c '.annotations | keys_unsorted' <<<"$stdout")" = '["com.example/a","quote","zeta"]' ]
	jq -e '.annotations == {"zeta": "last", "com.example/a": "sl/ash", "quote": "\"<&>\u00e9"}' <<<"$stdout"
	grep -qF 'sl/ash' "$stdout_file"
}

@test "an empty set of annotations does not appear" {
	update_config '.annotations = {}'
	succeeds create "$CTR"
	succeeds state "$CTR"
	jq -e 'has("annotations") | not' <<<"$stdout"
}

@test "state notices that another process took the pid" {
	set_args true
	succeeds run --keep "$CTR"
	# The start time in the state file is that of the dead init: this shell is no init.
	update=$(jq -c --argjson pid "$BASHPID" '.init_process_pid = $pid' "$STATE_ROOT/$CTR/state.json")
	printf '%s' "$update" >"$STATE_ROOT/$CTR/state.json"
	has_status "$CTR" stopped
	succeeds delete --force "$CTR"
	kill -0 "$BASHPID"
}

@test "a state that cannot be read is an error, not a crash" {
	mkdir "$STATE_ROOT/$CTR"
	fails_saying "does not exist" state "$CTR"
	printf '{' >"$STATE_ROOT/$CTR/state.json"
	fails state "$CTR"
	printf '[1, 2]' >"$STATE_ROOT/$CTR/state.json"
	fails state "$CTR"
	: >"$STATE_ROOT/$CTR/state.json"
	fails state "$CTR"
	rm -r "${STATE_ROOT:?}/$CTR"
}

# Rule: state: no id is an error
@test "state takes exactly one id" {
	fails_saying "requires exactly 1 argument(s)" state
	fails_saying "requires exactly 1 argument(s)" state a b
}
