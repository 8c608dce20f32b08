#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: all runtimes read config.json as strict JSON, so that a file with a comment, a comma too many, single quotes or text
# behind its end is refused by each.
# Seen: crun 1.28 (json-c 0.19) starts with any of them, and takes 010 for ten. runc 1.3.6 refuses all but text behind the end:
# Go's decoder stops after the first value.
# Who cares: a file that was edited by hand and works with crun stops at the next switch of the runtime; a file that was
# written over a longer one, with the old one's tail still behind it, starts with both.
# What to do: pass config.json through a strict reader (jq, python3 -m json.tool) where it is made; write it to a new file
# and rename it.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid crun=1.28-1 runc=1.3.6+ds1-1 busybox-static=1:1.38.0-3+b1

mkdir -p "$root/bundle/rootfs/"{bin,dev,proc,sys}
cp "$root/usr/bin/busybox" "$root/bundle/rootfs/bin"

# starts SED-SCRIPT: which runtimes start the container with what the script makes of a good configuration, and its OOM score.
starts() {
  local runtime score all=""
  cat >"$root/bundle/config.json" <<'JSON'
{
  "ociVersion": "1.0.2",
  "root": { "path": "rootfs" },
  "process": {
    "cwd": "/", "user": { "uid": 0, "gid": 0 },
    "args": [ "/bin/busybox", "cat", "/proc/self/oom_score_adj" ],
    "oomScoreAdj": 8
  },
  "mounts": [ { "destination": "/dev", "type": "tmpfs", "source": "tmpfs" }, { "destination": "/proc", "type": "proc", "source": "proc" } ],
  "linux": { "namespaces": [ { "type": "mount" }, { "type": "pid" } ] }
}
JSON
  sed -i "$1" "$root/bundle/config.json"
  for runtime in crun runc; do
    score=$(LONE_CGROUP2=1 inside "$runtime" --root /tmp/state run --bundle /bundle "finding-$$" 2>/dev/null </dev/null) ||
      score=refused
    all+="$runtime $score, "
  done
  echo "${all%, }"
}

same "as it should be" "crun 8, runc 8" "$(starts '')"
same "a comment" "crun 8, runc refused" "$(starts '2i/* a comment */')"
same "a comma too many" "crun 8, runc refused" "$(starts 's/: 8/: 8,/')"
same "single quotes" "crun 8, runc refused" "$(starts "s/\"oomScoreAdj\"/'oomScoreAdj'/")"
same "010" "crun 10, runc refused" "$(starts 's/: 8/: 010/')"
# shellcheck disable=SC2016 # It is sed's.
same "text behind the end" "crun 8, runc 8" "$(starts '$a the tail of a longer file" } }')"
finish
