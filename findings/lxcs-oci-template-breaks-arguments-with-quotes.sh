#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: "lxc-create --template oci" starts an image's command with the arguments that the image has: it keeps words with spaces
# together, and other tools' arrays of arguments need no quotes.
# Seen with lxc 7.0.0: the template writes the arguments as JSON strings into lxc.execute.cmd, and LXC splits that line at quotes
# without reading JSON's escapes. An argument with a double quote falls into two with backslashes in them, and each backslash is
# doubled. Spaces, $ and single quotes stay.
# Who cares: images whose command is ["sh", "-c", "exec \"$PROGRAM\" ..."], or has a regular expression or JSON in it: the same
# image runs with engines, and does something else with LXC.
# What to do: put such a command into a script of the image, and read lxc.execute.cmd before the first start.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid lxc=1:7.0.0-2+b1 umoci=0.6.0+ds-1+b1 skopeo=1.22.0+ds1-1 jq=1.8.2-1 busybox-static=1:1.38.0-3+b1 bash \
  rsync mawk sed findutils util-linux=2.42.4-1

cat >"$root/containers" <<'SH'
# LXC leaves this cgroup behind.
[ -e /sys/fs/cgroup/lxc.pivot ] || trap 'rmdir /sys/fs/cgroup/lxc.pivot' EXIT
umask 022
export HOME=/root PATH=/usr/sbin:/usr/bin
cd /tmp
chmod 755 .
ln -s mawk /usr/bin/awk
mkdir -p files/bin files/etc files/dev files/proc files/sys /etc/containers /var/tmp /var/lib/lxc /var/cache/lxc containers
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >/etc/containers/policy.json
cp /usr/bin/busybox files/bin
umoci init --layout image
umoci new --image image:one
umoci insert --image image:one files /
umoci config --image image:one --config.env PATH=/bin
# arguments ARGUMENT...: what a command gets that the image gives these
arguments() {
  set -- /bin/busybox printf '[%s]' "$@"
  options=
  for argument in "$@"; do options="$options --config.cmd $(printf %s "$argument" | sed "s/'/'\\\\''/g; s/^/'/; s/$/'/")"; done
  eval "umoci config --image image:one --clear=config.cmd $options" || return
  lxc-create --name box --lxcpath /tmp/containers --template oci -- --url oci:/tmp/image:one >log 2>&1 || cat log
  echo 'lxc.net.0.type = none' >>containers/box/config
  lxc-execute --name box --lxcpath /tmp/containers 2>&1 || echo "status $?"
  echo
  rm -r containers/box
}
arguments 'two words' '$HOME' "it's"
arguments 'say "hi"'
arguments 'back\slash'
SH
LONE_CGROUP2=1 inside sh /containers >"$work/seen" 2>"$work/errors" || fail_with "$work/errors"
same "arguments" "[two words][\$HOME][it's]
[say \\][hi\\\"\"]
[back\\\\slash]" "$(cat "$work/seen")"
finish
