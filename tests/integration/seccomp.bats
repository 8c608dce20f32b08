#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# linux.seccomp: what a filter lets pass, where it applies, what is wrong with a profile, and the cache of compiled ones.

load helpers
load helpers_fields

setup() {
	requires root seccomp
	setup_bundle
}

# profile DEFAULT_ACTION [RULE…] sets linux.seccomp; a rule is the JSON object of one.
profile() {
	update_config '.linux.seccomp = {defaultAction: $action, flags: [], syscalls: $rules}' \
		--arg action "$1" --argjson rules "[$(IFS=,; printf '%s' "${*:2}")]"
}

# rule ACTION NAME… prints a rule.
rule() { jq -cn '{action: $ARGS.positional[0], names: $ARGS.positional[1:]}' --args "$@"; }

# rule_if 'JSON OF ARGS' ACTION NAME… prints a rule with conditions.
rule_if() { rule "${@:2}" | jq -c --argjson args "$1" '.args = $args'; }

# answers ANSWER WORD… makes the container make one system call, and checks what comes of it.
answers() {
	set_args syscall "${@:2}"
	runtime run "$CTR"
	[ "$status" -eq 0 ]
	prints "$1"
}

native_arch() {
	case $(uname -m) in
	x86_64) echo SCMP_ARCH_X86_64 ;;
	aarch64) echo SCMP_ARCH_AARCH64 ;;
	*) skip "needs x86_64 or aarch64" ;;
	esac
}

only_x86_64() { [ "$(uname -m)" = x86_64 ] || skip "needs x86_64"; }

# --- actions ---------------------------------------------------------------------

@test "without linux.seccomp there is no filter" {
	set_args sed -n 's/^Seccomp:\t//p' /proc/self/status
	succeeds run "$CTR"
	prints 0
}

@test "a profile without a default action and without rules is no filter" {
	update_config '.linux.seccomp = {architectures: ["SCMP_ARCH_X86"]}'
	set_args sed -n 's/^Seccomp:\t//p' /proc/self/status
	succeeds run "$CTR"
	prints 0
}

@test "the process has one filter, with or without no_new_privs, as root or not" {
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO sync)"
	set_args sed -n 's/^Seccomp\(_filters\)\?:\t//p' /proc/self/status
	for change in '.process.noNewPrivileges = true' '.process.noNewPrivileges = false' '.process.user = {uid: 1000, gid: 1000}'; do
		update_config "$change"
		succeeds run "$CTR"
		prints $'2\n1'
	done
}

@test "the filter costs the process no capability and leaves it none too many" {
	set_args sed -n 's/^Cap...:\t//p' /proc/self/status
	for privileges in true false; do
		update_config ".process.noNewPrivileges = $privileges"
		update_config 'del(.linux.seccomp)'
		succeeds run "$CTR"
		before=$stdout
		profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO sync)"
		succeeds run "$CTR"
		prints "$before"
	done
}

@test "the filter applies in a user namespace" {
	requires userns
	map_ids
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO mkdir mkdirat)"
	set_script 'mkdir /tmp/x; grep Seccomp: /proc/self/status'
	for privileges in true false; do
		update_config ".process.noNewPrivileges = $privileges"
		succeeds run "$CTR"
		says "Operation not permitted"
		says $'Seccomp:\t2'
	done
}

# Field: linux.seccomp.syscalls[].{names,action,errnoRet}
# Value: linux.seccomp.syscalls[].action=SCMP_ACT_ERRNO
@test "SCMP_ACT_ERRNO refuses with EPERM, or with the errno of its rule" {
	c_tool syscall
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO getppid)"
	answers "errno 1" getppid
	answers ok umask 022
	update_config '.linux.seccomp.syscalls[0].errnoRet = 100'
	answers "errno 100" getppid
}

# Field: linux.seccomp.{defaultAction,defaultErrnoRet}
# Value: linux.seccomp.syscalls[].action=SCMP_ACT_ALLOW
@test "defaultErrnoRet is the errno of calls that no rule names" {
	c_tool syscall
	profile SCMP_ACT_ERRNO "$(rule SCMP_ACT_ALLOW arch_prctl brk execve exit_group getrandom mmap mprotect munmap newfstatat \
		fstat prctl prlimit64 readlinkat rseq rt_sigprocmask set_robust_list set_tid_address write close close_range fcntl \
		openat read personality landlock_restrict_self futex rt_sigaction rt_sigreturn fstatfs getpid gettid tgkill nanosleep \
		getdents64 capset capget setuid setgid setgroups getcwd chdir statx faccessat2 faccessat mkdirat epoll_ctl \
		epoll_pwait pread64 lseek readlink access madvise sched_yield getppid sigaltstack)"
	update_config '.linux.seccomp.defaultErrnoRet = 99'
	answers "errno 99" umask 022
	answers ok getppid
}

# Field: linux.seccomp.syscalls[].action
# Value: linux.seccomp.syscalls[].action=SCMP_ACT_{KILL,KILL_THREAD,KILL_PROCESS,TRAP}
@test "SCMP_ACT_KILL, _KILL_THREAD, _KILL_PROCESS and _TRAP end the process with SIGSYS" {
	c_tool syscall
	update_config '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0}]'
	set_script 'syscall setpriority 0 0 19; echo "status $?"'
	for action in SCMP_ACT_KILL SCMP_ACT_KILL_THREAD SCMP_ACT_KILL_PROCESS SCMP_ACT_TRAP; do
		profile SCMP_ACT_ALLOW "$(rule $action setpriority)"
		succeeds run "$CTR"
		says "status 159"
	done
}

# Field: linux.seccomp.syscalls[].action
# Value: linux.seccomp.syscalls[].action=SCMP_ACT_{LOG,TRACE}
@test "SCMP_ACT_LOG lets pass, SCMP_ACT_TRACE without a tracer gives ENOSYS" {
	c_tool syscall
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_LOG setpriority)"
	answers ok setpriority 0 0 19
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_TRACE setpriority)"
	answers "errno 38" setpriority 0 0 19
}

@test "SCMP_ACT_LOG as default action lets everything pass" {
	profile SCMP_ACT_LOG
	set_args echo hello
	succeeds run "$CTR"
	prints hello
}

# --- conditions --------------------------------------------------------------------

# Field: linux.seccomp.syscalls[].args[].{value,op}
# Value: linux.seccomp.syscalls[].args[].op=SCMP_CMP_{EQ,NE,LT,LE,GT,GE}
@test "a rule's conditions compare the arguments by each operator" {
	c_tool syscall
	# OPERATOR and the personalities, of 4, 8 and 16, that it meets with value 8.
	while read -r operator hits; do
		profile SCMP_ACT_ALLOW "$(rule_if '[{"index": 0, "value": 8, "op": "'"$operator"'"}]' SCMP_ACT_ERRNO personality)"
		for value in 4 8 16; do
			if [[ " $hits " == *" $value "* ]]; then
				answers "errno 1" personality $value
			else
				answers ok personality $value
			fi
		done
	done <<-END
		SCMP_CMP_EQ 8
		SCMP_CMP_NE 4 16
		SCMP_CMP_LT 4
		SCMP_CMP_LE 4 8
		SCMP_CMP_GT 16
		SCMP_CMP_GE 8 16
	END
}

# Field: linux.seccomp.syscalls[].args[].{value,valueTwo,op}
# Value: linux.seccomp.syscalls[].args[].op=SCMP_CMP_MASKED_EQ
@test "SCMP_CMP_MASKED_EQ compares the bits of value with valueTwo" {
	c_tool syscall
	profile SCMP_ACT_ALLOW \
		"$(rule_if '[{"index": 0, "value": 12, "valueTwo": 4, "op": "SCMP_CMP_MASKED_EQ"}]' SCMP_ACT_ERRNO personality)"
	answers "errno 1" personality 4
	answers "errno 1" personality 6
	answers ok personality 8
	answers ok personality 12
}

# Field: linux.seccomp.syscalls[].args[].index
@test "conditions on several arguments must all hold, of several on one argument one is enough" {
	c_tool syscall
	both='{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 1, "value": 2, "op": "SCMP_CMP_EQ"}'
	profile SCMP_ACT_ALLOW "$(rule_if "[$both]" SCMP_ACT_ERRNO socket)"
	answers "errno 1" socket 1 2
	answers ok socket 1 1
	either='{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 0, "value": 2, "op": "SCMP_CMP_EQ"}'
	profile SCMP_ACT_ALLOW "$(rule_if "[$either]" SCMP_ACT_ERRNO socket)"
	answers "errno 1" socket 1 1
	answers "errno 1" socket 2 2
	answers ok socket 16 3
}

# --- architectures and unknown calls ---------------------------------------------------

# Field: linux.seccomp.architectures
# Value: linux.seccomp.architectures=SCMP_ARCH_{X86_64,X86}
@test "system calls of a 32-bit program are filtered where their architecture is listed" {
	only_x86_64
	c_tool syscall
	"$BUNDLE/rootfs/bin/syscall" i386 20 | grep -qx ok || skip "needs the 32-bit calls of x86_64 (CONFIG_IA32_EMULATION)"
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO getppid)"
	update_config '.linux.seccomp.architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]'
	answers "errno 1" getppid
	answers "errno 1" i386 64 # getppid
	answers ok i386 20        # getpid
}

# Field: linux.seccomp.architectures
@test "a system call of an architecture that is not listed kills" {
	only_x86_64
	c_tool syscall
	"$BUNDLE/rootfs/bin/syscall" i386 20 | grep -qx ok || skip "needs the 32-bit calls of x86_64 (CONFIG_IA32_EMULATION)"
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO getppid)"
	update_config '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0}]'
	set_script 'syscall i386 20; echo "status $?"'
	succeeds run "$CTR"
	says "status 159"
	set_script 'syscall x32 39; echo "status $?"'
	succeeds run "$CTR"
	says "status 159"
}

@test "all architectures that an engine may list are taken together" {
	native_arch >/dev/null
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO mkdir mkdirat)"
	update_config '.linux.seccomp.architectures = ["SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64",
		"SCMP_ARCH_ARM", "SCMP_ARCH_X86_64"]'
	set_script 'mkdir /tmp/x'
	runtime run "$CTR"
	[ "$status" -eq 1 ]
	says "Operation not permitted"
}

@test "calls newer than any that the profile names get ENOSYS, older ones the default" {
	c_tool syscall
	native_arch >/dev/null
	profile SCMP_ACT_ERRNO "$(rule SCMP_ACT_ALLOW arch_prctl brk execve exit_group getrandom mmap mprotect munmap newfstatat \
		fstat prctl prlimit64 readlinkat rseq rt_sigprocmask set_robust_list set_tid_address write close close_range fcntl \
		openat read futex rt_sigaction rt_sigreturn fstatfs getpid gettid tgkill nanosleep getdents64 capset capget setuid \
		setgid setgroups getcwd chdir statx faccessat2 faccessat epoll_ctl epoll_pwait pread64 lseek readlink access madvise \
		sched_yield getppid sigaltstack)"
	answers "errno 38" 500
	answers "errno 38" 900
	answers "errno 1" umask 022
	update_config '.linux.seccomp.defaultErrnoRet = 99'
	answers "errno 38" 900
	answers "errno 99" umask 022
}

@test "a program that the filter does not let be executed is one that may not be, in words that engines know" {
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO execve execveat)"
	runtime run "$CTR"
	[ "$status" -eq 255 ]
	says "exec /bin/sleep: operation not permitted"
	unknown "$CTR"
}

@test "system calls that libseccomp does not know are skipped, and the log says so" {
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO no_such_call mkdir mkdirat)"
	set_script 'mkdir /tmp/x'
	fails --debug run "$CTR"
	says "Operation not permitted"
	says "unknown seccomp syscall"
	says "no_such_call"
}

# --- flags -----------------------------------------------------------------------------

# flags_are NUMBER checks the flags with which the filter is loaded.
flags_are() {
	succeeds --debug run "$CTR"
	says "seccomp filter flags: $1"
}

# Field: linux.seccomp.flags
# Value: linux.seccomp.flags=SECCOMP_FILTER_FLAG_{TSYNC,LOG,SPEC_ALLOW}
@test "flags are the kernel's: none, SPEC_ALLOW by default, TSYNC for nothing" {
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO sync)"
	set_args true
	flags_are 0
	update_config 'del(.linux.seccomp.flags)'
	flags_are 4
	update_config '.linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_TSYNC"]'
	flags_are 0
	update_config '.linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_LOG"]'
	flags_are 2
	update_config '.linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"]'
	flags_are 6
}

# --- where it applies --------------------------------------------------------------------

@test "an exec'd process has the container's filter, also one that --process describes" {
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO mkdir mkdirat)"
	set_args sleep 1000
	succeeds run --detach "$CTR"
	fails_in_exec=(exec "$CTR" mkdir /tmp/x)
	runtime "${fails_in_exec[@]}"
	[ "$status" -eq 1 ]
	says "Operation not permitted"
	jq '.process | .args = ["mkdir", "/tmp/x"]' config.json >process.json
	for privileges in true false; do
		jq ".noNewPrivileges = $privileges" process.json >process2.json
		runtime exec --process process2.json "$CTR"
		[ "$status" -eq 1 ]
		says "Operation not permitted"
	done
	succeeds exec "$CTR" sed -n 's/^Seccomp_filters:\t//p' /proc/self/status
	prints 1
}

@test "startContainer hooks run under the filter, createContainer hooks before it" {
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_KILL mkdir mkdirat)"
	set_args echo started
	update_config '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0}]
		| .hooks.createContainer = [{path: "/bin/sh", args: ["sh", "-c", "mkdir \($dir)"]}]' --arg dir "$TEST_DIR/made"
	succeeds run "$CTR"
	prints started
	[ -d "$TEST_DIR/made" ]
	update_config '.hooks = {startContainer: [{path: "/bin/sh", args: ["sh", "-c", "mkdir /tmp/x"]}]}'
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	says "error running startContainer hook"
	says "bad system call"
}

@test "a filter may refuse all that the runtime does but the execve itself" {
	corten_only "runc needs many more calls once its filter is loaded"
	requires no_sanitizers
	c_tool syscall
	profile SCMP_ACT_KILL_PROCESS "$(rule SCMP_ACT_ALLOW execve arch_prctl set_tid_address set_robust_list rseq prlimit64 \
		readlinkat readlink getrandom brk mprotect newfstatat fstat write exit_group getppid ioctl uname)"
	update_config '.process.noNewPrivileges = true'
	answers ok getppid
	succeeds create "$CTR"
	succeeds start "$CTR"
	wait_for_status "$CTR" stopped
}

@test "new mount, openat2 and close_range calls may all be missing under the filter" {
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO close_range fsopen fsconfig fspick openat2 open_tree move_mount mount_setattr)"
	update_config '.linux.seccomp.syscalls[0].errnoRet = 38'
	set_args echo hello
	succeeds run "$CTR"
	prints hello
}

@test "what stops a hook is told even where the filter refuses sendmsg" {
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO sendmsg)"
	update_config '.hooks = {startContainer: [{path: "/bin/false", args: ["false"]}]}'
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	says "error running startContainer hook"
	absent "$CTR"
}

# --- what is wrong -----------------------------------------------------------------------

# refused 'TEXT' [PLACE] checks that the profile is refused with that text, that the message
# names the place in linux.seccomp, and that nothing is left.
refused() {
	for command in run create; do
		fails_saying "$1" $command "$CTR"
		! is_corten || [ -z "${2:-}" ] || says "linux.seccomp.$2: "
		absent "$CTR"
	done
}

@test "names that do not exist are errors which say where, and what there is" {
	profile ALLOW
	refused "string ALLOW is not a valid action for seccomp" defaultAction
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO mkdir)" "$(rule DENY mkdir)"
	refused "string DENY is not a valid action for seccomp" 'syscalls[1].action'
	profile SCMP_ACT_ALLOW "$(rule_if '[{"index": 0, "value": 1, "op": "=="}]' SCMP_ACT_ERRNO mkdir)"
	refused "string == is not a valid operator for seccomp" 'syscalls[0].args[0].op'
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO mkdir)"
	update_config '.linux.seccomp.architectures = ["SCMP_ARCH_X86", "amd64"]'
	refused "string amd64 is not a valid arch for seccomp" 'architectures[1]'
	update_config '.linux.seccomp |= (del(.architectures) | .flags = ["SECCOMP_FILTER_FLAG_X"])'
	refused "seccomp flag SECCOMP_FILTER_FLAG_X is not known to" 'flags[0]'
}

@test "rules without a default action are an error" {
	update_config '.linux.seccomp = {syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}]}'
	refused "is not a valid action for seccomp"
}

@test "an errno for an action that has none is an error, as the specification demands" {
	corten_only "runc ignores it"
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_KILL mkdir)"
	update_config '.linux.seccomp.syscalls[0].errnoRet = 1'
	refused "linux.seccomp.syscalls[0].errnoRet: SCMP_ACT_KILL takes no errno"
	update_config 'del(.linux.seccomp.syscalls[0].errnoRet) | .linux.seccomp.defaultErrnoRet = 1'
	refused "linux.seccomp.defaultErrnoRet: SCMP_ACT_ALLOW takes no errno"
}

@test "a condition on a seventh argument is an error" {
	corten_only "runc panics"
	profile SCMP_ACT_ALLOW "$(rule_if '[{"index": 6, "value": 1, "op": "SCMP_CMP_EQ"}]' SCMP_ACT_ERRNO mkdir)"
	refused "linux.seccomp.syscalls[0].args[0].index: 6 is no argument of a system call"
}

@test "a profile beyond what the kernel takes is an error with both sizes" {
	corten_only "runc repeats the kernel's errno"
	profile SCMP_ACT_ERRNO
	update_config '.linux.seccomp.syscalls = [range(2000) | {names: ["ioctl"], action: "SCMP_ACT_ALLOW",
		args: [{index: 1, value: (. * 8589934592 + .), op: "SCMP_CMP_EQ"}]}]'
	refused "the kernel takes 4096"
}

# --- the cache -----------------------------------------------------------------------------

cache() { printf '%s' "$STATE_ROOT/.cache:seccomp"; }

# The one entry, with its inode and time.
entry() { find "$(cache)" -type f -printf '%f %i %T@\n'; }

@test "a compiled filter is kept below the state directory and used again" {
	corten_only "runc compiles anew each time"
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO mkdir mkdirat)"
	set_script 'mkdir /tmp/x'
	fails_saying "Operation not permitted" run "$CTR"
	before=$(entry)
	[ "$(wc -l <<<"$before")" -eq 1 ]
	[ "$(stat -c %a "$(cache)")" = 700 ]
	[ "$(stat -c %a "$(cache)/${before%% *}")" = 600 ]
	fails_saying "Operation not permitted" run "$CTR"
	[ "$(entry)" = "$before" ]
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO rmdir)"
	succeeds run "$CTR"
	[ "$(entry | wc -l)" -eq 2 ]
}

@test "broken entries of the cache are made anew, foreign ones are not used" {
	corten_only "runc has no cache"
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO mkdir mkdirat)"
	set_script 'mkdir /tmp/x'
	fails run "$CTR"
	file=$(cache)/$(entry | cut -d' ' -f1)
	cp "$file" good
	for break in 'truncate -s 100' 'truncate -s 0' 'cp /etc/passwd' 'chown 1000' 'chmod 666'; do
		cp good "$file"
		$break "$file"
		fails_saying "Operation not permitted" run "$CTR"
		cmp "$file" good
		[ "$(stat -c '%a %u' "$file")" = "600 $EUID" ]
	done
	chmod 777 "$(cache)"
	rm "$file"
	fails_saying "Operation not permitted" run "$CTR"
	[ ! -e "$file" ]
}

@test "the cache is no container" {
	corten_only "runc has no cache"
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO mkdir)"
	set_args true
	succeeds run "$CTR"
	[ -d "$(cache)" ]
	succeeds list --quiet
	[ -z "$stdout" ]
	fails_saying "invalid container ID format" state "$(basename "$(cache)")"
	fails_saying "invalid container ID format" delete --force "$(basename "$(cache)")"
	[ -d "$(cache)" ]
}

@test "containers that start at the same time share the cache" {
	corten_only "runc has no cache"
	profile SCMP_ACT_ALLOW "$(rule SCMP_ACT_ERRNO mkdir mkdirat)"
	set_script 'mkdir /tmp/x'
	pids=()
	for number in 1 2 3 4 5 6; do
		runtime_background run "$CTR-$number"
		pids+=("$runtime_pid")
	done
	for pid in "${pids[@]}"; do
		wait_background "$pid"
		[ "$status" -eq 1 ]
	done
	[ "$(entry | wc -l)" -eq 1 ]
}
