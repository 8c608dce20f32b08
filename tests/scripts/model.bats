#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The model of the protocol between parent, stage and init (tests/model) is of the messages that there are, and can fail.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
}

needs_spin() {
	command -v spin >/dev/null || skip "spin is not installed (scripts/setup model)"
}

# sorted_names: one a line, each once.
sorted_names() {
	grep -oE '[a-z_]+$' | grep -vx what | sort -u
}

@test "the model has the messages of channel.hpp, in their order" {
	header=$(sed -n '/^enum class Message/,/^}/p' lib/process/channel.hpp | sed -nE 's/^  ([a-z_]+),$/\1/p')
	model=$(sed -n '/^mtype = {/,/^}/p' tests/model/shared.pml | sed 1d | grep -oE '[a-z_]+')
	[ "$(wc -l <<<"$header")" -gt 10 ]
	[ "$header" = "$model" ]
}

@test "the model's children send what lib/init sends" {
	sent=$(grep -ohE '(send|write|report)\((process::)?Message::[a-z_]+' -r lib/init | sorted_names)
	grep -q send_failure lib/init/init_stage.cpp
	model=$(grep -ohE '(say|record|say_of)\([a-z_]+|up!(spawned|failure)' tests/model/*child*.pml | sorted_names)
	[ "$(sort -u <<<"$sent"$'\nfailure')" = "$model" ]
}

@test "the model's parent sends what lib/container and lib/process send" {
	sent=$(grep -ohE '(send|send_values)\((process::)?Message::[a-z_]+' -r lib/container lib/process | sorted_names)
	model=$(grep -ohE 'tell\([a-z_]+' tests/model/*parent*.pml | sorted_names)
	[ "$sent" = "$model" ]
}

@test "no order of messages, deaths and failures ends in a hang, a lost process or a lost error" {
	needs_spin
	run -0 scripts/model
	echo "$output"
	[ "$(grep -cE '^model: (create|run|exec): [1-9][0-9]+ states, at most [0-9]+ steps, no error$' <<<"$output")" -eq 3 ]
}

@test "the model fails without the word that init waits for" {
	needs_spin
	run -1 scripts/model run -DWITHOUT_GO
	[[ $output == *"assertion violated go"* ]]
}

@test "the model fails where reports may overtake one another" {
	needs_spin
	run -1 scripts/model run -DWITHOUT_ORDER
	[[ $output == *"pan:1: "* ]]
}

@test "the model fails where a dead process's clone is waited for" {
	needs_spin
	run -1 scripts/model run -DWITHOUT_PIDFD
	[[ $output == *"assertion violated  !(alive[0])"* ]]
}

@test "the model fails where a command that has failed does not look for clones" {
	needs_spin
	run -1 scripts/model run -DWITHOUT_SEARCH
	[[ $output == *"reaped["* ]]
}
