#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2164 # shells expand it; bats stops where cd fails
#
# Completion in bash, zsh and fish: the files of scripts/make-completions, in these shells.

load helpers

setup_file() {
	PATH=/usr/local/bin:$PATH
	mkdir "$BATS_FILE_TMPDIR/bin"
	ln -s "$(realpath "${RUNTIME:-$BATS_TEST_DIRNAME/../../build/release/bin/corten}")" "$BATS_FILE_TMPDIR/bin/corten"
	[[ $("$BATS_FILE_TMPDIR/bin/corten" --version) != *commit* ]] ||
		"$BATS_TEST_DIRNAME/../../scripts/make-completions" "$BATS_FILE_TMPDIR/completions" "$BATS_FILE_TMPDIR/bin/corten"
}

setup() {
	corten_only "runc's completions are its own"
	PATH=$BATS_FILE_TMPDIR/bin:$PATH
	completions=$BATS_FILE_TMPDIR/completions
}

bash_offers() {
	bash -c 'source "$1"; shift; compopt() { :; }; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _corten; printf "%s\n" "${COMPREPLY[@]}"' \
		_ "$completions/corten.bash" "$@"
}

fish_offers() { fish --no-config -c 'source $argv[1]; complete -C "$argv[2]"' "$completions/corten.fish" "$*" | cut -f 1; }

zsh_offers() { "$INTEGRATION_DIR/tools/zsh-candidates" "$completions" "$*"; }

# offers 'WANTED…' WORD…: the shell offers these, and nothing else, for the last word.
offers() {
	local got
	got=$("${shell}_offers" "${@:2}" | sed 's/[ /]*$//' | sort -u | paste -sd ' ')
	echo "$shell, ${*:2}: $got"
	[ "$got" = "$1" ]
}

# has WANTED WORD…: among others.
has() {
	local got
	got=$("${shell}_offers" "${@:2}" | paste -sd ' ')
	echo "$shell, ${*:2}: $got"
	[[ " $got " == *" $1 "* ]]
}

completes() {
	requires root
	setup_bundle
	set_args sleep 1000
	succeeds create "$CTR-made"
	succeeds run --detach "$CTR-runs"
	cd "$TEST_DIR"
	touch fileA
	mkdir dirA
	root=(--root "$STATE_ROOT")

	offers 'check checkpoint create' corten c
	offers 'delete' corten --debug --log-format json del
	has --bundle corten run --b
	has --cgroup-manager corten --c
	offers 'cgroupfs disabled systemd' corten --cgroup-manager ''
	offers 'json table' corten list --format ''
	offers 'CAP_SYSLOG' corten exec --cap CAP_SYSL
	offers 'dirA' corten run --bundle d
	offers 'fileA' corten run --pid-file f
	offers "$CTR-made" corten "${root[@]}" start ''
	offers "$CTR-runs" corten "${root[@]}" exec --user 0 ''
	offers "$CTR-made $CTR-runs" corten "${root[@]}" delete ''
	offers 'SIGTERM' corten "${root[@]}" kill "$CTR-runs" SIGTE
	offers 'TERM' corten "${root[@]}" kill "$CTR-runs" TE
	offers 'dirA' corten validate d
	offers 'resume' corten help resu
}

@test "bash completes commands, options, their values, containers and signals" {
	shell=bash
	completes
	offers 'json' corten list --format = j # as bash takes --format=j apart
}

@test "so does zsh" {
	command -v zsh >/dev/null || skip "needs zsh"
	shell=zsh
	completes
}

@test "so does fish" {
	command -v fish >/dev/null || skip "needs fish"
	shell=fish
	completes
}
