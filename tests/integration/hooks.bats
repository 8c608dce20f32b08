#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# hooks: when each kind runs, where, and with what.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
	# A directory at the same path inside and outside, for what hooks write.
	HOOKS=$TEST_DIR/hooks
	mkdir "$HOOKS"
	add_bind "$HOOKS" "$HOOKS"
}

KINDS="prestart createRuntime createContainer startContainer poststart poststop"

# hook KIND 'SHELL TEXT' [FIELDS] appends a hook that runs TEXT; FIELDS are further ones, in JSON.
hook() {
	update_config '.hooks[$k] += [{path: "/bin/sh", args: ["sh", "-c", $t], env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]} + $f]' \
		--arg k "$1" --arg t "$2" --argjson f "${3:-{\}}"
}

log_of_hooks() { tr '\n' ' ' <"$HOOKS/log"; }

# lifecycle: create, start, and delete when the process is through.
lifecycle() {
	succeeds create "$CTR"
	succeeds start "$CTR"
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
}

# Rule: hooks: run in the order of the specification, and of their list
@test "all kinds run, each in its order, and before and after the process" {
	for kind in $KINDS; do
		hook "$kind" "echo ${kind}1 >>$HOOKS/log"
		hook "$kind" "echo ${kind}2 >>$HOOKS/log"
	done
	set_script "echo process >>$HOOKS/log"
	lifecycle
	# Whether poststart runs before the process has a test of its own.
	sed -i /poststart/d "$HOOKS/log"
	[ "$(log_of_hooks)" = "prestart1 prestart2 createRuntime1 createRuntime2 createContainer1 createContainer2 startContainer1 startContainer2 process poststop1 poststop2 " ]
}

# Rule: hooks: run with create, start and delete, as the specification has it
@test "hooks run with the command that they belong to" {
	for kind in prestart createRuntime createContainer startContainer poststop; do
		hook "$kind" "echo $kind >>$HOOKS/log"
	done
	set_term_script
	succeeds create "$CTR"
	[ "$(log_of_hooks)" = "prestart createRuntime createContainer " ]
	succeeds start "$CTR"
	eventually 5 grep -q startContainer "$HOOKS/log"
	succeeds kill "$CTR" KILL
	wait_for_status "$CTR" stopped
	[ "$(log_of_hooks)" = "prestart createRuntime createContainer startContainer " ]
	succeeds delete "$CTR"
	[ "$(log_of_hooks)" = "prestart createRuntime createContainer startContainer poststop " ]
}

# Rule: hooks: run with create, start and delete, as the specification has it
@test "poststart hooks run with start, after the process has begun" {
	corten_only "runc 1.5 runs them with create; 1.6 and the specification do not"
	hook poststart "echo poststart >>$HOOKS/log; cat >$HOOKS/state"
	set_script "echo process >>$HOOKS/log; sleep 1000"
	succeeds create "$CTR"
	[ ! -e "$HOOKS/log" ]
	succeeds start "$CTR"
	[ "$(jq -r .status "$HOOKS/state")" = running ]
	grep -q poststart "$HOOKS/log"
}

# Field: hooks.{prestart,createRuntime,createContainer,startContainer,poststart,poststop}[].path
@test "run and delete --force run all hooks too" {
	for kind in $KINDS; do hook "$kind" "echo $kind >>$HOOKS/log"; done
	runs "echo process >>$HOOKS/log"
	for kind in $KINDS process; do [ "$(grep -c "^$kind$" "$HOOKS/log")" -eq 1 ]; done
	rm "$HOOKS/log"
	set_args sleep 1000
	starts
	not grep poststop "$HOOKS/log"
	succeeds delete --force "$CTR"
	[ "$(tail -n1 "$HOOKS/log")" = poststop ]
}

# Field: annotations
# Rule: state: is creating for hooks that run before create is done
# Rule: hooks: read the state on standard input
@test "hooks read the container's state" {
	for kind in $KINDS; do hook "$kind" "cat >$HOOKS/$kind"; done
	update_config '.annotations = {"org.example/a": "é \"/\" </b>"}'
	set_args sleep 1000
	succeeds create "$CTR"
	pid=$(pid_of "$CTR")
	succeeds start "$CTR"
	eventually 5 test -s "$HOOKS/startContainer"
	succeeds delete --force "$CTR"
	for kind in $KINDS; do
		jq -e --arg id "$CTR" --arg bundle "$BUNDLE" '.id == $id and .bundle == $bundle and (.ociVersion | test("^1[.]"))
			and .annotations == {"org.example/a": "é \"/\" </b>"}' "$HOOKS/$kind"
		# Hooks in other languages are not all up to pretty print and \/.
		[ "$(wc -l <"$HOOKS/$kind")" -le 1 ]
		grep -qF "\"$BUNDLE\"" "$HOOKS/$kind"
	done
	for kind in prestart createRuntime; do [ "$(jq -r .pid "$HOOKS/$kind")" -eq "$pid" ]; done
	for kind in createContainer startContainer; do [ "$(jq -r .pid "$HOOKS/$kind")" -eq 1 ]; done
	for kind in prestart createRuntime createContainer; do [ "$(jq -r .status "$HOOKS/$kind")" = creating ]; done
	[ "$(jq -r .status "$HOOKS/startContainer")" = created ]
	[ "$(jq -r .status "$HOOKS/poststop")" = stopped ]
}

# Field: hooks.{prestart,createRuntime,createContainer,startContainer,poststart,poststop}[].{args,env}
@test "a hook has its arguments and its environment, and nothing else" {
	for kind in $KINDS; do
		# The busybox of the container goes by the first argument.
		update_config '.hooks[$k] = [{path: "/bin/sh", args: [if $k == "startContainer" then "sh" else "zero" end, "-c",
			"head -zn1 /proc/$$/cmdline >$0.name; printf \"[%s]\" \"$@\" >$0; env >$0.env", $f, "a b", "", "*"],
			env: ["PATH=/bin:/usr/bin", "ONE=1", "TWO=two words"]}]' --arg k "$kind" --arg f "$HOOKS/$kind"
	done
	SECRET=x runs true
	for kind in $KINDS; do
		# Elsewhere $$ is not the number in the host's /proc.
		[[ $kind != @(prestart|createRuntime|poststart|poststop) || $(tr '\0' ' ' <"$HOOKS/$kind.name") == "zero " ]]
		[ "$(cat "$HOOKS/$kind")" = "[a b][][*]" ]
		[ "$(grep -vE '^(PWD|SHLVL|_|OLDPWD)=' "$HOOKS/$kind.env" | sort)" = $'ONE=1\nPATH=/bin:/usr/bin\nTWO=two words' ]
	done
}

@test "a hook without arguments has its path as the only one" {
	printf '#!/bin/sh\necho $0 $# >%s/log\n' "$HOOKS" >"$HOOKS/script"
	chmod +x "$HOOKS/script"
	update_config '.hooks.prestart = [{path: $p}]' --arg p "$HOOKS/script"
	runs true
	[ "$(cat "$HOOKS/log")" = "$HOOKS/script 0" ]
}

@test "a startContainer hook without environment has that of the process" {
	update_config '.process.env += ["ONE=1"]
		| .hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "env >\($h)/env"]}]' --arg h "$HOOKS"
	runs true
	grep -qx ONE=1 "$HOOKS/env"
	grep -qx HOME=/root "$HOOKS/env"
}

# Rule: hooks: run in the namespaces of the runtime or of the container
@test "hooks of the runtime run in its namespaces, those of the container in the container's" {
	list='for n in pid net mnt ipc uts; do readlink /proc/self/ns/$n; done'
	for kind in $KINDS; do hook "$kind" "($list) >$HOOKS/$kind"; done
	set_args sleep 1000
	starts
	eventually 5 test -s "$HOOKS/startContainer"
	pid=$(pid_of "$CTR")
	inside=$(for n in pid net mnt ipc uts; do readlink "/proc/$pid/ns/$n"; done)
	outside=$(for n in pid net mnt ipc uts; do readlink "/proc/self/ns/$n"; done)
	succeeds delete --force "$CTR"
	for kind in prestart createRuntime poststart poststop; do [ "$(cat "$HOOKS/$kind")" = "$outside" ]; done
	for kind in createContainer startContainer; do [ "$(cat "$HOOKS/$kind")" = "$inside" ]; done
}

@test "createContainer hooks see the host's files and the mounts of the container" {
	hook createContainer "exec >$HOOKS/log; ls -d $BUNDLE/config.json; stat -f -c %T $BUNDLE/rootfs/proc; ls $BUNDLE/rootfs/dev/null"
	runs true
	[ "$(cat "$HOOKS/log")" = "$BUNDLE/config.json"$'\nproc\n'"$BUNDLE/rootfs/dev/null" ]
}

@test "startContainer hooks see the container's files only" {
	hook startContainer "ls -d /config.json /bin/busybox /dev/null $BUNDLE/config.json >$HOOKS/log 2>/dev/null; true"
	runs true
	[ "$(cat "$HOOKS/log")" = $'/bin/busybox\n/dev/null' ]
}

@test "what createContainer hooks mount in the root is there in the container" {
	echo "from a hook" >"$HOOKS/file"
	: >rootfs/mounted
	hook createContainer "mount --bind $HOOKS/file $BUNDLE/rootfs/mounted"
	runs 'cat /mounted'
	prints "from a hook"
	not grep -F "$BUNDLE" /proc/self/mountinfo
}

@test "hooks of the runtime can change the container's namespaces" {
	requires nsenter ip
	hook prestart "nsenter -t \$(jq .pid) -n ip link set lo mtu 1441"
	echo "from a hook" >"$HOOKS/file"
	: >rootfs/mounted
	hook createRuntime "nsenter -t \$(jq .pid) -m mount --bind $HOOKS/file $BUNDLE/rootfs/mounted"
	runs 'ip link show lo; cat /mounted'
	says "mtu 1441"
	says "from a hook"
}

@test "a hook that leaves its input alone is no error, even when there is much" {
	update_config '.annotations = {a: ("x" * 300000)}'
	for kind in $KINDS; do
		update_config '.hooks[$k] = [{path: "/bin/true"}]' --arg k "$kind"
	done
	hook prestart "wc -c >$HOOKS/log"
	runs true
	[ "$(cat "$HOOKS/log")" -gt 300000 ]
}

@test "hooks have no descriptors of the runtime" {
	kinds="prestart createRuntime startContainer poststart poststop"
	# runc hands its sockets on to those that its init runs before it changes the root.
	if is_corten; then kinds=$KINDS; fi
	for kind in $kinds; do
		# Descriptor 3 is the directory that ls reads.
		hook "$kind" "exec ls /proc/self/fd >$HOOKS/$kind"
	done
	runs true
	for kind in $kinds; do [ "$(cat "$HOOKS/$kind")" = $'0\n1\n2\n3' ]; done
}

# Rule: create: what cannot be applied is an error, and nothing is left
@test "a hook of create that fails makes create fail and leaves nothing" {
	for kind in prestart createRuntime createContainer; do
		update_config 'del(.hooks)'
		hook "$kind" true
		hook "$kind" "echo this went wrong >&2; exit 7"
		hook "$kind" "echo too far >>$HOOKS/log"
		refuses "error running $kind hook #1:"
		says "this went wrong"
		[ ! -e "$HOOKS/log" ]
		fails run "$CTR"
		unknown "$CTR"
	done
}

# Rule: hooks: those of poststop run where create has failed
@test "when create fails in a hook poststop hooks run" {
	for kind in prestart createRuntime createContainer; do
		update_config 'del(.hooks)'
		hook "$kind" false
		hook poststop "echo $kind >>$HOOKS/log"
		refuses "error running $kind hook #0:"
	done
	[ "$(log_of_hooks)" = "prestart createRuntime createContainer " ]
}

@test "a startContainer hook that fails keeps the process from running" {
	hook startContainer "exit 7"
	set_script "echo process >>$HOOKS/log"
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	says "error running startContainer hook #0:"
	unknown "$CTR"
	[ ! -e "$HOOKS/log" ]
}

# Rule: hooks: a failure of startContainer makes start fail
@test "a startContainer hook that fails makes start fail" {
	corten_only "runc's start says nothing"
	hook startContainer "exit 7"
	succeeds create "$CTR"
	fails_saying "error running startContainer hook #0:" start "$CTR"
	not has_status "$CTR" running
}

@test "a poststart hook that fails makes run fail and ends the process" {
	hook poststart "echo this went wrong >&2; exit 7"
	set_args sleep 1000
	fails_saying "error running poststart hook #0:" run --detach "$CTR"
	says "this went wrong"
	not has_status "$CTR" running
}

# Rule: hooks: a failure of poststart makes start fail, and stops the container
@test "a poststart hook that fails makes start fail and ends the process" {
	corten_only "runc 1.5 runs it with create"
	hook poststart "exit 7"
	hook poststop "echo poststop >>$HOOKS/log"
	set_args sleep 1000
	succeeds create "$CTR"
	pid=$(pid_of "$CTR")
	fails_saying "error running poststart hook #0:" start "$CTR"
	eventually 5 is_gone "$pid"
	grep -qx poststop "$HOOKS/log"
	absent "$CTR"
}

# Rule: hooks: a failure of poststop is a warning, and the others run
@test "a poststop hook that fails is only a warning, and the others run" {
	corten_only "runc makes delete fail and stops there"
	hook poststop "exit 7"
	hook poststop "echo second >>$HOOKS/log"
	set_args true
	starts
	wait_for_status "$CTR" stopped
	succeeds delete "$CTR"
	[[ $stderr == *warn*"poststop hook"* ]]
	unknown "$CTR"
	[ "$(cat "$HOOKS/log")" = second ]
}

@test "a hook that takes too long is ended and fails" {
	hook prestart "echo \$\$ >$HOOKS/pid; exec sleep 1000" '{"timeout": 1}'
	begin=$SECONDS
	refuses "hook ran past specified timeout of 1.0s"
	((SECONDS - begin < 10))
	is_gone "$(cat "$HOOKS/pid")"
}

# Field: hooks.{prestart,createRuntime,createContainer,startContainer,poststart,poststop}[].timeout
@test "a hook of each kind is ended when its time is up" {
	for kind in $KINDS; do
		update_config 'del(.hooks)'
		hook "$kind" "echo \$\$ >$HOOKS/$kind; exec sleep 1000" '{"timeout": 1}'
		set_args true
		begin=$SECONDS
		runtime run "$CTR"
		((SECONDS - begin < 10))
		# Elsewhere the number is that of the container's namespace, which is gone.
		[[ $kind == @(createContainer|startContainer) ]] || is_gone "$(cat "$HOOKS/$kind")"
		[ -s "$HOOKS/$kind" ]
		[ "$kind" = poststop ] || [ "$status" -ne 0 ]
		succeeds delete --force "$CTR"
	done
}

@test "a hook may print any amount, of which beginning and end are told" {
	corten_only "runc keeps and prints all of it"
	is_sanitized || LIMIT+=(prlimit --as=200000000) # 100 MB, escaped or not, have no room twice
	for kind in createRuntime startContainer; do
		update_config 'del(.hooks)'
		hook "$kind" 'echo first; head -c 100000000 /dev/zero | tr "\\0" x; echo last; echo reason >&2; exit 3'
		fails run "$CTR"
		says "error running $kind hook #0: exit status 3, stdout: first"
		says "bytes left out ...] "
		says "reason"
		((${#output} < 6000))
		unknown "$CTR"
	done
	# Nor does the end of a hook depend on who reads.
	update_config 'del(.hooks)'
	hook createRuntime 'head -c 100000000 /dev/zero'
	runs true
}

@test "what a hook prints controls no terminal and no log" {
	kinds=createRuntime
	! is_corten || kinds+=" startContainer" # of which runc tells in the words of its child, status 255
	for kind in $kinds; do
		update_config 'del(.hooks)'
		hook "$kind" 'printf "\033]0;title\007\233\302\233\377\r"; exit 1'
		for format in text json; do
			fails --log "$TEST_DIR/log" --log-format "$format" run "$CTR"
			if is_corten; then
				says '\x1b]0;title\x07\x9b\u009b\xff\x0d'
				LC_ALL=C not grep -qP '[\x00-\x08\x0b-\x1f\x7f-\xff]' "$stderr_file"
			fi
			tail -n1 "$TEST_DIR/log" >line
			LC_ALL=C not grep -qP '[\x00-\x08\x0b-\x1f\x7f]' line
			[ "$format" = text ] || jq -e '.level == "error"' line
		done
	done
}

@test "a time-out that is no span of time is refused, naming the field" {
	corten_only "runc kills the hook at once"
	seconds=0
	for kind in $KINDS; do
		update_config 'del(.hooks)'
		hook "$kind" "echo ran >>$HOOKS/log" "{\"timeout\": $seconds}"
		refuses "hooks.${kind}[0].timeout: expected a number of seconds greater than 0, got $seconds"
		seconds=-1
	done
	update_config 'del(.hooks)'
	hook prestart true '{"timeout": 2147483648}'
	refuses "hooks.prestart[0].timeout: expected a number"
	[ ! -e "$HOOKS/log" ]
}

@test "a hook has all of a long time" {
	# In milliseconds these do not fit 32 bits: what is left of them is 704 ms, and less than nothing.
	for seconds in 4294968 2147484; do
		update_config 'del(.hooks)'
		hook prestart "sleep 0.8" "{\"timeout\": $seconds}"
		runs true
		succeeds delete --force "$CTR"
	done
}

@test "a hook within its time is no error" {
	for kind in $KINDS; do hook "$kind" "sleep 0.1" '{"timeout": 30}'; done
	runs true
}

@test "a hook that does not exist, cannot be run or dies of a signal fails" {
	for kind in prestart createRuntime createContainer; do
		update_config '.hooks = {($k): [{path: "/no/such/hook"}]}' --arg k "$kind"
		refuses "/no/such/hook"
		update_config '.hooks = {($k): [{path: "/etc/passwd"}]}' --arg k "$kind"
		refuses "permission denied"
		update_config 'del(.hooks)'
		hook "$kind" 'kill -TERM $$'
		refuses "error running $kind hook #0:"
	done
}

@test "no hooks, and empty lists of them, are fine" {
	update_config '.hooks = {}'
	runs 'echo one'
	update_config '.hooks = {prestart: [], poststop: [], createContainer: null}'
	runs 'echo two'
	prints two
}
