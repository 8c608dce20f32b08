# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Containers of containerd with the runtime io.containerd.corten.v1: to be loaded after containerd.bash.

export SHIM=${SHIM:-$BATS_TEST_DIRNAME/../../build/release/bin/containerd-shim-corten-v1}

setup_file() { [ ! -x "$SHIM" ] || setup_containerd; }
setup() { skip_if "$([ -x "$SHIM" ] || echo 'no SHIM=/path/of/containerd-shim-corten-v1')"; }
teardown_file() { [ ! -x "$SHIM" ] || teardown_containerd; }

BY=(--runtime io.containerd.corten.v1)

# begin NAME OPTION... -- COMMAND...: a container in the background.
begin() {
	local name=$1 options=()
	shift
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	c8r run -d "${BY[@]}" --log-uri "file://$W/$name.log" "${options[@]}" "$IMG" "$name" "$@"
}

shim_of() { awk '/^PPid/ { print $2 }' "/proc/$(pid_of "$1")/status"; }
socket_of() { sed 's|^unix://||' "/run/containerd/io.containerd.runtime.v2.task/$ID/$1/address"; }
spoken() { python3 "$BATS_TEST_DIRNAME/ttrpc.py" "$@"; }
