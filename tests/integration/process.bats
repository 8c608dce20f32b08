#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# process: args, env, cwd, user, and what else it says about one process.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
}

# tool_in DIR 'TEXT' puts a shell script named tool into a directory of the rootfs.
tool_in() {
	mkdir -p "rootfs$1"
	printf '#!/bin/sh\n%s\n' "$2" >"rootfs$1/tool"
	chmod +x "rootfs$1/tool"
}

# set_passwd LINE… gives the image another passwd (the first one is a link that all tests share).
set_passwd() {
	rm rootfs/etc/passwd
	printf '%s\n' "$@" >rootfs/etc/passwd
}

set_path() { update_config '.process.env = ["PATH=" + $p]' --arg p "$1"; }

# --- args -----------------------------------------------------------------------

# Field: process.args
@test "arguments arrive as they are" {
	set_args sh -c 'printf "[%s]" "$0" "$@"' $'a b\tc' '' '*' '"q" \n' $'two\nlines' 'é€😀' --flag
	succeeds run "$CTR"
	prints $'[a b\tc][][*]["q" \\n][two\nlines][é€😀][--flag]'
}

@test "the program is looked for in the PATH of the container" {
	tool_in /one 'echo one'
	tool_in /two 'echo two'
	set_args tool
	set_path /absent:/two:/one:/bin
	succeeds run "$CTR"
	prints two
	# The runtime's own PATH plays no part.
	mkdir "$TEST_DIR/hostbin"
	cp rootfs/one/tool "$TEST_DIR/hostbin/tool2"
	set_args tool2
	PATH=$TEST_DIR/hostbin:$PATH fails_saying 'executable file not found in $PATH' run "$CTR"
}

@test "files in PATH that cannot be run are passed over" {
	tool_in /one 'echo one'
	tool_in /two 'echo two'
	chmod -x rootfs/one/tool
	mkdir -p rootfs/zero/tool
	set_args tool
	set_path /zero:/one:/two:/bin
	succeeds run "$CTR"
	prints two
}

@test "a program with a slash is looked for from the working directory" {
	tool_in /opt/app 'pwd'
	update_config '.process.cwd = "/opt"'
	set_args app/tool
	succeeds run "$CTR"
	prints /opt
	set_args ../opt/app/tool
	succeeds run "$CTR"
	prints /opt
}

@test "a program that is not in PATH fails create" {
	set_args no-such-program
	refuses 'executable file not found in $PATH'
	says no-such-program
	set_path ""
	set_args ls
	refuses 'executable file not found in $PATH'
}

@test "a program that does not exist fails create" {
	set_args /no/such/program
	refuses "no such file or directory"
	says /no/such/program
}

@test "a file that is not executable fails create" {
	set_args /etc/passwd
	refuses "permission denied"
}

@test "a directory as program fails create" {
	set_args /etc
	refuses ""
	[[ $output == *"is a directory"* || $output == *"permission denied"* ]]
}

@test "a program whose interpreter is missing fails run" {
	printf '#!/no/such/interpreter\n' >rootfs/tool
	chmod +x rootfs/tool
	set_args /tool
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	says "no such file or directory"
}

@test "a file that is no program fails run" {
	printf 'just text' >rootfs/tool
	chmod +x rootfs/tool
	set_args /tool
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	says "exec format error"
}

@test "a process without arguments is refused" {
	update_config '.process.args = []'
	refuses "args must not be empty"
	update_config 'del(.process.args)'
	refuses "args must not be empty"
}

# --- env ------------------------------------------------------------------------

# Field: process.env
@test "the environment is that of the configuration, and HOME" {
	update_config '.process.env = ["PATH=/bin", "A=1", "EMPTY=", "EQUALS=a=b=c", "SPACE= x "]'
	MINE=from-outside runs 'env | grep -vE "^(PWD|SHLVL|OLDPWD|_)="'
	[ "$(sort <<<"$stdout")" = $'A=1\nEMPTY=\nEQUALS=a=b=c\nHOME=/root\nPATH=/bin\nSPACE= x ' ]
}

@test "of two values of a variable the last one counts" {
	update_config '.process.env += ["TWICE=first", "B=b", "TWICE=last", "TERM=dumb"]'
	set_args env
	succeeds run "$CTR"
	[ "$(grep TWICE <<<"$stdout")" = TWICE=last ]
	[ "$(grep TERM <<<"$stdout")" = TERM=dumb ]
	says B=b
}

@test "an empty environment works" {
	update_config '.process.env = []'
	set_args /bin/env
	succeeds run "$CTR"
	prints HOME=/root
	update_config 'del(.process.env)'
	succeeds run "$CTR"
	lacks PATH
}

@test "a variable without = is refused" {
	update_config '.process.env += ["LONELY"]'
	refuses "invalid environment variable"
}

@test "a large environment arrives" {
	update_config '.process.env += [range(2000) | "VARIABLE_\(.)=\("x" * 50)"]'
	set_script 'env | grep -c "^VARIABLE_[0-9]*=x\{50\}$"'
	succeeds run "$CTR"
	prints 2000
}

@test "HOME is the user's in the passwd of the container" {
	set_passwd root:x:0:0::/root:/bin/sh app:x:4321:4321::/srv/app:/bin/sh
	update_config '.process.user = {uid: 4321, gid: 4321}'
	runs 'echo $HOME'
	prints /srv/app
}

@test "HOME is found in a passwd of odd lines, and quickly not found in one without an end" {
	requires python
	update_config '.process.user = {uid: 4321, gid: 4321}'
	set_script 'echo $HOME'
	corten_only "runc stops at the first line of more than 64 KiB"
	{
		head -c 100000 /dev/zero | tr '\0' x
		printf '\n\n:::\napp:x:4321:4321::/srv/app:/bin/sh'
	} >passwd
	rm rootfs/etc/passwd
	cp passwd rootfs/etc/passwd
	succeeds run "$CTR"
	prints /srv/app
	is_sanitized || ulimit -S -v 300000 # kB
	for size in 2G 1T; do
		rm rootfs/etc/passwd
		truncate -s "$size" rootfs/etc/passwd
		succeeds run "$CTR"
		prints /
	done
}

@test "HOME is not waited for at a passwd that is no file" {
	corten_only "runc waits at a fifo for ever"
	update_config '.process.user = {uid: 4321, gid: 4321}'
	set_script 'echo $HOME'
	rm rootfs/etc/passwd
	mkfifo rootfs/etc/passwd
	succeeds run "$CTR"
	prints /
	for target in /dev/zero /proc/kmsg /proc/self/mem /dev/tty /sys /proc/self/fd/1; do
		ln -sfn "$target" rootfs/etc/passwd
		succeeds run "$CTR"
		prints /
	done
	set_args sleep 1000
	starts
	succeeds exec --user 4321 "$CTR" sh -c 'echo $HOME'
	prints /
}

@test "HOME is / for a user that passwd does not have, and without passwd" {
	update_config '.process.user = {uid: 4321, gid: 4321}'
	runs 'echo $HOME'
	prints /
	rm rootfs/etc/passwd
	runs 'echo $HOME'
	prints /
}

@test "HOME of the configuration is kept" {
	update_config '.process.env += ["HOME=/given"]'
	runs 'echo $HOME'
	prints /given
}

@test "an empty HOME of the configuration is looked up" {
	update_config '.process.env += ["HOME="]'
	runs 'echo $HOME'
	prints /root
}

@test "odd lines in passwd are passed over" {
	set_passwd "" "# comment" broken bad:x:notanumber:0::/bad:/bin/sh ::::::: app:x:4321:1::/srv/app:/bin/sh
	update_config '.process.user = {uid: 4321, gid: 1}'
	runs 'echo $HOME'
	prints /srv/app
}

# --- cwd ------------------------------------------------------------------------

# Field: process.cwd
@test "the working directory is set" {
	update_config '.process.cwd = "/etc"'
	runs 'pwd; ls passwd'
	prints $'/etc\npasswd'
}

@test "a working directory that is missing is made" {
	update_config '.process.cwd = "/new/deep/dir"'
	runs 'pwd; stat -c "%a %u" .'
	prints $'/new/deep/dir\n755 0'
}

@test "a working directory may be on a mount" {
	add_mount /m tmpfs tmpfs
	update_config '.process.cwd = "/m/sub"'
	runs 'pwd; stat -f -c %T .'
	prints $'/m/sub\ntmpfs'
}

@test "a relative or empty working directory is refused" {
	update_config '.process.cwd = "etc"'
	refuses "Cwd must be an absolute path"
	update_config '.process.cwd = ""'
	refuses "Cwd property must not be empty"
}

@test "a working directory that is a file is an error" {
	update_config '.process.cwd = "/etc/passwd"'
	refuses "not a directory"
}

@test "a working directory that only the user may enter works" {
	mkdir -m 700 rootfs/private
	chown 1000:1000 rootfs/private
	update_config '.process.cwd = "/private" | .process.user = {uid: 1000, gid: 1000}'
	runs 'pwd'
	prints /private
}

# --- user -----------------------------------------------------------------------

# Field: process.user.{uid,gid,additionalGids}
@test "the process has its user, group and additional groups" {
	update_config '.process.user = {uid: 1000, gid: 1001, additionalGids: [5, 77, 4294967294]}'
	runs 'grep -E "^(Uid|Gid|Groups):" /proc/self/status'
	prints $'Uid:\t1000\t1000\t1000\t1000\nGid:\t1001\t1001\t1001\t1001\nGroups:\t5 77 4294967294 '
}

@test "ids that were not set, whatever the kernel says, end the process" {
	requires strace
	corten_only "runc believes what the system call returns"
	update_config '.process.user = {uid: 1000, gid: 1001, additionalGids: [5]} | .process.args = ["id"]'
	plain=$RUNTIME
	for call in setresuid setresgid setgroups; do
		RUNTIME=$TEST_DIR/corten-injecting
		printf '#!/bin/sh\nexec strace -f -qq -o %q -e trace=%s -e inject=%s:retval=0 %q "$@"\n' \
			"$TEST_DIR/trace" "$call" "$call" "$plain" >"$RUNTIME"
		chmod +x "$RUNTIME"
		runtime run "$CTR"
		grep -q INJECTED "$TEST_DIR/trace"
		RUNTIME=$plain
		[ "$status" -eq 1 ]
		[[ $output != *uid=* ]]
		case $call in
		setresuid) says "the user is 0 after it was set to 1000" ;;
		setresgid) says "the group is 0 after it was set to 1001" ;;
		setgroups) says "the additional groups are not those that were set" ;;
		esac
	done
}

@test "without additional groups there are none" {
	update_config '.process.user = {uid: 0, gid: 0}'
	set_args grep Groups: /proc/self/status
	new_output_files
	setpriv --groups 3,4,5 "$RUNTIME" --root "$STATE_ROOT" run "$CTR" >"$stdout_file" 2>"$stderr_file"
	read_output run
	prints $'Groups:\t '
}

# Field: process.user.umask
@test "the umask is 022 unless it is set, whatever the caller's is" {
	umask 077
	runs 'umask'
	prints 0022
	update_config '.process.user.umask = 63'
	runs 'umask; touch /made; stat -c %a /made'
	prints $'0077\n600'
	umask 022
	update_config '.process.user.umask = 0'
	runs 'umask'
	prints 0000
}

@test "exec has the umask of the configuration" {
	update_config '.process.user.umask = 23'
	starts
	succeeds exec "$CTR" sh -c umask
	prints 0027
}

@test "a negative user id is refused" {
	update_config '.process.user.uid = -1'
	refuses ""
}

# --- the rest ---------------------------------------------------------------------

# Field: process.noNewPrivileges
@test "no_new_privs is set as asked" {
	runs 'grep NoNewPrivs: /proc/self/status'
	prints $'NoNewPrivs:\t1'
	update_config 'del(.process.noNewPrivileges)'
	runs 'grep NoNewPrivs: /proc/self/status'
	prints $'NoNewPrivs:\t0'
}

# Field: process.oomScoreAdj
@test "oomScoreAdj is set, for exec too" {
	update_config '.process.oomScoreAdj = 321'
	starts
	[ "$(cat "/proc/$(pid_of "$CTR")/oom_score_adj")" -eq 321 ]
	succeeds exec "$CTR" cat /proc/self/oom_score_adj
	prints 321
}

@test "without oomScoreAdj the value of the caller is kept" {
	set_args cat /proc/self/oom_score_adj
	(
		echo 123 >/proc/self/oom_score_adj
		succeeds run "$CTR"
		prints 123
	)
}

@test "an oomScoreAdj that the kernel does not know is an error" {
	update_config '.process.oomScoreAdj = 1001'
	refuses "oom_score_adj"
}

# Field: linux.personality.domain
# Value: linux.personality.domain=LINUX32
@test "the personality LINUX32 makes it a 32 bit machine, for exec too" {
	[ "$(uname -m)" = x86_64 ] || skip "needs x86_64"
	runs 'uname -m; cat /proc/self/personality'
	prints $'x86_64\n00000000'
	update_config '.linux.personality = {domain: "LINUX32"}'
	set_args sleep 1000
	starts
	[ "$(cat "/proc/$(pid_of "$CTR")/personality")" = 00000008 ]
	succeeds exec "$CTR" uname -m
	prints i686
}

# Field: linux.personality.domain
# Value: linux.personality.domain=LINUX
@test "the personality LINUX is the usual one, an unknown one is refused" {
	update_config '.linux.personality = {domain: "LINUX"}'
	runs 'cat /proc/self/personality'
	prints 00000000
	update_config '.linux.personality.domain = "SPLIT"'
	refuses "SPLIT"
}

# Field: linux.personality.flags
@test "flags of the personality, of which the specification has none yet, are passed over with a warning" {
	update_config '.linux.personality = {domain: "LINUX", flags: ["FLAG"]}'
	runs 'cat /proc/self/personality'
	prints 00000000
	says "ignoring unsupported personality flags: [FLAG]"
}

# Field: hostname, domainname
@test "hostname and domainname are set" {
	update_config '.hostname = "one" | .domainname = "two.example"'
	runs 'cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname'
	prints $'one\ntwo.example'
}

@test "a hostname that is too long is an error" {
	update_config '.hostname = "x" * 65'
	refuses "hostname"
}

@test "an AppArmor profile is refused where there is no AppArmor" {
	[ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ] || skip "has AppArmor"
	update_config '.process.apparmorProfile = "some-profile"'
	refuses "apparmor"
}

@test "an SELinux label is refused where there is no SELinux" {
	[ ! -e /sys/fs/selinux/enforce ] || skip "has SELinux"
	update_config '.process.selinuxLabel = "system_u:system_r:container_t:s0"'
	refuses "selinux label is specified in config, but selinux is disabled or not supported"
}

@test "unknown fields are ignored" {
	update_config '.somethingNew = {a: [1]} | .process.future = true | .linux.more = "x" | .mounts[0].extra = null'
	runs 'echo fine'
	prints fine
}

@test "no signal is ignored that the caller ignores" {
	set_args grep SigIgn /proc/self/status
	trap '' PIPE ALRM USR1 TERM
	succeeds run "$CTR"
	[ "$stdout" = "SigIgn:	0000000000000000" ]
	set_args sleep 1000
	succeeds run --detach "$CTR"
	succeeds exec "$CTR" grep SigIgn /proc/self/status
	[ "$stdout" = "SigIgn:	0000000000000000" ]
}
