#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The command line as runc takes it: long options with one dash or two, with a blank or
# an equals sign before the value, and known options behind the id as well.

load helpers

COMMANDS="create delete events exec features kill list pause ps resume run spec start state update"

@test "help lists every command" {
	for arguments in help h --help -h ""; do
		# shellcheck disable=SC2086 # nothing when empty
		runtime_plain $arguments
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		for command in $COMMANDS; do
			grep -Eq "^ +$command( |,|\$)" "$stdout_file"
		done
	done
}

@test "help names the global options" {
	runtime_plain --help
	[ "$status" -eq 0 ]
	for option in --debug --log --log-format --root --systemd-cgroup --rootless --help --version; do
		grep -Eq -- "$option\b" "$stdout_file"
	done
}

@test "every command has a help text of its own, on stdout, with status 0" {
	for command in $COMMANDS; do
		runtime_plain "$command" --help
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		grep -q "$command" "$stdout_file"
		help=$stdout
		runtime_plain "$command" -h
		[ "$status" -eq 0 ]
		[ "$stdout" = "$help" ]
		runtime_plain help "$command"
		[ "$status" -eq 0 ]
		grep -q "$command" "$stdout_file"
	done
}

has_options() {
	runtime_plain "$1" --help
	for option in "${@:2}"; do
		grep -Eq -- "$option( |,|=|\$)" "$stdout_file" || { echo "no $option"; return 1; }
	done
}

@test "the help of a command names its options" {
	has_options create --bundle -b --console-socket --pidfd-socket --pid-file --no-pivot --no-new-keyring --preserve-fds
	has_options run --bundle -b --console-socket --pidfd-socket --detach -d --keep --pid-file --no-subreaper \
		--no-pivot --no-new-keyring --preserve-fds
	has_options exec --console-socket --pidfd-socket --cwd --env -e --tty -t --user -u --additional-gids -g \
		--process -p --detach -d --pid-file --process-label --apparmor --no-new-privs --cap -c \
		--preserve-fds --cgroup --ignore-paused
	has_options delete --force -f
	has_options list --format -f --quiet -q
	has_options ps --format -f
	has_options events --interval --stats
	has_options spec --bundle -b --rootless
	has_options update --resources -r --blkio-weight --cpu-period --cpu-quota --cpu-burst --cpu-share \
		--cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --cpu-idle --memory --memory-reservation \
		--memory-swap --pids-limit --l3-cache-schema --mem-bw-schema
}

@test "checkpoint and restore have their options, too" {
	requires command checkpoint command restore
	has_options checkpoint --image-path --work-path --parent-path --leave-running --tcp-established \
		--tcp-skip-in-flight --link-remap --ext-unix-sk --shell-job --lazy-pages --status-fd --page-server \
		--file-locks --pre-dump --manage-cgroups-mode --empty-ns --auto-dedup
	has_options restore --console-socket --image-path --work-path --tcp-established --ext-unix-sk --shell-job \
		--file-locks --manage-cgroups-mode --bundle -b --detach -d --pid-file --no-subreaper --no-pivot \
		--empty-ns --auto-dedup --lazy-pages --lsm-profile --lsm-mount-context
}

@test "--version prints name and version, then the version of the specification" {
	for option in --version -v -version --version=true; do
		runtime_plain "$option"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[[ $(head -n1 "$stdout_file") =~ ^[a-z]+\ version\ [0-9]+\.[0-9]+\.[0-9]+ ]]
		grep -Eq '^spec: 1\.[0-9]+\.[0-9]+' "$stdout_file"
	done
}

@test "under the name runc the version looks like runc's" {
	ln -s "$(readlink -f "$RUNTIME")" runc
	RUNTIME=$PWD/runc runtime_plain --version
	[ "$status" -eq 0 ]
	[[ $(head -n1 "$stdout_file") =~ ^runc\ version\ [0-9]+\.[0-9]+\.[0-9]+ ]]
}

@test "under the name runc the error texts begin like runc's" {
	ln -s "$(readlink -f "$RUNTIME")" runc
	set_args /absent
	RUNTIME=$PWD/runc
	fails_saying "runc create failed: unable to start container process: error during container init: " create "$CTR"
	fails_saying "runc run failed: unable to start container process: error during container init: " run "$CTR"
}

@test "an unknown command is an error" {
	runtime bogus
	[ "$status" -ne 0 ]
	says "No help topic for 'bogus'"
	runtime init
	[ "$status" -ne 0 ]
}

@test "an unknown option is an error" {
	runtime --bogus list
	[ "$status" -ne 0 ]
	says "flag provided but not defined: -bogus"
	for command in $COMMANDS; do
		runtime "$command" --bogus
		[ "$status" -ne 0 ]
		says "flag provided but not defined: -bogus"
	done
}

@test "an option without its value is an error" {
	runtime create --bundle
	[ "$status" -ne 0 ]
	says "flag needs an argument: -bundle"
	runtime_plain --root
	[ "$status" -ne 0 ]
}

@test "commands that take one id refuse none and two" {
	for command in create delete events pause resume run start state update; do
		fails_saying "requires exactly 1 argument(s)" "$command"
		if is_corten; then # no page of help, which would scroll the error off the screen
			[ -z "$stdout" ]
			says "see \"${RUNTIME##*/} $command --help\""
		fi
		fails_saying "requires exactly 1 argument(s)" "$command" a b
	done
}

@test "long options work with one dash, two dashes, a blank or an equals sign" {
	set_args true
	cd /
	for option in "--bundle $BUNDLE" "--bundle=$BUNDLE" "-bundle $BUNDLE" "-bundle=$BUNDLE" "-b $BUNDLE" "-b=$BUNDLE"; do
		# shellcheck disable=SC2086 # words
		succeeds run $option "$CTR"
	done
}

@test "global options work in all these forms, too" {
	for option in "--root $STATE_ROOT" "--root=$STATE_ROOT" "-root $STATE_ROOT" "-root=$STATE_ROOT"; do
		# shellcheck disable=SC2086 # words
		runtime_plain $option -debug=false --log-format=text -rootless auto --systemd-cgroup=false list -q
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

@test "boolean options take =true, =false and other words of truth" {
	for value in true 1 t T TRUE True; do
		succeeds run "--detach=$value" "$CTR"
		succeeds delete "--force=$value" "$CTR"
	done
	succeeds run --detach "$CTR"
	for value in false 0 f F FALSE False; do
		fails_saying "that is not stopped" delete "--force=$value" "$CTR"
	done
	runtime delete --force=maybe "$CTR"
	[ "$status" -ne 0 ]
	has_status "$CTR" running
}

@test "a boolean option does not swallow the word behind it" {
	succeeds run --detach "$CTR"
	fails_saying "requires exactly 1 argument(s)" delete --force true "$CTR"
	has_status "$CTR" running
}

@test "the last of a repeated option counts" {
	set_args true
	succeeds run --bundle /absent --bundle "$BUNDLE" "$CTR"
}

@test "options behind the id are taken, except by exec and ps" {
	cd /
	succeeds create "$CTR" --bundle "$BUNDLE"
	succeeds start "$CTR"
	succeeds delete "$CTR" --force
	cd "$BUNDLE"
	succeeds run "$CTR" --detach
	runtime exec "$CTR" --cwd
	[ "$status" -eq 255 ]
	says 'exec: "--cwd"'
	succeeds delete "$CTR" -f
}

@test "two dashes end the options" {
	succeeds create -- "$CTR"
	succeeds state -- "$CTR"
	succeeds exec -- "$CTR" echo --hello
	[ "$output" = --hello ]
	fails_saying "container does not exist" state -- --help
	succeeds delete --force -- "$CTR"
}

@test "ids may hold letters, digits and _ + . -" {
	for id in "$CTR" "$CTR.a_b+c-D9" "_$CTR" "+$CTR" ".$CTR" "0$CTR" "$CTR..x"; do
		succeeds create "$id"
		[ "$(status_of "$id")" = created ]
		succeeds delete --force "$id"
	done
}

# Rule: create: an id that is none is an error
@test "other ids are refused by every command" {
	for id in "a/b" "/$CTR" "../$CTR" . .. "a b" "a:b" "a@b" $'a\nb' "ä" "a*" "a," "a%" "a~" "a\\b"; do
		fails_saying "invalid container ID format" create "$id"
		fails_saying "invalid container ID format" state "$id"
		fails_saying "invalid container ID format" delete --force "$id"
	done
	[[ $output == *'msg="invalid container ID format'* ]]
	for command in start kill pause resume ps update events; do
		fails_saying "invalid container ID format" "$command" "../$CTR"
	done
	runtime exec "../$CTR" true
	[ "$status" -eq 255 ]
	says "invalid container ID format"
}

@test "an empty id is refused" {
	for command in create run start state kill delete pause resume ps; do
		fails_saying "container id cannot be empty" "$command" ""
	done
}

@test "--root / is refused" {
	runtime_plain --root / list
	[ "$status" -eq 1 ]
	says "Option --root argument should not be set to /"
	runtime_plain --root / create "$CTR"
	[ "$status" -eq 1 ]
}

@test "a relative --root is relative to where the runtime was started" {
	cd "$TEST_DIR"
	runtime_plain --root s create --bundle b "$CTR"
	[ "$status" -eq 0 ]
	has_status "$CTR" created
	[ ! -e b/s ]
}

@test "containers of different roots may share an id, except for the cgroup" {
	succeeds create "$CTR"
	mkdir "$TEST_DIR/other"
	runtime_plain --root "$TEST_DIR/other" state "$CTR"
	[ "$status" -eq 1 ]
	says "container does not exist"
	runtime_plain --root "$TEST_DIR/other" delete --force "$CTR"
	[ "$status" -eq 0 ]
	has_status "$CTR" created
}
