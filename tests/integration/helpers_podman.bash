# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Podman of a test's own, beside helpers.bash: its storage and its state are the test's, its cgroups are systemd's.

set_up_podman() {
	setup_bundle
	PODMAN=(podman --root "$TEST_DIR/graph" --runroot "$TEST_DIR/run" --tmpdir "$TEST_DIR/libpod" --storage-driver vfs
		--runtime "$RUNTIME" --cgroup-manager systemd)
	export CONTAINERS_CONF=/dev/null
}

pm() { "${PODMAN[@]}" "$@" 3>&- 4>&-; }
