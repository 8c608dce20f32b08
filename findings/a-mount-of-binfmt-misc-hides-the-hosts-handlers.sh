#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a binfmt_misc that is mounted in a user namespace (since Linux 6.7) adds handlers of its own to the host's, and an
# umount takes those away and brings back how it was.
# Seen (Linux 6.18): with the mount, empty as it is, the namespace and those below it stop using the handlers of its parents.
# After the umount they have none at all: the namespace's own set stays, empty, for the rest of its life.
# Who cares: containers with a user namespace (podman --userns=auto, Docker's userns-remap, Kubernetes' hostUsers: false) on a
# host that runs other architectures through qemu-user. An init such as systemd, or a script that looks, mounts binfmt_misc,
# and every foreign program of that container fails with "exec format error" from then on.
# What to do: do not mount it in such a container (systemd: mask proc-sys-fs-binfmt_misc.automount), or register the handlers
# again within it.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
needs_kernel 6.7 "binfmt_misc of a user namespace"
grep -qw binfmt_misc /proc/filesystems || skip "this kernel has no binfmt_misc (modprobe binfmt_misc)"
unpack sid util-linux=2.42.4-1 mount=2.42.4-1

# The outer user namespace stands for the host, so that the machine's own handlers are left alone.
cat >"$root/host" <<'SH'
cd /tmp
printf FOREIGN >program
chmod +x program
mkdir set own
mount -t binfmt_misc none set
echo ":finding:M::FOREIGN::/usr/bin/echo:F" >set/register
exec unshare --user --map-root-user --mount sh -c '
  tried() { ./program >output 2>/dev/null && echo "runs by $(cat output)" || echo fails; }
  tried
  mount -t binfmt_misc none own
  tried
  umount own
  tried
  unshare --user --map-root-user ./program >/dev/null 2>&1 && echo runs || echo fails'
SH
mapfile -t seen < <(inside unshare --user --map-root-user --mount sh /host)
same "before the mount" "runs by ./program" "${seen[0]}"
same "with it" fails "${seen[1]}"
same "after the umount" fails "${seen[2]}"
same "in a namespace below" fails "${seen[3]}"
finish
