# SPDX-License-Identifier: Apache-2.0
# scripts/check-sizes on small trees made for it.

setup() {
	check="$BATS_TEST_DIRNAME/../../scripts/check-sizes"
	mkdir -p "$BATS_TEST_TMPDIR/lib/base" "$BATS_TEST_TMPDIR/build"
}

@test "check-sizes: 500 lines pass, as do long files that are no sources" {
	seq 500 >"$BATS_TEST_TMPDIR/lib/base/text.cpp"
	seq 501 >"$BATS_TEST_TMPDIR/CHANGELOG.md"
	seq 501 >"$BATS_TEST_TMPDIR/build/generated.cpp"
	run "$check" "$BATS_TEST_TMPDIR"
	[ "$status" -eq 0 ]
}

@test "check-sizes: 501 lines are too many" {
	seq 501 >"$BATS_TEST_TMPDIR/lib/base/text.cpp"
	run "$check" "$BATS_TEST_TMPDIR"
	[ "$status" -eq 1 ]
	[[ "$output" == "./lib/base/text.cpp: 501 lines"* ]]
}
