#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: systemd-nspawn --oci-bundle runs what "runc spec" makes, or fails for a property that it does not know: versions of
# the specification since 1.0.0 only add to it.
# Seen with systemd 262: it compares the text: any ociVersion but "1.0.0" is "not supported", be it 1.0.2 of 2020 or 1.3.0, so
# that no bundle of today's runc, umoci, podman or buildah is taken as it is.
# Who cares: whoever thinks of nspawn as a peer to check a bundle with, or to run it where no runtime is.
# What to do: set ociVersion to 1.0.0 in a copy, and take what is new since out of it.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid systemd-container=262.1-1 runc=1.3.6+ds1-1 util-linux=2.42.4-1 mount=2.42.4-1 sed

mkdir -p "$root/bundle/rootfs/usr"
inside runc spec --bundle /bundle

# refusal VERSION: what nspawn says of the version of runc's bundle when it is this one.
refusal() {
  sed -i "s/\"ociVersion\": .*/\"ociVersion\": \"$1\",/" "$root/bundle/config.json"
  LONE_CGROUP2=1 inside systemd-nspawn --register=no --keep-unit --oci-bundle=/bundle >"$work/message" 2>&1 </dev/null || true
  sed -n 's/.*OCI bundle version not supported.*/not supported/p' "$work/message"
}

same "1.0.0" "" "$(refusal 1.0.0)"
for version in 1.0.1 1.0.2 1.1.0 1.2.1 1.3.0; do same "$version" "not supported" "$(refusal "$version")"; done
finish
