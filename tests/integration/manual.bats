# SPDX-License-Identifier: Apache-2.0
# The manual in man/ tells of every command and option that the program has, and of no other.

load helpers

setup_file() {
	export MANUAL=$BATS_TEST_DIRNAME/../../man
}

commands() {
	"$RUNTIME" --help | awk '/^COMMANDS:/ { on = 1; next } /^[A-Z]/ { on = 0 } on && /^   [^ ]/ { sub(/,$/, "", $1); print $1 }'
}

# options COMMAND...: the long options in the help of a command, or of the program.
options() {
	"$RUNTIME" "$@" --help | grep -oE '^ +--[a-z0-9-]+' | tr -d ' ' | grep -vx -e --help
}

@test "every command has a manual page" {
	corten_only "its own manual"
	[ "$(commands | wc -l)" -gt 10 ]
	for name in $(commands | grep -vx help); do
		grep -q "^corten-$name - " "$MANUAL/corten-$name.8.md" || { echo "no page: $name"; return 1; }
		grep -q "\*\*corten-$name\*\*(8)" "$MANUAL/corten.8.md" || { echo "not in corten.8.md: $name"; return 1; }
	done
}

# told COMMAND: the options that the section OPTIONS of its page begins paragraphs with.
told() {
	sed -n '/^# OPTIONS/,/^# [^O]/p' "$MANUAL/corten-$1.8.md" | grep '^\*\*-' | grep -oE -- '--[a-z0-9-]+' | sort -u
}

@test "every option of a command is in its manual page, and no other" {
	corten_only "its own manual"
	[ "$(options run | wc -l)" -gt 5 ]
	for name in $(commands | grep -vx help); do
		"$RUNTIME" "$name" --help >/dev/null
		wanted=$(options "$name" | sort -u)
		[ "$name" != kill ] || wanted=$(sort <<<$'--all\n'"$wanted") # which runc's help does not show, either
		diff <(printf '%s' "${wanted:+$wanted$'\n'}") <(told "$name") || { echo "$name: < in the help alone, > in the page alone"; return 1; }
	done
}

@test "every global option is in the manual page" {
	corten_only "its own manual"
	[ "$(options | wc -l)" -gt 4 ]
	for option in $(options); do
		grep -qF -- "**$option**" "$MANUAL/corten.8.md" || { echo "not in the page: $option"; return 1; }
	done
}
