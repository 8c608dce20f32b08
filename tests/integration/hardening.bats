#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the executable is made of, so that a hole in it is hard to use.

load helpers

setup() {
	corten_only "it is our executable"
	requires readelf
	file -b "$RUNTIME" | grep -q 'statically linked' || skip "$RUNTIME is not the static build"
}
teardown() { :; }

# segments TYPE: the flags of those segments, one a line.
segments() {
	readelf -lW "$RUNTIME" | awk -v type="$1" '$1 == type { flags = ""; for (i = 7; i < NF; i++) flags = flags $i; print flags }'
}

@test "no segment of the executable is writable and executable" {
	[ "$(segments LOAD | grep -c .)" -ge 2 ]
	not grep -E 'W.*E' < <(segments LOAD)
	grep -q E < <(segments LOAD)
}

@test "the stack is not executable" {
	[ "$(segments GNU_STACK)" = RW ]
}

@test "tables of addresses are read-only once the program runs" {
	[ "$(segments GNU_RELRO)" = R ]
	local protected
	protected=$(readelf -lW "$RUNTIME" | sed -n '/Section to Segment/,$p' | grep -F .data.rel.ro | tail -n 1)
	[[ $protected == *.init_array* && $protected == *.fini_array* && $protected == *.data.rel.ro* && $protected == *.got* ]]
	[ "$(grep -c . < <(segments GNU_RELRO))" -eq 1 ]
}

@test "no loader runs, which could bring other code in" {
	[ -z "$(segments INTERP)" ]
	[ -z "$(segments DYNAMIC)" ]
}
