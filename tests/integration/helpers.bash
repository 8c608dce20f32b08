# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What every .bats file here loads: one bundle, one state root and one id
# prefix a test, and a teardown that fails the test when anything is left.
#
#   RUNTIME=/usr/sbin/runc bats tests/integration    the same tests on another runtime
#
# Set for each test:   $CTR         container id, unique on the machine; further ids and
#                                   cgroup paths of a test must contain it ("$CTR-2")
#                      $BUNDLE      the bundle, and the current directory
#                      $STATE_ROOT  given as --root to every call of `runtime`
# Filled by `runtime`: $status $stdout $stderr $output (both), $stdout_file $stderr_file

bats_require_minimum_version 1.5.0

INTEGRATION_DIR=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
: "${RUNTIME:="$INTEGRATION_DIR/../../build/release/bin/corten"}"
command -v "$RUNTIME" >/dev/null || {
	echo "no runtime to test: RUNTIME=$RUNTIME" >&2
	exit 1
}
RUNTIME=$(command -v "$RUNTIME")
[[ $RUNTIME == /* ]] || RUNTIME=$PWD/$RUNTIME

# A hang is a failure: bats ends a test that takes longer (seconds).
: "${BATS_TEST_TIMEOUT:=90}"
export BATS_TEST_TIMEOUT

# How many times longer than usual things may take: an emulated machine is slow.
: "${SLOWNESS:=1}"

# python3 may be a slow version-manager shim in PATH.
PYTHON=$(PATH=/usr/bin:/usr/local/bin:$PATH command -v python3 || true)

# Edits the configurations: gojq starts eight times faster than jq.
JQ=$(command -v gojq || command -v jq || true)

setup() { setup_bundle; }
teardown() { teardown_test; }

# --- bundle -------------------------------------------------------------------

# Builds the rootfs once a run; tests get hard links, so never write into a file
# of /bin in place.
rootfs_template() {
	local template=$BATS_RUN_TMPDIR/rootfs building
	if [[ ! -d $template ]]; then
		local busybox
		busybox=$(command -v busybox) || skip "busybox is not installed (package busybox-static)"
		building=$(mktemp -d "$BATS_RUN_TMPDIR/rootfs.XXXXXX")
		chmod 755 "$building"
		mkdir -p "$building"/{bin,dev,etc,home,proc,root,run,sys,tmp,usr,var}
		chmod 1777 "$building/tmp"
		cp "$busybox" "$building/bin/busybox"
		# Hard links would be counted: ext4 allows 65000 to one file, in all tests of a run.
		busybox --list | (cd "$building/bin" && perl -nle 'symlink "busybox", $_ if $_ ne "busybox"')
		printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n' >"$building/etc/passwd"
		printf 'root:x:0:\nuser:x:1000:\n' >"$building/etc/group"
		# Another job of `bats --jobs` may have been faster.
		mv -T "$building" "$template" 2>/dev/null || rm -rf "$building"
	fi
	printf '%s' "$template"
}

# Makes $BUNDLE with a rootfs and a config.json that runs `sleep 1000`, and
# enters it.
setup_bundle() {
	CTR=ct${BASHPID}r${RANDOM}x
	TEST_DIR=$BATS_TEST_TMPDIR
	BUNDLE=$TEST_DIR/b
	STATE_ROOT=$TEST_DIR/s
	CALLS=0
	BACKGROUND=()
	# Marks each process that the test starts; see leftover_processes.
	export CORTEN_TEST_MARK=$CTR
	unset NOTIFY_SOCKET LISTEN_FDS LISTEN_PID LISTEN_FDNAMES
	mkdir -p "$BUNDLE" "$STATE_ROOT"
	cp -al "$(rootfs_template)" "$BUNDLE/rootfs"
	cp "$INTEGRATION_DIR/tools/config.json" "$BUNDLE/config.json"
	cd "$BUNDLE" || return 1
	exec </dev/null
}

# update_config 'JQ FILTER' [jq options…] edits the config.json of the current directory.
update_config() {
	"$JQ" "$1" config.json "${@:2}" >config.json.new && mv config.json.new config.json
}

# set_args ARG… sets process.args.
set_args() {
	# Not --args: jq 1.6 takes an argument that starts with a dash for an option.
	update_config '.process.args = ($args | split("\n\u0001\n")[:-1])' --rawfile args <(printf '%s\n\001\n' "$@")
}

# set_script 'SHELL TEXT' makes the container run `sh -c TEXT`.
set_script() { set_args sh -c "$1"; }

# A process that ends with status 0 on SIGTERM: pid 1 ignores what it does not handle.
set_term_script() {
	set_script 'trap "exit 0" TERM; while :; do sleep 0.02; done'
}

# --- running the runtime --------------------------------------------------------

# What ends a runtime that hangs: bats' own timeout sends SIGTERM, which a foreground run
# forwards to a container that may ignore it.
LIMIT=(timeout --foreground --signal=KILL $((60 * SLOWNESS)))

# runtime ARG… runs the runtime with the test's --root. Its output goes to files,
# so a detached container which inherits them cannot keep the test waiting.
runtime() {
	new_output_files
	status=0
	"${LIMIT[@]}" "$RUNTIME" --root "$STATE_ROOT" "$@" >"$stdout_file" 2>"$stderr_file" 3>&- 4>&- || status=$?
	read_output "$*"
}

# runtime_plain ARG… is the same without --root.
runtime_plain() {
	new_output_files
	status=0
	"${LIMIT[@]}" "$RUNTIME" "$@" >"$stdout_file" 2>"$stderr_file" 3>&- 4>&- || status=$?
	read_output "$*"
}

# runtime_background ARG… starts it and sets $runtime_pid; finish with wait_background.
runtime_background() {
	new_output_files
	"$RUNTIME" --root "$STATE_ROOT" "$@" >"$stdout_file" 2>"$stderr_file" 3>&- 4>&- &
	runtime_pid=$!
	BACKGROUND+=("$runtime_pid")
	background_stdout=$stdout_file
	background_stderr=$stderr_file
}

# wait_background waits for the runtime started last and fills the variables.
wait_background() {
	status=0
	wait "$runtime_pid" || status=$?
	stdout_file=$background_stdout
	stderr_file=$background_stderr
	read_output "(in the background)"
}

# run_many COUNT [OPTION…] runs so many containers of the bundle, eight at a time, none of which may say a word.
run_many() {
	local count=$1 first n pid pids
	shift
	for ((first = 0; first < count; first += 8)); do
		pids=()
		for ((n = first; n < first + 8 && n < count; n++)); do
			"$RUNTIME" --root "$STATE_ROOT" "$@" run "$CTR-$n" </dev/null &>"$TEST_DIR/many.$n" 3>&- 4>&- &
			pids+=($!)
		done
		for pid in "${pids[@]}"; do wait "$pid" || return 1; done
	done
	[ -z "$(cat "$TEST_DIR"/many.*)" ]
}

# device_programs prints how many the kernel holds, where there is a program to ask it.
device_programs() { ! command -v bpftool >/dev/null || bpftool prog list | grep -c cgroup_device; }

# in_terminal 'COMMAND' runs a shell command with a pseudo terminal as stdin, stdout
# and stderr; stdin of the caller is what is typed. $output has no carriage returns.
in_terminal() {
	new_output_files
	status=0
	"${LIMIT[@]}" script -qec "$1" /dev/null >"$stdout_file" 2>"$stderr_file" 3>&- 4>&- || status=$?
	# Carriage returns, and the echo of the NUL that script sends at the end of its input.
	sed -i 's/\r//g; s/\^@//g' "$stdout_file"
	read_output "script: $1"
}

# The words of a runtime call for in_terminal: "$(runtime_command) run …".
runtime_command() { printf '%q --root %q' "$RUNTIME" "$STATE_ROOT"; }

new_output_files() {
	CALLS=$((CALLS + 1))
	stdout_file=$TEST_DIR/stdout.$CALLS
	stderr_file=$TEST_DIR/stderr.$CALLS
}

# read_file VARIABLE FILE: its text, less NULs and the newlines at its end. It starts no process: a test of some
# seconds in an emulated machine would spend a fifth of them here.
read_file() {
	local parts text
	mapfile -d '' -t parts <"$2"
	printf -v text '%s' "${parts[@]}"
	while [[ $text == *$'\n' ]]; do text=${text%$'\n'}; done
	printf -v "$1" '%s' "$text"
}

read_output() {
	read_file stdout "$stdout_file"
	read_file stderr "$stderr_file"
	output=$stdout${stdout:+${stderr:+$'\n'}}$stderr
	# bats shows this when the test fails.
	printf '$ %s\n%s\n(status %d)\n' "${RUNTIME##*/} $1" "${output:0:3000}" "${status:-0}"
}

# --- assertions -----------------------------------------------------------------

# succeeds ARG… / fails ARG… run the runtime and check that it exits with 0 / 1.
succeeds() {
	runtime "$@"
	[ "$status" -eq 0 ]
}

fails() {
	runtime "$@"
	[ "$status" -eq 1 ]
}

# says 'TEXT' checks that the last call's output contains TEXT (quotes of a log line may be escaped).
says() {
	[[ $output == *"$1"* || ${output//\\\"/\"} == *"$1"* ]] && return
	printf 'not in the output: %s\n' "$1"
	return 1
}

# fails_saying 'TEXT' ARG… is both.
fails_saying() {
	fails "${@:2}"
	says "$1"
}

# not COMMAND… succeeds when the command fails (`!` does not trip errexit).
not() {
	"$@" || return 0
	printf 'succeeded, but should not have: %s\n' "$*"
	return 1
}

# eventually SECONDS COMMAND… polls until the command succeeds.
eventually() {
	local end=$((SECONDS + $1 * SLOWNESS + 1))
	until "${@:2}" >/dev/null 2>&1; do
		if ((SECONDS >= end)); then
			"${@:2}" >/dev/null 2>&1 && return # on a busy machine a single look may outlast the limit
			printf 'not within %d s: %s\n' "$1" "${*:2}"
			return 1
		fi
		sleep 0.02
	done
}

# state_field ID FIELD prints a string or number of the state; nothing when there is no such
# container. (No jq, whose start takes longer than many a test.)
state_field() {
	local text pattern=$'\n  "'"$2"$'": "?([^",\n]*)'
	text=$("$RUNTIME" --root "$STATE_ROOT" state "$1" 2>/dev/null 3>&-) || true
	[[ ! $text =~ $pattern ]] || printf '%s\n' "${BASH_REMATCH[1]}"
}
status_of() { state_field "$1" status; }
pid_of() { state_field "$1" pid; }
has_status() { [ "$(status_of "$1")" = "$2" ]; }

# wait_for_status ID STATUS [SECONDS]
wait_for_status() { eventually "${3:-10}" has_status "$1" "$2"; }

# is_gone PID: no such process, or only a zombie somebody else has to reap.
is_gone() {
	local name state=
	while read -r name state; do [[ $name != State: ]] || break; done 2>/dev/null <"/proc/$1/status" || return 0
	[[ $name != State: || $state == [ZX]* ]]
}

# absent ID: the container has neither state nor a place in the list.
absent() {
	[ ! -e "$STATE_ROOT/$1" ]
	fails_saying "does not exist" state "$1"
}

# --- cgroups ----------------------------------------------------------------------

cgroup_is_v2() { [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; }

# cgroup_dir PID CONTROLLER prints the directory of the process's cgroup; the
# controller "unified" is the v2 hierarchy.
cgroup_dir() {
	local mount path
	if cgroup_is_v2; then
		printf '/sys/fs/cgroup%s' "$(sed -n 's/^0:://p' "/proc/$1/cgroup")"
		return
	fi
	if [ "$2" = unified ]; then
		mount=$(awk '$(NF-2) == "cgroup2" { print $5; exit }' /proc/self/mountinfo)
		path=$(sed -n 's/^0:://p' "/proc/$1/cgroup")
	else
		mount=$(awk -v c="$2" '$(NF-2) == "cgroup" && ("," $NF ",") ~ ("," c ",") { print $5; exit }' /proc/self/mountinfo)
		path=$(awk -F: -v c="$2" '("," $2 ",") ~ ("," c ",") { print $3; exit }' "/proc/$1/cgroup")
	fi
	printf '%s%s' "$mount" "${path%/}"
}

# --- conditions ---------------------------------------------------------------------

is_corten() { [[ $(basename "$(readlink -f "$RUNTIME")") == corten* ]]; }

# corten_only 'REASON' skips where another runtime is tested that does it worse.
corten_only() {
	is_corten || skip "corten only: $1"
}

# version_at_least WANTED HAD
version_at_least() {
	[ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n1)" = "$1" ]
}

kernel_at_least() {
	version_at_least "$1" "$(uname -r)"
}

criu_at_least() {
	version_at_least "$1" "$(criu --version | sed -n 's/^Version: //p')"
}

# requires CONDITION… skips the test, saying what is lacking.
requires() {
	while (($#)); do
		case $1 in
		root) ((EUID == 0)) || skip "needs root" ;;
		not_root) ((EUID != 0)) || skip "must not run as root" ;;
		cgroup_v1) not cgroup_is_v2 >/dev/null || skip "needs cgroup v1 hierarchies" ;;
		cgroup_v2) cgroup_is_v2 || skip "needs a pure cgroup v2 system" ;;
		cgroup_*) has_controller "${1#cgroup_}" || skip "needs the cgroup controller ${1#cgroup_}" ;;
		userns) unshare --user true 2>/dev/null || skip "needs user namespaces" ;;
		timens) [ -e /proc/self/ns/time ] || skip "needs time namespaces" ;;
		kernel)
			kernel_at_least "$2" || skip "needs kernel $2"
			shift
			;;
		seccomp) grep -q '^Seccomp:' /proc/self/status || skip "needs seccomp" ;;
		apparmor) [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] || skip "needs AppArmor" ;;
		selinux) [ -e /sys/fs/selinux/enforce ] || skip "needs SELinux" ;;
		systemd) [ -d /run/systemd/system ] || skip "needs systemd as init" ;;
		python) [ -n "$PYTHON" ] || skip "needs python3" ;;
		terminal) command -v script >/dev/null || skip "needs script (package bsdutils)" ;;
		command)
			"$RUNTIME" help | grep -Eq "^ +$2( |,|\$)" || skip "needs a runtime with the command $2"
			shift
			;;
		no_sanitizers) not is_sanitized >/dev/null || skip "needs a build without sanitizers" ;;
		criu)
			command -v criu >/dev/null || skip "needs the program criu"
			criu check >/dev/null 2>&1 || skip "needs a criu that works on this kernel (criu check)"
			# Which that check does not see: https://github.com/checkpoint-restore/criu/issues/3002
			not kernel_at_least 7.1 >/dev/null || criu_at_least 4.2.1 || skip "needs CRIU 4.2.1 on Linux 7.1 or later"
			;;
		criu_version)
			criu_at_least "$2" || skip "needs CRIU $2"
			shift
			;;
		cc) command -v cc >/dev/null || skip "needs a C compiler" ;;
		*) command -v "$1" >/dev/null || skip "needs the program $1" ;;
		esac
		shift
	done
}

# is_sanitized: AddressSanitizer takes terabytes of address space.
is_sanitized() { grep -q 'libasan\.so' "$RUNTIME"; }

has_controller() {
	if cgroup_is_v2; then
		grep -qw "$1" /sys/fs/cgroup/cgroup.controllers || [[ $1 == @(devices|freezer) ]]
	else
		grep -Eq " cgroup .*[ ,]$1(,|\$)" /proc/self/mounts ||
			awk -v c="$1" '$(NF-2) == "cgroup" && ("," $NF ",") ~ ("," c ",") { found = 1 } END { exit !found }' /proc/self/mountinfo
	fi
}

# --- helper programs ------------------------------------------------------------------

# tool NAME ARG… starts tools/NAME.py in the background with its output in
# $TEST_DIR/NAME.out, and waits for the line "ready".
tool() {
	requires python
	rm -f "$TEST_DIR/$1.out" # where one before it said that it was ready
	"$PYTHON" "$INTEGRATION_DIR/tools/$1.py" "${@:2}" >"$TEST_DIR/$1.out" 2>&1 3>&- 4>&- &
	BACKGROUND+=($!)
	eventually 10 grep -qx ready "$TEST_DIR/$1.out"
}

# c_tool NAME compiles tools/NAME.c statically, once a run, and puts it into the
# rootfs as /bin/NAME.
c_tool() {
	requires cc
	local built=$BATS_RUN_TMPDIR/$1.bin
	if [[ ! -x $built ]]; then
		cc -static -O1 -o "$built.$BASHPID" "$INTEGRATION_DIR/tools/$1.c"
		mv "$built.$BASHPID" "$built"
	fi
	ln -f "$built" "$BUNDLE/rootfs/bin/$1"
}

# --- teardown ---------------------------------------------------------------------------

# Ends what the test started, deletes its containers and fails when anything is left.
teardown_test() {
	[[ -n ${CTR:-} ]] || return 0
	local failed=0 pid dir left
	for pid in "${BACKGROUND[@]}"; do
		kill -KILL "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	for dir in "$STATE_ROOT"/*/; do
		[[ -d $dir ]] || continue
		dir=${dir%/}
		runtime delete --force "${dir##*/}" || true
		((status == 0)) || failed=1
	done
	if ! eventually 3 nothing_left; then
		left=$(leftovers)
		printf 'left behind by the test:\n%s\n' "$left"
		remove_leftovers
		failed=1
	fi
	cd / || true
	return "$failed"
}

nothing_left() {
	[[ -z $(leftover_processes) && -z $(leftover_cgroups) && -z $(leftover_state) ]] &&
		! grep -qF "$(test_path_mark)" /proc/self/mountinfo
}

leftovers() {
	leftover_processes | while read -r pid; do
		printf 'process %d: %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
	done
	leftover_mounts | sed 's/^/mount /'
	leftover_cgroups | sed 's/^/cgroup /'
	leftover_state
}

# The part of this test's paths that every mount namespace shows alike.
test_path_mark() { printf '%s%s/' "${BATS_RUN_TMPDIR##*/}" "${BATS_TEST_TMPDIR#"$BATS_RUN_TMPDIR"}"; }

# Processes that carry the test's mark in their environment (the runtime's own), are in a
# cgroup of the test, or have its bundle as the root of their mount namespace (its
# containers'). Other namespaces may have received a mount of the test by propagation:
# a mount elsewhere than on / says nothing, as what is listed here gets killed.
leftover_processes() (
	unset CORTEN_TEST_MARK
	reported=' '
	# One grep for all: each pattern matches lines of one of the three files only.
	while IFS=/ read -r _ _ pid _; do
		[[ $reported != *" $pid "* ]] || continue
		reported+="$pid "
		is_gone "$pid" || printf '%d\n' "$pid"
	done < <(grep -lsaE "CORTEN_TEST_MARK=$CTR|^[0-9]+:[^:]*:/.*$CTR|^[0-9]+ [0-9]+ [0-9:]+ [^ ]*$(test_path_mark)[^ ]* / " \
		/proc/[0-9]*/{environ,cgroup,mountinfo})
)

leftover_state() {
	local path
	for path in "$STATE_ROOT"/*; do [[ ! -e $path ]] || printf 'state %s\n' "$path"; done
}

leftover_mounts() { grep -F "$(test_path_mark)" /proc/self/mountinfo | cut -d' ' -f5 || true; }

leftover_cgroups() { find /sys/fs/cgroup -depth -type d -name "*$CTR*" 2>/dev/null; }

remove_leftovers() {
	local pid path
	for pid in $(leftover_processes); do kill -KILL "$pid" 2>/dev/null; done
	leftover_mounts | tac | while read -r path; do umount -l "$path"; done
	sleep 0.2
	leftover_cgroups | while read -r path; do
		find "$path" -depth -type d -exec rmdir {} \; 2>/dev/null
	done
}
