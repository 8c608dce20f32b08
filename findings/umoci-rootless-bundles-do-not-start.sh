#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: "umoci unpack --rootless" makes a bundle that an unprivileged user starts, as "runc spec --rootless" does.
# Seen with umoci 0.6.0: it maps one user and has taken the network namespace out, and leaves gid=5 in the options of /dev/pts,
# which that map has not, and a sysfs, which needs the network namespace. runc 1.3.6 and crun 1.28 fail for the first; without
# it runc fails for the second, and crun starts: where sysfs is not permitted it binds the host's /sys.
# Who cares: whoever unpacks images by hand or in a job without root, and takes the message for the runtime's fault.
# What to do: take gid=5 out of config.json and bind /sys (recursively) in the place of sysfs, which is what "runc spec
# --rootless" writes.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid umoci=0.6.0+ds-1+b1 runc=1.3.6+ds1-1 crun=1.28-1 busybox-static=1:1.38.0-3+b1 util-linux=2.42.4-1 sed

cat >"$root/bundles" <<'SH'
echo 'joe:x:54321:54321::/:/bin/sh' >>/etc/passwd
chmod 755 /tmp
mkdir /tmp/home
chown 54321 /tmp/home
cd /tmp/home
setpriv --reuid 54321 --regid 54321 --clear-groups sh -c '
  export HOME=/tmp/home XDG_RUNTIME_DIR=/tmp/home
  umoci init --layout images
  umoci new --image images:empty
  umoci unpack --rootless --image images:empty bundle
  cp /usr/bin/busybox bundle/rootfs/true
  sed -i "s/\"terminal\": true/\"terminal\": false/; s|\"sh\"|\"/true\"|" bundle/config.json
  try() {
    for runtime in runc crun; do
      $runtime --root /tmp/home/state run --bundle bundle finding >message 2>&1 </dev/null && result=starts || result=$(grep -v newuidmap message | tail -n 1)
      echo "$1 $runtime: $result"
    done
  }
  try unpacked
  sed -i "s/\"gid=5\"/\"mode=0620\"/" bundle/config.json
  try no-gid
  sed -i "/\"type\": \"sysfs\"/,/]/s/\"sysfs\"/\"none\"/; /\"destination\": \"\/sys\"/,/]/{s/\"source\": .*/\"source\": \"\/sys\",/; s/\"nosuid\"/\"rbind\", \"nosuid\"/}" bundle/config.json
  try bound'
SH
LONE_CGROUP2=1 inside sh /bundles >"$work/seen" 2>&1

# outcome CASE RUNTIME
outcome() {
  sed -n "s/^$1 $2: //p" "$work/seen" | sed 's/.*\(gid=5\).*/names gid=5/; s/.*devpts.*Invalid argument.*/devpts is invalid/; s/.*sysfs.*not permitted.*/sysfs is not permitted/'
}

same "runc, as unpacked" "names gid=5" "$(outcome unpacked runc)"
same "crun, as unpacked" "devpts is invalid" "$(outcome unpacked crun)"
same "runc, without gid=5" "sysfs is not permitted" "$(outcome no-gid runc)"
same "crun, without gid=5" starts "$(outcome no-gid crun)"
same "runc, with /sys bound, too" starts "$(outcome bound runc)"
finish
