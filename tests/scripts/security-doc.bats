#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # the page's backticks
#
# docs/security.md promises by naming tests: each is there, under that name.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
}

# missing_tests PAGE: its lines "- `FILE`: NAME" that name no test.
missing_tests() {
	local file name paths
	while IFS=$'\t' read -r file name; do
		mapfile -t paths < <(find tests -name "$file.bats" -type f -o -name "$file.cpp" -type f)
		((${#paths[@]})) && grep -qF -e "@test \"$name\" {" -e "TEST_CASE(\"$name\"" "${paths[@]}" || echo "$file: $name"
	done < <(sed -nE 's/^- `([a-z0-9_-]+)`: (.*)$/\1\t\2/p' "$1")
}

@test "each test that docs/security.md names is there" {
	[ "$(grep -cE '^- `[a-z0-9_-]+`: ' docs/security.md)" -gt 20 ]
	run missing_tests docs/security.md
	echo "$output"
	[ -z "$output" ]
}

@test "a test that has been renamed is found out" {
	sed 's/^- `kill`: kill never/- `kill`: kill ever/' docs/security.md >"$BATS_TEST_TMPDIR/page.md"
	run missing_tests "$BATS_TEST_TMPDIR/page.md"
	[ "$output" = "kill: kill ever signals a stranger that took the pid" ]
}

@test "each switch and fuzz target that docs/security.md tells of is there" {
	grep -q CORTEN_NO_ lib/sys/switches.cpp
	while read -r target; do
		[ -e "tests/fuzz/$target.cpp" ]
	done < <(grep -oE '[a-z]+_fuzz' docs/security.md)
}
