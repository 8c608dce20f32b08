#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# process.rlimits. A hard limit is raised with CAP_SYS_RESOURCE alone.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
	set_args cat /proc/self/limits
}

# The name in config.json, the one in /proc/self/limits, and a value that does no harm.
LIMITS="AS:address space:1099511627776
CORE:core file size:0
CPU:cpu time:7200
DATA:data size:1099511627776
FSIZE:file size:1073741824
LOCKS:file locks:1000
MEMLOCK:locked memory:65536
MSGQUEUE:msgqueue size:8192
NICE:nice priority:0
NOFILE:open files:512
NPROC:processes:4096
RSS:resident set:1073741824
RTPRIO:realtime priority:0
RTTIME:realtime timeout:1000000
SIGPENDING:pending signals:100
STACK:stack size:4194304"

# limit NAME SOFT HARD sets process.rlimits to this one.
limit() {
	update_config '.process.rlimits = [{type: $t, soft: $s, hard: $h}]' --arg t "RLIMIT_$1" --argjson s "$2" --argjson h "$3"
}

# limit_is 'NAME IN PROC' SOFT HARD
limit_is() { grep -Eq "^Max $1 +$2 +$3 " <<<"$stdout"; }

# Field: process.rlimits[].{type,hard,soft}
# Value: process.rlimits[].type=RLIMIT_{AS,CORE,CPU,DATA,FSIZE,LOCKS,MEMLOCK,MSGQUEUE,NICE,NOFILE,NPROC,RSS,RTPRIO,RTTIME,SIGPENDING,STACK}
@test "every limit is set" {
	requires no_sanitizers # which take more address space than RLIMIT_AS leaves
	update_config '.process.rlimits = [$l | split("\n")[] | split(":")
		| {type: "RLIMIT_\(.[0])", soft: (.[2] | tonumber), hard: (.[2] | tonumber)}]' --arg l "$LIMITS"
	succeeds run "$CTR"
	while IFS=: read -r _ name value; do
		limit_is "$name" "$value" "$value"
	done <<<"$LIMITS"
}

# Field: process.rlimits[].{hard,soft}
@test "a soft limit may be below the hard one" {
	limit NOFILE 100 200
	succeeds run "$CTR"
	limit_is "open files" 100 200
}

@test "a limit of all ones is none" {
	[ "$(ulimit -H -f)" = unlimited ] || skip "needs an unlimited RLIMIT_FSIZE"
	limit FSIZE 4711 4712
	# jq would round it.
	sed -i 's/471[12]/18446744073709551615/' config.json
	succeeds run "$CTR"
	limit_is "file size" unlimited unlimited
}

@test "limits that are not listed are the caller's" {
	update_config 'del(.process.rlimits)'
	(
		ulimit -n 321
		succeeds run "$CTR"
		limit_is "open files" 321 321
	)
}

@test "an exec'd process has the limits of the configuration" {
	limit NOFILE 100 200
	set_args sleep 1000
	starts
	succeeds exec "$CTR" cat /proc/self/limits
	limit_is "open files" 100 200
}

@test "the limit on open files is kept by the kernel" {
	limit NOFILE 20 20
	runs 'ulimit -n; (exec 30>/dev/null) || echo refused'
	says 20
	says refused
}

@test "an unknown limit is refused" {
	limit MADE_UP 1 1
	refuses "RLIMIT_MADE_UP"
}

@test "a soft limit above the hard one is an error" {
	limit NOFILE 200 100
	refuses ""
}

@test "a limit listed twice is refused" {
	corten_only "runc lets the last one count, against the specification"
	update_config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 100}, {type: "RLIMIT_NOFILE", soft: 99, hard: 99}]'
	refuses "RLIMIT_NOFILE"
}

@test "a limit that counts for a user holds in a new user namespace, too, whatever its maker's is" {
	corten_only "runc sets it when the namespace has noted its own (Linux 5.14)"
	requires userns cc
	[ "$(ulimit -H -q)" = unlimited ] || (($(ulimit -H -q) >= 500000)) || skip "needs a hard RLIMIT_MSGQUEUE of 500000"
	c_tool mqueues
	map_ids
	set_args mqueues 5
	limit MSGQUEUE 500000 500000
	(ulimit -S -q 100000 && exec "$RUNTIME" --root "$STATE_ROOT" run "$CTR") >"$TEST_DIR/out" 2>&1
	[ "$(cat "$TEST_DIR/out")" -eq 5 ]
}

# Only the parent may raise them in a user namespace, and each must get its own values.
raised_limits() {
	requires userns
	map_ids
	update_config '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0},
		{type: "RLIMIT_SIGPENDING", soft: 200, hard: 200}, {type: "RLIMIT_NOFILE", soft: 400, hard: 500}]'
	ulimit -n 300
	ulimit -i 300
}

may_raise_limits() { (ulimit -n 300 && ulimit -n 301) 2>/dev/null; }

has_raised_limits() {
	limit_is "core file size" 0 0
	limit_is "pending signals" 200 200
	limit_is "open files" 400 500
}

@test "hard limits above the caller's are set in a user namespace, too" {
	may_raise_limits || skip "needs CAP_SYS_RESOURCE"
	raised_limits
	set_args sleep 1000
	starts
	stdout=$(<"/proc/$(pid_of "$CTR")/limits")
	has_raised_limits
	succeeds exec "$CTR" cat /proc/self/limits
	has_raised_limits
}

@test "a hard limit that may not be raised is an error that names it" {
	! may_raise_limits || skip "needs a root without CAP_SYS_RESOURCE"
	raised_limits
	refuses "error setting rlimit type 7"
}
