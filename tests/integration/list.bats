#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

@test "list prints only the header when there is no container" {
	succeeds list
	[ "$(wc -l <"$stdout_file")" -eq 1 ]
	[[ $output =~ ^ID\ +PID\ +STATUS\ +BUNDLE\ +CREATED\ +OWNER$ ]]
}

@test "list --format json prints null when there is no container" {
	for option in "--format json" "-f json" "--format=json" "-f=json" "-format json"; do
		# shellcheck disable=SC2086 # words
		succeeds list $option
		[ "$stdout" = null ]
		[ -z "$stderr" ]
	done
}

@test "list --quiet prints nothing when there is no container" {
	succeeds list --quiet
	[ -z "$output" ]
}

@test "list prints a table with one line a container" {
	succeeds create "$CTR"
	succeeds run --detach "$CTR-2"
	succeeds list
	mapfile -t lines <<<"$stdout"
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[1]} =~ ^"$CTR"\ +$(pid_of "$CTR")\ +created\ +"$BUNDLE"\ +[0-9T:.-]+Z\ +root$ ]]
	[[ ${lines[2]} =~ ^"$CTR-2"\ +$(pid_of "$CTR-2")\ +running\ +"$BUNDLE"\ +[0-9T:.-]+Z\ +root$ ]]
}

@test "list's columns are aligned, at least twelve wide with three blanks between" {
	succeeds create "$CTR"
	succeeds create "$CTR-with-a-rather-long-name"
	succeeds list
	header=$(head -n1 "$stdout_file")
	for row in 2 3; do
		line=$(sed -n "${row}p" "$stdout_file")
		for column in PID STATUS BUNDLE CREATED OWNER; do
			before=${header%%"$column"*}
			[[ ${line:${#before}-3:3} == "   " ]]
			[[ ${line:${#before}:1} != " " ]]
		done
	done
	# The pid is short, so its column has the minimal width.
	[[ $header == *"PID         STATUS      BUNDLE"* ]]
}

@test "list --format json prints one line with runc's keys in runc's order" {
	succeeds create "$CTR"
	succeeds run --detach "$CTR-2"
	succeeds list --format json
	[ -z "$stderr" ]
	[ "$(wc -l <"$stdout_file")" -le 1 ]
	jq -e --arg a "$CTR" --arg b "$CTR-2" '[.[].id] == [$a, $b]' <<<"$stdout"
	[ "$(jq -c '.[0] | keys_unsorted' <<<"$stdout")" = '["ociVersion","id","pid","status","bundle","rootfs","created","owner"]' ]
	jq -e --arg bundle "$BUNDLE" '.[1] | .status == "running" and .bundle == $bundle and .owner == "root" and
		.rootfs == $bundle + "/rootfs"' <<<"$stdout"
	[[ $stdout == '[{"ociVersion":"'* ]]
}

@test "list --format json holds the annotations" {
	update_config '.annotations = {"b": "two", "a": "one"}'
	succeeds create "$CTR"
	succeeds list --format json
	[[ $stdout == *'"annotations":{"a":"one","b":"two"},"owner"'* ]]
}

@test "list shows paused and stopped containers" {
	succeeds run --detach "$CTR"
	succeeds pause "$CTR"
	set_args true
	succeeds run --keep "$CTR-2"
	succeeds list --format json
	jq -e '[.[] | .status] == ["paused", "stopped"]' <<<"$stdout"
	jq -e '.[1].pid == 0' <<<"$stdout"
}

@test "list --quiet prints the ids, sorted, and nothing else" {
	for id in "$CTR-b" "$CTR-a" "$CTR-c"; do succeeds create "$id"; done
	for option in --quiet -q --quiet=true; do
		succeeds list "$option"
		[ "$output" = "$CTR-a"$'\n'"$CTR-b"$'\n'"$CTR-c" ]
	done
	succeeds list -q --format json
	[ "$stdout" = "$CTR-a"$'\n'"$CTR-b"$'\n'"$CTR-c" ]
}

@test "the owner is the owner of the state directory, a number without a name" {
	requires root
	succeeds create "$CTR"
	chown 54321 "$STATE_ROOT/$CTR"
	succeeds list --format json
	jq -e '.[0].owner == "#54321"' <<<"$stdout"
	chown 0 "$STATE_ROOT/$CTR"
}

@test "list tolerates state that is dead, broken or none" {
	succeeds create "$CTR"
	mkdir "$STATE_ROOT/dead" "$STATE_ROOT/broken"
	echo '{' >"$STATE_ROOT/broken/state.json"
	touch "$STATE_ROOT/file"
	ln -s nowhere "$STATE_ROOT/link"
	succeeds list --format json
	jq -e --arg id "$CTR" '[.[].id] == [$id]' <<<"$stdout"
	succeeds list --quiet
	[ "$stdout" = "$CTR" ]
	succeeds list
	[ "$(wc -l <"$stdout_file")" -eq 2 ]
	rm -r "$STATE_ROOT"/{dead,broken,file,link}
}

@test "list looks into its own root only" {
	succeeds create "$CTR"
	mkdir "$TEST_DIR/other"
	runtime_plain --root "$TEST_DIR/other" list --quiet
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "list fails when a root that was asked for is absent" {
	runtime_plain --root "$TEST_DIR/absent" list
	[ "$status" -eq 1 ]
	says "no such file or directory"
	[ ! -e "$TEST_DIR/absent" ]
}

@test "list refuses other formats and arguments" {
	fails_saying "invalid format option" list --format yaml
	fails_saying "requires exactly 0 argument(s)" list extra
}

@test "on a terminal the table fits its width, and says how long ago" {
	corten_only "runc has one form"
	requires terminal
	set_args sleep 1000
	succeeds run --detach "$CTR"
	in_terminal "stty cols 60; $(runtime_command) list"
	[ "$status" -eq 0 ]
	[[ ${output%%$'\n'*} =~ ^ID\ +PID\ +STATUS\ +CREATED\ +OWNER\ +BUNDLE ]]
	[[ $output == *" just now "* || $output == *"1 minute ago"* ]]
	[[ $output == *"  …"* ]]
	in_terminal "stty cols 500; $(runtime_command) list"
	[[ $output == *"  $BUNDLE"* ]]
	in_terminal "stty cols 30; $(runtime_command) ps $CTR"
	((status == 0 && $(wc -L <<<"$output") == 30))
	[[ $output == *…* ]]
	in_terminal "$(runtime_command) list | cat"
	[[ $output =~ ID\ +PID\ +STATUS\ +BUNDLE\ +CREATED\ +OWNER ]]
}
