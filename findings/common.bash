# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the findings share. Nothing outside a temporary directory changes, and all mounts are in a mount namespace of ours.

# start: a root shell in its own mount namespace, with $work, which goes at the end, and $root within it for packages.
start() {
  [ "$(id -u)" = 0 ] || skip "this finding needs root"
  [ -n "${FINDING_PRIVATE-}" ] || FINDING_PRIVATE=1 exec unshare --mount --propagation private "$0" "$@"
  unset FINDING_PRIVATE
  work=$(mktemp -d)
  root=$work/root
  differences=0
  trap clean EXIT
}

clean() {
  umount --recursive --lazy "$root" 2>/dev/null || true
  rm -rf --one-file-system "$work"
}

skip() {
  echo "skipped: $1"
  exit 77
}

# needs_kernel 6.14 WHAT
needs_kernel() {
  printf '%s\n' "$1" "$(uname -r)" | sort --check=quiet --version-sort || skip "$2 came with Linux $1; this is $(uname -r)"
}

# unpack SUITE PACKAGE=VERSION...: these packages and all that they depend on become a root file system in $root. The
# machine's own Debian mirror serves them; nothing is installed. $FINDINGS_CACHE, a directory, keeps the indexes.
unpack() {
  local suite=$1 apt=${FINDINGS_CACHE:-$work/apt}/$1 mirror name
  shift
  mirror=$(grep -rhoE --include='*.list' --include='*.sources' 'https?://[^ ]*/debian/?( |$)' /etc/apt | head -n 1 | tr -d ' ')
  [ -n "$mirror" ] || skip "no Debian mirror in /etc/apt"
  mkdir -p "$apt"/lists/partial "$work/archives/partial" "$root"/{usr/{bin,sbin,lib,lib64},proc,sys,dev,tmp,run,etc}
  for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
  : >"$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources.list"
  cat >"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Cache::archives "$work/archives";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
CONF
  export APT_CONFIG=$apt/apt.conf
  [ -e "$apt/pkgcache.bin" ] || apt-get update >"$apt/log" 2>&1 || fail_with "$apt/log"
  apt-get install --yes --no-install-recommends --download-only "$@" coreutils dash grep mount >"$apt/log" 2>&1 || {
    sed -n "s/^E: Version '\(.*\)' for '\(.*\)' was not found/\2 \1 is not in the archive any more: see what the newer one does/p" "$apt/log"
    fail_with "$apt/log"
  }
  unset APT_CONFIG
  for name in "$work"/archives/*.deb; do dpkg-deb --extract "$name" "$root"; done
  ln -sf dash "$root/usr/bin/sh"
  cp /etc/passwd /etc/group "$root/etc"
  echo "with $*, Linux $(uname -r)"
}

fail_with() {
  tail -n 5 "$1"
  exit 1
}

# inside COMMAND...: runs it with $root as the root file system, with the machine's /proc, /sys and /dev and a tmpfs on /tmp.
inside() {
  # shellcheck disable=SC2016 # The inner shell expands.
  unshare --mount --propagation private bash -euc '
    mount --rbind "$0" "$0"
    cd "$0"
    for name in proc sys dev; do mount --rbind "/$name" "$name"; done
    mount -t tmpfs tmpfs tmp
    [ -z "${LONE_CGROUP2-}" ] || mount -t cgroup2 cgroup2 sys/fs/cgroup
    mkdir -p .old
    pivot_root . .old
    cd /
    umount -l /.old
    exec "$@"' "$root" "$@"
}

# same WHAT EXPECTED SEEN
same() {
  echo "$1: $3"
  [ "$2" = "$3" ] || {
    echo "  which changed: it was '$2'"
    differences=$((differences + 1))
  }
}

finish() {
  [ "$differences" = 0 ] || exit 1
  echo "as found"
}
