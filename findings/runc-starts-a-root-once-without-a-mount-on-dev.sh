#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a bundle without a mount on /dev, which the specification permits, starts as often as one likes: the devices and links that
# the runtime made there are found again.
# Seen with runc 1.3.6: it starts once. The next start follows the /dev/stdin of the first one through /proc to the pipe that is
# its own standard input, and fails to make a link there ("pipe:[...]: no such file or directory"; without a mount on /proc "too
# many levels of symbolic links"). runc 1.1.5 and crun 1.28 start it each time.
# "oci-image-tool create" writes such bundles: no mounts, no namespaces, and a terminal. crun refuses a file without "mounts", which
# are optional.
# Who cares: whoever starts a root file system of debootstrap, tar or oci-image-tool with a small config.json of his own: tests,
# embedded systems, initramfs. An image whose /dev has these links, as debootstrap makes them, does not start at all.
# What to do: mount a tmpfs on /dev, as "runc spec" has it; or remove the links in the root's /dev before each start.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid runc=1.3.6+ds1-1 crun=1.28-1 oci-image-tool=1.0.0~rc2+really.rc1+dfsg-2+b25 umoci=0.6.0+ds-1+b1 jq=1.8.2-1 \
  busybox-static=1:1.38.0-3+b1 sed

cat >"$root/bundles" <<'SH'
cd /tmp
# starts RUNTIME BUNDLE: "yes", or the runtime's last error
starts() {
  $1 run --bundle "$2" finding >message 2>&1 </dev/null && echo yes || tail -n 1 message
}
umoci init --layout images
umoci new --image images:one
umoci insert --image images:one /usr/bin/busybox /true
umoci config --image images:one --config.cmd /true
oci-image-tool create --ref name=one images bundle
jq --compact-output '[.mounts, .linux.namespaces, .process.terminal]' bundle/config.json
echo "crun:" "$(starts crun bundle)"
mkdir -p bundle/rootfs/dev bundle/rootfs/proc

jq '.process.terminal = false | .mounts = [{destination: "/proc", type: "proc", source: "proc"}] |
  .linux.namespaces = [{type: "mount"}, {type: "pid"}]' bundle/config.json >proc.json
for runtime in crun runc; do
  cp -a bundle $runtime
  cp proc.json $runtime/config.json
  echo "$runtime, first:" "$(starts $runtime $runtime)"
  echo "$runtime, second:" "$(starts $runtime $runtime)"
done
rm -r runc/rootfs/dev/*
ln -s /proc/self/fd/0 runc/rootfs/dev/stdin
echo "runc, link of the image:" "$(starts runc runc)"
jq '.mounts += [{destination: "/dev", type: "tmpfs", source: "tmpfs"}]' proc.json >runc/config.json
echo "runc, with a tmpfs:" "$(starts runc runc)"
SH
LONE_CGROUP2=1 inside sh -e /bundles >"$work/seen" 2>"$work/errors" || fail_with "$work/errors"
same "starts" "[null,null,true]
crun: invalid config file, no \`mounts\` block specified
crun, first: yes
crun, second: yes
runc, first: yes
runc, second: error setting up /dev symlinks: symlinkat /tmp/runc/rootfs/proc/1/fd/pipe:[NUMBER]: no such file or directory
runc, link of the image: error setting up /dev symlinks: symlinkat /tmp/runc/rootfs/proc/1/fd/pipe:[NUMBER]: no such file or directory
runc, with a tmpfs: yes" "$(sed 's/time=.*\(error setting up.*\)"$/\1/; s/:\[[0-9]*\]/:[NUMBER]/' "$work/seen")"
finish
