#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a variable of an image's configuration has the same value whatever runs the image.
# Seen with apptainer 1.4.5: it writes the variables into a shell script, with two backslashes for one. Each double quote and backslash
# in a value gains one, a $NAME is replaced, and a back quote is an error of the script at which it stops: the container then starts
# without any of the image's variables, PATH included, and the status is the command's.
# Who cares: who builds one image for engines and for HPC: JSON in a variable does not parse, a prompt or a password with $ is
# another one; with a back quote in one variable "command not found" is about another.
# What to do: keep such values in a file of the image, or give them with --env at the start. Mended upstream:
# https://github.com/apptainer/apptainer/issues/3328
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid apptainer=1.4.5-2 umoci=0.6.0+ds-1+b1 busybox-static=1:1.38.0-3+b1

touch "$root/etc/resolv.conf" "$root/etc/hosts" "$root/etc/localtime"
mkdir -p "$root/var/lib/apptainer/mnt/session" "$root/var/tmp"
cat >"$root/images" <<'SH'
umask 022
cd /tmp
umoci init --layout image
umoci new --image image:one
mkdir -p files/bin files/tmp files/etc
cp /usr/bin/busybox files/bin
ln -s busybox files/bin/sh
umoci insert --image image:one files /
umoci config --image image:one --config.env PATH=/bin:/opt/bin --config.env 'JSON={"one": 1}' --config.env 'PROMPT=\u:\w ' \
  --config.env 'PLACE=$HOME/data'
run() {
  apptainer build --force --sandbox box oci:image >log 2>&1 || cat log
  env -i PATH="$PATH" HOME=/root apptainer --silent exec --userns --no-home box /bin/sh -c 'echo "$JSON|$PROMPT|$PLACE|${PATH%%:*}"' 2>&1
  echo "status $?"
}
run
umoci config --image image:one --config.env 'QUOTED=a `word`'
run
SH
same "variables" '{\"one\": 1}|\\u:\\w |\/root/data|/bin
status 0
source: /.singularity.d/env/10-docker2singularity.sh:6:31: reached EOF without closing quote `
|||/usr/local/sbin
status 0' "$(inside sh -e /images 2>"$work/errors")"
finish
