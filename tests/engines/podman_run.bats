#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: podman conmon
# version: podman --version | sed 's|podman version|Podman|'
# covers: containers in the foreground: exit codes 126 and 127, streams, terminals, passed descriptors, build, init, hooks
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load podman

setup_file() { setup_podman; }
teardown_file() { nothing_is_left; }

@test "info names the runtime and its version" {
	has "$(pm info -f '{{.Host.OCIRuntime.Path}}')" "$RUNTIME"
	[ -n "$(pm info -f '{{.Host.OCIRuntime.Version}}')" ]
}

@test "build with RUN" {
	mkdir -p "$W/ctx"
	printf 'FROM %s\nRUN echo built > /made && id -u >> /made\nENTRYPOINT ["cat"]\nCMD ["/made"]\n' "$IMG" >"$W/ctx/Containerfile"
	pm build --network none --cgroup-parent "/$ID" -t "localhost/$ID:built" "$W/ctx"
	is "$(box "localhost/$ID:built")" $'built\n0'
}

@test "run prints, and ends with the status of the command" {
	is "$(box "$IMG" echo hello)" hello
	rc_is 42 box "$IMG" sh -c 'exit 42'
}

@test "137 after SIGKILL" {
	up killed "$IMG" sh -c 'sleep 100 & wait'
	kill -KILL "$(pid_of killed)"
	is "$(pm wait killed)" 137
	down killed
}

@test "127: a command or a path that is not there" {
	rc_is 127 box "$IMG" no-such-command
	rc_is 127 box "$IMG" /no/such/command
}

@test "126: a file that is not executable, a directory, a file system with noexec" {
	rc_is 126 box "$IMG" /bin/not-executable
	rc_is 126 box "$IMG" /etc
	rc_is 126 box -v "$W/rootfs/bin:/b:noexec" "$IMG" /b/busybox true
}

@test "the failure that Podman prints is the runtime's own sentence, without a log prefix" {
	fails_saying 'executable file not found in $PATH' box "$IMG" no-such-command
	output=$(box "$IMG" no-such-command 2>&1 || true)
	[[ $output != *'"level"'* && $output != *level=error* ]]
}

@test "a container whose creation failed leaves nothing but Podman's own record" {
	rc_is 127 pm run --name broken --network none --cgroup-parent "/$ID" "$IMG" no-such-command
	is "$(cgroups_named "libpod-$(pm inspect -f '{{.Id}}' broken)")" ""
	down broken
}

@test "-i passes standard input; output and error are apart" {
	is "$(echo through | box -i "$IMG" cat)" through
	box "$IMG" sh -c 'echo out; echo err >&2' >"$W/so" 2>"$W/se"
	is "$(cat "$W/so") $(cat "$W/se")" "out err"
}

@test "--env, --workdir, --entrypoint, --umask, --personality" {
	is "$(box -e A=1 -e 'B=two words' -w /tmp --umask 0027 --personality LINUX32 --entrypoint '["sh","-c"]' "$IMG" \
		'echo "$A $B $PWD $(umask) $(uname -m)"')" "1 two words /tmp 0027 i686"
}

@test "--rootfs" {
	is "$(box --rootfs "$W/rootfs" /bin/sh -c 'echo $$')" 1
}

@test "-t: a terminal and /dev/console" {
	is "$(box -t "$IMG" sh -c 'tty; test -t 0 && test -t 1 && test -t 2 && test -c /dev/console && echo all' | tr -d '\r')" \
		$'/dev/pts/0\nall'
}

@test "-it: the size of the terminal" {
	has "$(on_tty "${PM[@]}" run --rm --network none --cgroup-parent "/$ID" -it "$IMG" sh -c 'sleep 0.5; stty size')" "33 91"
}

@test "--preserve-fds; no other descriptor gets into the container" {
	is "$(timeout 40 "${PM[@]}" run --rm --network none --cgroup-parent "/$ID" --preserve-fds 1 "$IMG" \
		sh -c 'cat <&3' 3<<<inherited 4>&-)" inherited
	is "$(box "$IMG" sh -c 'ls /proc/self/fd | wc -l' 7</dev/null)" 4
}

@test "--init is process 1 and passes the status on" {
	# Any program will do as the init: that it is there and runs is the point.
	printf '#!/bin/sh\n[ "$1" = -- ] && shift\n"$@"\nexit $?\n' >"$W/init"
	chmod 755 "$W/init"
	has "$(box --init --init-path "$W/init" "$IMG" sh -c 'tr "\0" " " </proc/1/cmdline; exit 0')" "-init"
	rc_is 6 box --init --init-path "$W/init" "$IMG" sh -c 'exit 6'
}

@test "--init with catatonit" {
	local init=/usr/libexec/podman/catatonit
	[ -x "$init" ] || init=$(command -v catatonit) || skip "needs catatonit"
	rc_is 6 box --init --init-path "$init" "$IMG" sh -c 'tr "\0" " " </proc/1/cmdline | grep -q -- -- && exit 6'
}

@test "hooks of every stage get the state" {
	local stage stages="prestart createRuntime createContainer startContainer poststart poststop"
	for stage in $stages; do
		: >"$W/hook-$stage"
		printf '{"version":"1.0.0","hook":{"path":"/bin/sh","args":["sh","-c","cat > %s"]},"when":{"always":true},"stages":["%s"]}\n' \
			"$W/hook-$stage" "$stage" >"$W/hooks/$stage.json"
	done
	# startContainer runs in the container, so its file has to be there too.
	pm --hooks-dir "$W/hooks" run --rm --network none --cgroup-parent "/$ID" \
		-v "$W/hook-startContainer:$W/hook-startContainer" "$IMG" true
	rm "$W"/hooks/*
	until_ok 5 test -s "$W/hook-poststop"
	for stage in $stages; do
		echo "$stage: $(cat "$W/hook-$stage")"
		jq -e '(.id | length == 64) and .bundle' "$W/hook-$stage"
	done
	jq -e '.status == "created" or .status == "creating"' "$W/hook-createRuntime"
	jq -e '.status == "stopped"' "$W/hook-poststop"
}

@test "a hook that fails stops the container" {
	printf '{"version":"1.0.0","hook":{"path":"/bin/false"},"when":{"always":true},"stages":["createRuntime"]}\n' >"$W/hooks/bad.json"
	fails pm --hooks-dir "$W/hooks" run --name hook --network none --cgroup-parent "/$ID" "$IMG" true
	rm "$W/hooks/bad.json"
	is "$(pm inspect -f '{{.State.Running}}' hook)" false
	down hook
}
