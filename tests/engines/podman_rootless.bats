#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: podman conmon newuidmap setpriv
# version: podman --version | sed 's|podman version|Podman|'
# covers: Podman as an ordinary user: run, exec, logs, stop, volumes, terminals, --userns keep-id, pods
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load podman

# The user exists in this run's view of /etc alone.
USER_ID=54321

setup_file() {
	setpriv --reuid $USER_ID --regid $USER_ID --clear-groups unshare -U true 2>/dev/null ||
		skip "needs a kernel where an ordinary user can make user namespaces"
	local home=$W/rl
	mkdir -p "$home"/{home,run} "$W/vol"
	echo from-host >"$W/vol/f"
	make_rootfs "$W/rootfs"
	tar -C "$W/rootfs" -cf "$home/rootfs.tar" .
	{ cat /etc/passwd && echo "corten-user:x:$USER_ID:$USER_ID::$home/home:/bin/sh"; } >"$W/passwd"
	{ cat /etc/group && echo "corten-user:x:$USER_ID:"; } >"$W/group"
	echo "corten-user:700000:65536" >"$W/subid"
	mount --bind "$W/passwd" /etc/passwd
	mount --bind "$W/group" /etc/group
	mount --bind "$W/subid" /etc/subuid
	mount --bind "$W/subid" /etc/subgid
	write_conf "$home/containers.conf" "$home" "$home/${RUNTIME##*/}"
	write_storage "$home/storage.conf" "$home"
	cp "$RUNTIME" "$home/${RUNTIME##*/}" # the user may not be able to reach the original
	chown -R $USER_ID:$USER_ID "$home"
	rl import -q --change CMD=/bin/sh "$home/rootfs.tar" "$IMG"
	rl import -q --change 'CMD ["/bin/sleep","1000"]' "$home/rootfs.tar" "$PAUSE"
}

teardown_file() {
	is "$(rl ps -aq)" ""
	is "$(pgrep -x conmon || true)" ""
}

# rl ARG...: podman as that user, with the groups of $GROUPS_OF_USER where that is set.
rl() {
	local groups=(--init-groups)
	[ -z "${GROUPS_OF_USER-}" ] || groups=(--groups "$GROUPS_OF_USER")
	(
		cd "$W/rl/home" || exit
		exec timeout -k 2 40 setpriv --reuid $USER_ID --regid $USER_ID "${groups[@]}" --inh-caps=-all \
			env -u DBUS_SESSION_BUS_ADDRESS HOME="$W/rl/home" XDG_RUNTIME_DIR="$W/rl/run" \
			CONTAINERS_CONF="$W/rl/containers.conf" CONTAINERS_STORAGE_CONF="$W/rl/storage.conf" \
			podman --runtime under-test --cgroup-manager cgroupfs --tmpdir "$W/rl/run/libpod" "$@" 3>&- 4>&-
	)
}

@test "run: root inside, the user and its subordinate ids outside" {
	is "$(rl run --rm --network none "$IMG" sh -c 'id -u; awk "{ print \$2 }" /proc/self/uid_map')" $'0\n'$USER_ID$'\n700000'
	is "$(rl run --rm --network none --user app "$IMG" sh -c 'id -u; touch /tmp/f && stat -c %u /tmp/f')" $'1000\n1000'
}

@test "the codes 127 and 126" {
	rc_is 127 rl run --rm --network none "$IMG" no-such-command
	rc_is 126 rl run --rm --network none "$IMG" /bin/not-executable
}

@test "the host's network, with a volume" {
	is "$(rl run --rm --network host -v "$W/vol:/v:ro" "$IMG" cat /v/f)" from-host
}

@test "a terminal" {
	is "$(rl run --rm -t --network none "$IMG" tty | tr -d '\r')" /dev/pts/0
}

@test "in the background: exec, logs, ps, top, stop and rm" {
	rl run -d --name r1 --network none "$IMG" sh -c 'echo up; sleep 100'
	is "$(rl exec r1 sh -c 'echo in; exit 0')" in
	rc_is 4 rl exec r1 sh -c 'exit 4'
	has "$(rl logs r1)" up
	is "$(rl ps --format '{{.Names}}')" r1
	has "$(rl top r1)" sleep
	rl stop -t 0 r1
	rl rm r1
}

@test "--userns keep-id, --read-only and --tmpfs" {
	is "$(rl run --rm --network none --userns keep-id --read-only --tmpfs /scratch "$IMG" sh -c 'id -u; touch /scratch/x /x 2>&1 | grep -c Read-only')" \
		$USER_ID$'\n1'
}

@test "--group-add keep-groups: what the user may read by a group, the container may, too" {
	"$RUNTIME" features 2>/dev/null | grep -q run.oci. || skip "needs a runtime with crun's annotations"
	echo of-the-group >"$W/vol/grouped"
	chmod 640 "$W/vol/grouped"
	chgrp 64321 "$W/vol/grouped"
	GROUPS_OF_USER=64321
	fails rl run --rm --network none -v "$W/vol:/v:ro" "$IMG" cat /v/grouped
	is "$(rl run --rm --network none --group-add keep-groups -v "$W/vol:/v:ro" "$IMG" cat /v/grouped)" of-the-group
	rl run -d --name g1 --network none --group-add keep-groups -v "$W/vol:/v:ro" "$IMG" sleep 100
	is "$(rl exec g1 cat /v/grouped)" of-the-group
	rl rm -f -t 0 g1
}

@test "podman unshare: a container's files, as its root sees them" {
	rl run --name u1 --network none "$IMG" sh -c 'echo made >/f; chown 7 /f'
	is "$(rl unshare sh -c 'm=$(podman --cgroup-manager cgroupfs --tmpdir "$XDG_RUNTIME_DIR/libpod" mount u1) && cat "$m/f" && stat -c %u "$m/f"')" $'made\n7'
	is "$(rl unshare podman --runtime under-test --cgroup-manager cgroupfs --tmpdir "$W/rl/run/libpod" run --rm --network none "$IMG" echo inside)" inside
	rl rm u1
}

@test "--cgroups disabled and no-conmon" {
	is "$(rl run --rm --network none --cgroups disabled "$IMG" echo here)" here
	is "$(rl run --rm --network none --cgroups no-conmon "$IMG" echo here)" here
}

@test "a pod" {
	rl pod create --name p1 --network none --share net,ipc,uts --hostname podbox
	rl run -d --pod p1 --name pc1 "$IMG" sleep 100
	is "$(rl exec pc1 hostname)" podbox
	rl pod rm -f -t 0 p1
}

@test "build with RUN" {
	mkdir -p "$W/rl/home/ctx"
	printf 'FROM %s\nRUN id -u >/made\nCMD ["cat", "/made"]\n' "$IMG" >"$W/rl/home/ctx/Containerfile"
	chown -R $USER_ID:$USER_ID "$W/rl/home/ctx"
	rl build --network none -t localhost/built:1 ctx
	is "$(rl run --rm --network none localhost/built:1)" 0
}
