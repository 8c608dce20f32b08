# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # the backticks are Markdown's
# What scripts/conformance-doc writes. (That no field is missing: tests/unit/spec/conformance_test.cpp.)
bats_require_minimum_version 1.5.0

@test "docs/conformance.md has what the tests prove, word for word" {
	"$BATS_TEST_DIRNAME/../../scripts/conformance-doc" --check
}

# other_tests COMMENT… makes a folder with the script and a test that has these comments, and enters it.
other_tests() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p scripts docs tests/integration tests/unit/area
	cp "$BATS_TEST_DIRNAME/../../scripts/conformance-doc" scripts/
	printf '# %s\n' "$@" >tests/integration/one.bats
	printf '@%s "a \\"name\\", in %s" {\n' test one >>tests/integration/one.bats
}

has_row() { grep -qxF "$1" docs/conformance.md; }

@test "a field has a row with all tests that prove it, a rule too" {
	other_tests 'Field: a.{b,c}{D,E}[].f, a.g' 'Value: a.g={,r}ONE' 'Rule: start: runs, if {it} can'
	printf '// Field: a.g\nTEST_CASE("another name", "[area]") {\n' >tests/unit/area/other_test.cpp
	ln -s one.bats tests/integration/link.bats
	scripts/conformance-doc
	for field in bD bE cD cE; do has_row '| `a.'"$field"'[].f` | `one.bats`: a "name", in one |'; done
	has_row '| `a.g` | `one.bats`: a "name", in one<br>`unit/area/other_test.cpp`: another name |'
	for value in ONE rONE; do has_row '| `a.g='$value'` | `one.bats`: a "name", in one |'; done
	has_row '| start: runs, if {it} can | `one.bats`: a "name", in one |'
	scripts/conformance-doc --check
}

@test "a field whose test has another name, or is gone, is missed" {
	other_tests 'Field: a'
	scripts/conformance-doc
	sed -i 's/in one/in two/' tests/integration/one.bats
	run ! scripts/conformance-doc --check
	scripts/conformance-doc
	scripts/conformance-doc --check
	rm tests/integration/one.bats
	run ! scripts/conformance-doc --check
}

@test "a comment without a test below it is an error" {
	other_tests 'Field: a'
	printf '# Field: b\n' >>tests/integration/one.bats
	run ! scripts/conformance-doc
	[[ $output == *"one.bats: no test is below the comment about b"* ]]
}
