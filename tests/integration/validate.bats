#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# corten validate: every problem of a configuration at once, with its place, and none in those that are good.

load helpers

setup() {
	corten_only "no other runtime has it"
	tools_are_there
	setup_bundle
}

# The commands of corten-tools, which a machine may lack.
tools_are_there() {
	"$RUNTIME" validate --help >/dev/null 2>&1 || skip "needs corten-tools beside the runtime"
}

# valid ARG… runs `validate` and keeps its status.
validate() { runtime validate "$@"; }

# problems: the pointers of the last call's JSON, with their severities.
problems() { jq -r '.problems[] | "\(.severity) \(.pointer)"' "$stdout_file"; }

@test "the bundle of the tests and what spec writes have no problem" {
	validate
	[ "$status" -eq 0 ]
	[ "$stdout" = "config.json: nothing to complain of" ]
	for option in "" --rootless; do
		mkdir -p "new$option/rootfs"
		# shellcheck disable=SC2086 # nothing when empty
		succeeds spec --bundle "new$option" $option
		validate --json "new$option"
		[ "$status" -eq 0 ]
		[ "$(jq -c '[.errors, .warnings]' "$stdout_file")" = "[0,0]" ]
	done
}

@test "what an engine writes has no problem" {
	for file in "$BATS_TEST_DIRNAME"/../bench/*-config.json; do
		cp "$file" config.json
		validate --text-only --json
		[ "$(problems)" = "" ] || { echo "$file: $stdout"; return 1; }
		[ "$status" -eq 0 ]
	done
}

@test "all problems are said at once, each with line, column, pointer, demand and what to write" {
	update_config '.process.cwd = "tmp" | .process.rlimits[0].type = "RLIMIT_NOFIEL" | .linux.namespaces[0].type = "pidd"
		| .hostnam = "x"'
	validate
	[ "$status" -eq 1 ]
	says 'error: /process/cwd: has to be an absolute path, and is "tmp"'
	says 'config.md, Process: "This value MUST be an absolute path."'
	says 'write: /tmp'
	says '"RLIMIT_NOFIEL" is not known (did you mean "RLIMIT_NOFILE"?)'
	says '"pidd" is not known (did you mean "pid"?)'
	says 'warning: /hostnam: there is no field "hostnam": it is ignored (did you mean "hostname"?)'
	[ "$(tail -n1 "$stdout_file")" = "config.json: 3 errors, 1 warning" ]
	line=$(grep -n '"cwd"' config.json | cut -d: -f1)
	grep -q "^config.json:$line:[0-9]*: error: /process/cwd" "$stdout_file"
	validate --json
	[ "$(jq -r '.problems[] | select(.pointer == "/process/cwd") | "\(.line) \(.suggestion)"' "$stdout_file")" = "$line /tmp" ]
}

@test "a text that is no JSON has one problem, at its place" {
	printf '{\n "ociVersion": "1.0.2"\n "process": {}\n}\n' >config.json
	validate --json
	[ "$status" -eq 1 ]
	[ "$(jq '.problems | length' "$stdout_file")" -eq 1 ]
	[ "$(jq '.problems[0].line' "$stdout_file")" -eq 3 ]
}

@test "warnings alone are no failure" {
	update_config '.process.env += ["TERM=dumb"] | .mounts += [{destination: "/dev", type: "tmpfs", source: "tmpfs"}]'
	validate --json
	[ "$status" -eq 0 ]
	problems | grep -qx 'warning /process/env/1'
	problems | grep -qx 'warning /mounts/2/destination'
}

@test "what a bundle names besides its text is looked at, unless --text-only" {
	rm -r rootfs
	update_config '.linux.namespaces[0].path = "/proc/self/ns/net"'
	validate --json
	[ "$status" -eq 1 ]
	[ "$(problems)" = $'error /root/path\nerror /linux/namespaces/0/path' ] ||
		[ "$(problems | sort)" = $'error /linux/namespaces/0/path\nerror /root/path' ]
	[ "$(jq -r '.problems[] | select(.pointer | startswith("/linux")) | .suggestion' "$stdout_file")" = network ]
	validate --text-only
	[ "$status" -eq 0 ]
}

@test "--host says what this machine lacks of what the configuration wants" {
	validate --host
	found=$status
	update_config '.hooks = {poststop: [{path: "/absent/hook"}]} | .mounts += [{destination: "/x", source: "/absent/source", options: ["bind"]}]'
	validate --json
	[ "$status" -eq 0 ]
	validate --host --json
	[ "$status" -eq 1 ]
	problems | grep -qx 'error /hooks/poststop/0/path'
	problems | grep -qx 'error /mounts/[0-9]*/source'
	[ "$found" -eq 0 ] || skip "this machine lacks what the bundle of the tests wants"
}

@test "a file that cannot be read is another status" {
	validate /absent
	[ "$status" -eq 2 ]
	says "/absent/config.json: no such file or directory"
	validate --jsno
	[ "$status" -eq 2 ]
	says 'did you mean "--json"?'
	validate a b
	[ "$status" -eq 2 ]
}

@test "of two hundred configurations, half of them broken, each fault is found and nothing else is an error" {
	requires python
	"$PYTHON" "$INTEGRATION_DIR/tools/configurations.py" "$INTEGRATION_DIR/tools/config.json" "$TEST_DIR/many" 200
	wrong=0
	for place in "$TEST_DIR"/many/*; do
		validate --text-only --json "$place"
		fault=$(cat "$place/fault")
		if [ -z "$fault" ]; then
			[ "$status" -eq 0 ] && [ -z "$(problems)" ] && continue
		elif [[ $fault == error* ]]; then
			[ "$status" -eq 1 ] && problems | grep -qxF "$fault" && continue
		else
			[ "$status" -eq 0 ] && problems | grep -qxF "$fault" && continue
		fi
		echo "$place: wanted '$fault', status $status, got:"
		problems
		wrong=$((wrong + 1))
	done
	[ "$wrong" -eq 0 ]
}

@test "what validate finds no error in is created, and what it finds one in is not" {
	requires python
	"$PYTHON" "$INTEGRATION_DIR/tools/configurations.py" "$INTEGRATION_DIR/tools/config.json" "$TEST_DIR/many" 24
	for place in "$TEST_DIR"/many/*; do
		grep -qE 'RLIMIT_CORE|"oomScoreAdj": *-' "$place/config.json" && continue # what the caller may not do, perhaps
		cp "$place/config.json" .
		validate --json
		found=$status
		[ "$found" -eq 0 ] || continue
		succeeds create "$CTR"
		succeeds delete --force "$CTR"
	done
}

@test "without corten-tools a sentence says so" {
	cp "$RUNTIME" "$TEST_DIR/corten"
	RUNTIME=$TEST_DIR/corten
	fails_saying "corten-tools is not installed" validate
	says "$TEST_DIR/"
}
