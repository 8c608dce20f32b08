# SPDX-License-Identifier: Apache-2.0
# What scripts/test counts, on a tree with made-up tests: a tree of its own, where nothing is built or installed.

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p scripts tests/scripts tests/integration tests/library tests/vm tests/engines tests/bench build/release/bin tools
	cp "$BATS_TEST_DIRNAME/../../scripts/test" scripts/
	for name in scripts/setup scripts/check-layers scripts/check-sizes tools/cmake build/release/bin/unit-tests tests/vm/vm tests/vm/run-bats \
		scripts/engine-table tests/engines/run; do
		printf '#!/bin/sh\n' >"$name"
		chmod +x "$name"
	done
	echo 'echo 1..0' | tee -a tests/vm/run-bats >>tests/engines/run
	echo '@test "engine: runs" { true; }' >tests/engines/engine.bats
	echo "# none" | tee tests/library/library.bats >tests/bench/guard.bats
	unit 'All tests passed (3 assertions in 2 test cases)'
	echo '@test "source: holds" { true; }' >tests/scripts/source.bats
	echo '@test "feature: holds" { true; }' >tests/integration/feature.bats
}

# unit LINE [STATUS]: the unit tests end with that summary and status.
unit() {
	printf '#!/bin/sh\necho "%s"\nexit %d\n' "$1" "${2:-0}" >build/release/bin/unit-tests
}

# counts STATUS LINE [ARGUMENT...]: scripts/test ends with both.
counts() {
	[ $# -gt 2 ] || set -- "$@" all
	run env -u RUNTIME -u PRESET PATH="$PWD/tools:$PATH" scripts/test "${@:3}"
	[ "$status" -eq "$1" ]
	[ "${lines[-1]}" = "$2" ]
}

needs_root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
}

@test "test: passed tests of every kind are summed" {
	needs_root
	counts 0 "6 passed, 0 failed, 0 skipped"
	unit 'test cases: 12 | 11 passed | 1 failed as expected'
	counts 0 "15 passed, 0 failed, 0 skipped"
}

@test "test: failed unit tests, a crash and a leak report after success all fail" {
	needs_root
	unit 'test cases: 5 | 3 passed | 2 failed' 2
	counts 1 "7 passed, 2 failed, 0 skipped"
	unit 'test cases: 6 | 3 passed | 2 failed | 1 failed as expected' 2
	counts 1 "7 passed, 2 failed, 0 skipped"
	unit 'Segmentation fault' 139
	counts 1 "4 passed, 1 failed, 0 skipped"
	unit 'All tests passed (3 assertions in 2 test cases)' 23
	counts 1 "6 passed, 1 failed, 0 skipped"
}

@test "test: a skipped test is listed with its reason, a failed one with its output" {
	needs_root
	echo '@test "feature: other" { skip "needs a moon"; }' >>tests/integration/feature.bats
	echo '@test "feature: third" { echo the cause; false; }' >>tests/integration/feature.bats
	counts 1 "6 passed, 1 failed, 1 skipped"
	[[ "$output" == *"feature: other: needs a moon"* ]]
	[[ "$output" == *"the cause"* ]]
}

@test "test: a bats file that cannot be read fails" {
	needs_root
	echo '@test "feature: broken" { if; }' >tests/integration/broken.bats
	counts 1 "6 passed, 1 failed, 0 skipped"
}

@test "test: a failing check and a failing build fail" {
	needs_root
	echo 'exit 1' >>scripts/check-layers
	counts 1 "5 passed, 1 failed, 0 skipped"
	echo 'exit 1' >>tools/cmake
	counts 1 "0 passed, 1 failed, 0 skipped"
}

@test "test: JOBS changes nothing but the order" {
	needs_root
	for name in b c d; do
		echo '@test "more: holds" { true; }' >"tests/integration/$name.bats"
	done
	export JOBS=3
	counts 0 "9 passed, 0 failed, 0 skipped"
}

@test "test: what ran with engines counts, and the table is made of it" {
	needs_root
	printf '#!/bin/sh\nprintf "1..2\\nok 1 runs\\nok 2 rests # skip needs an engine\\n"\n' >tests/engines/run
	# shellcheck disable=SC2016
	printf '#!/bin/sh\ncat "$2"\n' >scripts/engine-table
	counts 0 "7 passed, 0 failed, 1 skipped"
	[[ "$output" == *"rests: needs an engine"* ]]
	grep -q '^ok 1 runs' build/engines.md
}

@test "test: what ran in virtual machines counts" {
	needs_root
	printf '#!/bin/sh\nprintf "1..2\\nok 1 boots\\nnot ok 2 ends\\n"\n' >tests/vm/run-bats
	counts 1 "9 passed, 3 failed, 0 skipped"
}

@test "test: where no virtual machine is to be had, that is a skip with its reason" {
	needs_root
	echo 'echo no network >&2; exit 1' >>tests/vm/vm
	counts 0 "6 passed, 0 failed, 1 skipped"
	[[ "$output" == *"virtual machines: its image cannot be built: no network"* ]]
	# shellcheck disable=SC2016
	echo 'case $* in vm) echo no apt; exit 1 ;; esac' >>scripts/setup
	counts 0 "6 passed, 0 failed, 1 skipped"
	[[ "$output" == *"virtual machines: its packages cannot be installed: no apt"* ]]
}

@test "test: unit tests and files in machines of another architecture count" {
	needs_root
	install -m 755 /dev/null scripts/cross
	# shellcheck disable=SC2016
	printf '#!/bin/sh\n[ "$1" = build ] || { echo "test cases: 5 | 3 passed | 2 failed"; exit 2; }\n' >tests/vm/vm
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nprintf "1..2\\nok 1 runs\\nok 2 rests # skip $VM_ARCH\\n"\n' >tests/vm/run-bats
	counts 1 "4 passed, 2 failed, 1 skipped" arm64 tests/integration/feature.bats
	[[ "$output" == *"rests: arm64"* ]]
}
