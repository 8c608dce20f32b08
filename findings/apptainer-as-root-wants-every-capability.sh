#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: Apptainer as root in a container starts where it has what it uses: CAP_SYS_ADMIN, to mount and to make namespaces.
# Seen with apptainer 1.4.5: it mounts all, and then asks the kernel for every capability that there is: root that lacks one, be it
# CAP_WAKE_ALARM, starts nothing. The message has two numbers in hexadecimal. With --drop-caps and the names of what lacks, with
# --no-privs or with --userns it starts.
# Who cares: jobs on HPC images within Docker, Podman or Kubernetes: "--cap-add SYS_ADMIN" does not help, and nothing but
# --privileged or "--cap-add ALL" does, where the engine itself has all.
# What to do: --userns; or --drop-caps with the names that "capsh --decode" shows for the two numbers' difference.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid apptainer=1.4.5-2 busybox-static=1:1.38.0-3+b1 util-linux=2.42.4-1

touch "$root/etc/resolv.conf" "$root/etc/hosts" "$root/etc/localtime"
mkdir -p "$root/var/lib/apptainer/mnt/session" "$root/var/tmp"
cat >"$root/starts" <<'SH'
umask 022
cd /tmp
mkdir -p box/bin box/etc box/tmp box/proc box/sys box/dev box/root
cp /usr/bin/busybox box/bin
ln -s busybox box/bin/echo
# starts OPTION...: whether it does without these two capabilities
starts() {
  echo "$*:" "$(setpriv --bounding-set=-wake_alarm,-sys_resource apptainer --silent exec "$@" box /bin/echo yes 2>&1)"
}
starts --no-home
starts --no-home --drop-caps CAP_WAKE_ALARM,CAP_SYS_RESOURCE
starts --no-home --no-privs
starts --no-home --userns
SH
inside sh -e /starts >"$work/seen" 2>"$work/errors" || fail_with "$work/errors"
same "starts" "--no-home: ERROR : Requesting capability set NUMBER while permitted capability set is NUMBER
--no-home --drop-caps CAP_WAKE_ALARM,CAP_SYS_RESOURCE: yes
--no-home --no-privs: yes
--no-home --userns: yes" "$(sed 's/\x1b\[[0-9]*m//g; s/0x[0-9a-f]*/NUMBER/g; s/ERROR  */ERROR /; /^$/d' "$work/seen")"
finish
