# SPDX-License-Identifier: Apache-2.0
# What scripts/behaviour-doc writes.
bats_require_minimum_version 1.5.0

@test "docs/behaviour.md has each question that a test answers, word for word" {
	"$BATS_TEST_DIRNAME/../../scripts/behaviour-doc" --check
}

@test "a question whose answer has changed is missed" {
	cd "$BATS_TEST_TMPDIR"
	mkdir -p scripts docs tests/integration build/matrix
	cp "$BATS_TEST_DIRNAME/../../scripts/behaviour-doc" scripts/
	printf '# Asked: who?\n# Happens: this.\n# Corten: that.\n# Source: seen.\n@%s "a name" {\n' test >tests/integration/one.bats
	printf '1..1\nok 1 a name\n' >build/matrix/sid.one.tap
	scripts/behaviour-doc
	# shellcheck disable=SC2016 # the backticks are Markdown's
	grep -qx '| who? | this. | that. | seen. | `one.bats`: a name | sid |' docs/behaviour.md
	rm -r build/matrix
	scripts/behaviour-doc
	grep -q '| sid |$' docs/behaviour.md
	scripts/behaviour-doc --check
	sed -i 's/this/another/' tests/integration/one.bats
	run ! scripts/behaviour-doc --check
}
