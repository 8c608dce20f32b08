#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helpers.bash sets stdout
#
# Profiles that name system calls which are newer than libseccomp, and names that nobody knows.

load helpers
load helpers_fields

# Calls with arguments that each of them refuses.
calls=(
	"cachestat 451 -1"
	"statmount 457 0 0 0 1"
	"listmount 458 0 0 0 1"
	"mseal 462 1 1 0"
	"open_tree_attr 467 -1 0 0x7fffffff"
	"file_setattr 469 -1 0 0 1"
)

setup() {
	requires root seccomp
	[ "$(uname -m)" = x86_64 ] || [ "$(uname -m)" = aarch64 ] || skip "needs x86_64 or aarch64"
	setup_bundle
	c_tool syscall
}

# profile DEFAULT_ACTION ACTION NAME… sets linux.seccomp: one rule, with errno 99 where it has one.
profile() {
	local errno='{}'
	[ "$2" != SCMP_ACT_ERRNO ] || errno='{errnoRet: 99}'
	update_config '.linux.seccomp = {defaultAction: $ARGS.positional[0], flags: [],
		syscalls: [{action: $ARGS.positional[1], names: $ARGS.positional[2:]} + '"$errno"']}' --args "$@"
}

# What the tool and the runtime's last steps need.
needed=(arch_prctl brk execve exit_group getrandom mmap mprotect munmap newfstatat fstat prctl prlimit64 readlinkat rseq
	rt_sigprocmask set_robust_list set_tid_address write close close_range fcntl openat read personality futex rt_sigaction
	rt_sigreturn fstatfs getpid gettid tgkill nanosleep getdents64 capset capget setuid setgid setgroups getcwd chdir statx
	faccessat2 faccessat mkdirat epoll_ctl epoll_pwait pread64 lseek readlink access madvise sched_yield sigaltstack)

# outcome NUMBER ARGUMENT… prints what comes of a call in the container.
outcome() {
	set_args syscall "$@"
	succeeds run "$CTR" >&2
	echo "$stdout"
}

# denied_and_allowed NAME NUMBER ARGUMENT… compares a call that is denied, allowed, and without a filter.
denied_and_allowed() {
	local bare denied allowed
	update_config 'del(.linux.seccomp)'
	bare=$(outcome "${@:2}")
	profile SCMP_ACT_ALLOW SCMP_ACT_ERRNO "$1"
	denied=$(outcome "${@:2}")
	profile SCMP_ACT_ERRNO SCMP_ACT_ALLOW "${needed[@]}" "$1"
	allowed=$(outcome "${@:2}")
	echo "# $1: '$bare' without a filter, '$denied' denied, '$allowed' allowed"
	[[ $bare == "errno "* ]]
	[ "$denied" = "errno 99" ]
	[ "$allowed" = "$bare" ]
}

@test "a call of Linux 6.5 is denied and allowed by its name" {
	# shellcheck disable=SC2086 # words
	denied_and_allowed ${calls[0]}
}

@test "calls of Linux 6.8 to 6.17 are denied and allowed by their names" {
	corten_only "it has no rule for a call that its libseccomp is too old for"
	local call
	for call in "${calls[@]:1}"; do
		# shellcheck disable=SC2086 # words
		denied_and_allowed $call
	done
}

# Value: linux.seccomp.architectures=SCMP_ARCH_X32
@test "a new call is denied by its 32-bit and x32 numbers, too" {
	corten_only "it has no rule for a call that its libseccomp is too old for"
	[ "$(uname -m)" = x86_64 ] || skip "needs x86_64"
	profile SCMP_ACT_ALLOW SCMP_ACT_ERRNO mseal
	update_config '.linux.seccomp.architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]'
	[ "$(outcome 462 1 1 0)" = "errno 99" ]
	[ "$(outcome x32 462 1 1 0)" = "errno 99" ]
	rootfs/bin/syscall i386 20 | grep -qx ok || skip "needs the 32-bit calls of x86_64 (CONFIG_IA32_EMULATION)"
	[ "$(outcome i386 462 1 1 0)" = "errno 99" ]
}

@test "conditions on a new call are looked at" {
	corten_only "it has no rule for a call that its libseccomp is too old for"
	profile SCMP_ACT_ALLOW SCMP_ACT_ERRNO mseal
	update_config '.linux.seccomp.syscalls[0].args = [{index: 1, value: 4294967296, op: "SCMP_CMP_GE"}]'
	[ "$(outcome 462 1 0x100000000 0)" = "errno 99" ]
	[ "$(outcome 462 1 0xffffffff 0)" != "errno 99" ]
}

@test "calls beyond the newest that the profile names get ENOSYS, those before it the default" {
	corten_only "it does not reckon with a call that its libseccomp is too old for"
	profile SCMP_ACT_ERRNO SCMP_ACT_ALLOW "${needed[@]}" mseal
	update_config '.linux.seccomp.defaultErrnoRet = 98'
	[ "$(outcome 458 0 0 0 1)" = "errno 98" ]
	[ "$(outcome 463 -1 0 0 0)" = "errno 38" ]
}

@test "a name that nobody knows is warned of, one of another architecture is not" {
	corten_only "it tells with --debug"
	profile SCMP_ACT_ALLOW SCMP_ACT_ERRNO _newselect arm_fadvise64_64 modify_ldt riscv_hwprobe mseal no_such_call
	set_args true
	succeeds run "$CTR"
	says 'linux.seccomp.syscalls[0].names[5]: unknown seccomp syscall \"no_such_call\" ignored'
	[[ "$stderr" == *level=warning* ]]
	[ "$(grep -c unknown <<<"$stderr")" -eq 1 ]
}

@test "run.oci.seccomp_fail_unknown_syscall makes a name that nobody knows an error" {
	corten_only "it is crun's annotation"
	profile SCMP_ACT_ALLOW SCMP_ACT_ERRNO modify_ldt mseal
	update_config '.annotations["run.oci.seccomp_fail_unknown_syscall"] = "1"'
	set_args true
	succeeds run "$CTR"
	update_config '.linux.seccomp.syscalls[0].names += ["no_such_call"]'
	fails run "$CTR"
	says 'linux.seccomp.syscalls[0].names[2]: unknown seccomp syscall'
	says no_such_call
	unknown "$CTR"
	update_config '.annotations["run.oci.seccomp_fail_unknown_syscall"] = "0"'
	succeeds run "$CTR"
}

@test "the profiles of engines name no call that nobody knows" {
	corten_only "it tells with --debug"
	local file found=0
	set_args true
	for file in /usr/share/containers/seccomp.json /etc/containers/seccomp.json; do
		[ -e "$file" ] || continue
		found=1
		update_config '.linux.seccomp = ($profile[0] | {defaultAction, syscalls: [.syscalls[] | {names, action, args}]})' \
			--slurpfile profile "$file"
		update_config '.annotations["run.oci.seccomp_fail_unknown_syscall"] = "1"'
		succeeds run "$CTR"
	done
	[ "$found" -eq 1 ] || skip "needs the profile of containers-common"
}

# kernel_calls prints "NAME NUMBER" of all calls in the kernel's headers here, on sid those of the newest kernel. Since Linux 6.14
# no filter is asked about u(ret)probe(2), which the kernel alone may call.
kernel_calls() {
	echo '#include <sys/syscall.h>' | cc -E -dM - | sed -nE 's/^#define __NR_(\w+) ([0-9]+)$/\1 \2/p' |
		grep -vE '^(uprobe|uretprobe|arch_specific_syscall|syscalls) ' | sort
}

@test "every call of the kernel's headers is denied by its name" {
	corten_only "it has no rule for a call that its libseccomp is too old for"
	local last=0x636f7274
	c_tool calls
	kernel_calls >rootfs/calls
	[ "$(wc -l <rootfs/calls)" -gt 280 ]
	# Those without which there is no answer are denied where the sixth argument is the tool's.
	update_config '($calls | split("\n") | map(select(. != "") | split(" ")[0])) as $names
		| {action: "SCMP_ACT_ERRNO", errnoRet: 99} as $deny
		| .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [
			$deny + {names: ($names - $ARGS.positional)},
			$deny + {names: ($names - ($names - $ARGS.positional)), args: [{index: 5, value: $last, op: "SCMP_CMP_EQ"}]}]}' \
		--rawfile calls rootfs/calls --argjson last $((last)) --args "${needed[@]}"
	set_args calls /calls "$last"
	succeeds run "$CTR"
	diff <(sed 's/ .*/ errno 99/' rootfs/calls) <(echo "$stdout")
}

@test "every newer call of the kernel's headers is allowed by its name" {
	corten_only "it has no rule for a call that its libseccomp is too old for"
	c_tool calls
	# From 424 on the kernel looks at all of their arguments, and refuses -1; those before it libseccomp knows.
	kernel_calls | awk '$2 >= 424' >rootfs/calls
	set_args calls /calls -1
	succeeds run "$CTR"
	local bare=$stdout
	# shellcheck disable=SC2046 # words
	profile SCMP_ACT_ERRNO SCMP_ACT_ALLOW "${needed[@]}" $(cut -d ' ' -f 1 rootfs/calls)
	update_config '.linux.seccomp.defaultErrnoRet = 99'
	succeeds run "$CTR"
	echo "$stdout"
	diff <(echo "$bare") <(echo "$stdout")
	not grep -q "errno 99" <<<"$stdout"
}
