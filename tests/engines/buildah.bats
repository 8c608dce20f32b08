#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: buildah
# version: buildah --version | sed 's|buildah version \([^ ]*\).*|Buildah \1|'
# covers: RUN in a build and buildah run with OCI isolation: status, user, mounts, capabilities, terminal, standard input
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers

export HOME=$W/home XDG_RUNTIME_DIR=$W/xdg CONTAINERS_CONF=$W/containers.conf BUILDAH_ISOLATION=oci

setup_file() {
	mkdir -p "$W"/{home,xdg,vol}
	echo from-host >"$W/vol/f"
	cat >"$CONTAINERS_CONF" <<-END
		[containers]
		default_ulimits = ["nofile=$(nofile_limit):$(nofile_limit)", "nproc=$(nproc_limit):$(nproc_limit)"]
	END
	make_rootfs "$W/rootfs"
	# An image of one layer, without a registry.
	bh from --name base scratch
	bh copy -q base "$W/rootfs" /
	bh config --env PATH=/bin --cmd /bin/sh base
	bh commit -q base "localhost/$ID:1"
	bh from --name c1 "localhost/$ID:1"
}

teardown_file() {
	bh rm -a
	is "$(find "/run/${RUNTIME##*/}" -mindepth 1 -maxdepth 1 ! -name '.*' 2>/dev/null || true)" ""
	is "$(pgrep -x conmon || true)" ""
}

bh() {
	timeout --foreground -k 2 40 buildah --root "$W/graph" --runroot "$W/runroot" --storage-driver "${ENGINES_STORAGE-overlay}" "$@" 3>&- 4>&-
}

# run_in OPTION... -- COMMAND...: in the working container c1.
run_in() {
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	bh run --runtime "$RUNTIME" "${options[@]}" c1 -- "$@"
}

@test "buildah run prints, and ends with the status of the command" {
	is "$(run_in -- echo hello)" hello
	rc_is 3 run_in -- sh -c 'exit 3'
}

@test "a command that is not there is an error that names it" {
	fails_saying no-such-command run_in -- no-such-command
}

@test "--user, --workingdir, --env, --hostname" {
	is "$(run_in --user app --workingdir /tmp --env A=b --hostname some.box -- sh -c 'echo $(id -u) $PWD $A $(hostname)')" "1000 /tmp b some.box"
}

@test "--volume and --mount" {
	is "$(run_in -v "$W/vol:/v:ro" --mount type=tmpfs,destination=/scratch -- sh -c 'cat /v/f; touch /scratch/x; touch /v/x 2>/dev/null || echo ro')" \
		$'from-host\nro'
}

@test "--cap-drop, and seccomp's default" {
	is "$(run_in --cap-drop CAP_CHOWN -- sh -c 'chown app /tmp 2>/dev/null || echo refused')" refused
	is "$(run_in -- awk '/^Seccomp:/ { print $2 }' /proc/self/status)" 2
}

@test "--terminal, and standard input" {
	is "$(echo through | run_in -- cat)" through
	has "$(on_tty buildah --root "$W/graph" --runroot "$W/runroot" --storage-driver "${ENGINES_STORAGE-overlay}" \
		run --runtime "$RUNTIME" --terminal c1 -- sh -c 'tty; sleep 0.5; stty size')" $'/dev/pts/0\n33 91'
}

@test "a build with RUN in two stages, and a secret" {
	printf hidden >"$W/secret"
	mkdir -p "$W/ctx"
	cat >"$W/ctx/Containerfile" <<-END
		FROM localhost/$ID:1 AS first
		RUN --mount=type=secret,id=s cat /run/secrets/s >/made && id -u >>/made
		FROM localhost/$ID:1
		COPY --from=first /made /made
		RUN test ! -e /run/secrets/s && echo second >>/made
	END
	bh build --runtime "$RUNTIME" --network none --secret "id=s,src=$W/secret" -t localhost/built:1 "$W/ctx"
	bh from --name c2 localhost/built:1
	is "$(bh run --runtime "$RUNTIME" c2 -- cat /made)" $'hidden0\nsecond'
	bh rm c2
}

@test "a RUN that fails fails the build with its status" {
	printf 'FROM localhost/%s:1\nRUN exit 5\n' "$ID" >"$W/ctx/Containerfile"
	fails_saying "exit status 5" bh build --runtime "$RUNTIME" --network none "$W/ctx"
}
