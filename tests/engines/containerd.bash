# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# containerd of this run's own, driven by ctr; the runtime is called by io.containerd.runc.v2, its shim.

IMG=localhost/corten:1
SOCKET=$W/c.sock
STATE=/run/containerd/runc/$ID

# setup_containerd makes the image $IMG. To be called in setup_file.
setup_containerd() {
	start_containerd "$SOCKET" ', "io.containerd.grpc.v1.cri"'
	make_rootfs "$W/rootfs"
	mkdir -p "$W/vol"
	echo from-host >"$W/vol/f"
	make_oci_archive "$W/rootfs" "$W/image.tar" "$IMG" '["/bin/sh"]'
	c8r image import "$W/image.tar"
}

# After all the tests: no task, shim or state of the runtime is left.
teardown_containerd() {
	is "$(c8r task ls -q && c8r container ls -q)" ""
	until_ok 5 shims_gone
	is "$(find "$STATE" -mindepth 1 -maxdepth 1 ! -name '.*' 2>/dev/null || true)" ""
	is "$(cgroups_named '*')" ""
	stop_daemon containerd
}

# c8r ARG...: ctr itself.
c8r() { timeout --foreground -k 2 "${T-30}" ctr -a "$SOCKET" -n "$ID" "$@" 3>&- 4>&-; }

# box OPTION... -- COMMAND...: a container in the foreground, then removed. The command starts a little late
# and is outlived a little: ctr loses output from before it has opened its pipes, and at times what comes right before the end.
box() {
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	# shellcheck disable=SC2016 # the shell inside expands it
	c8r run --rm --runc-binary "$RUNTIME" "${options[@]}" "$IMG" "b$BASHPID-$RANDOM" sh -c 'sleep 0.5; "$@"; code=$?; sleep 0.5; exit $code' sh "$@"
}

# up NAME OPTION... -- COMMAND...: a container in the background.
up() {
	local name=$1 options=()
	shift
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	c8r run -d --runc-binary "$RUNTIME" --log-uri "file://$W/$name.log" "${options[@]}" "$IMG" "$name" "$@"
}

ex() { c8r task exec --exec-id "e$BASHPID-$RANDOM" "$@"; } # CONTAINER COMMAND...

down() {
	local name
	for name in "$@"; do
		c8r task delete -f "$name" || true
		c8r container delete "$name"
	done
}

pid_of() { c8r task ls | awk -v name="$1" '$1 == name { print $2 }'; }
state_is() { is "$(c8r task ls | awk -v name="$1" '$1 == name { print $3 }')" "$2"; }
log_has() { grep -q "$2" "$W/$1.log"; }
