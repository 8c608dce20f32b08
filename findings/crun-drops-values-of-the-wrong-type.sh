#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: a value of the wrong JSON type in config.json ("6" for a number, "true" for a boolean) stops every runtime, as it
# stops runc: "cannot unmarshal string into Go struct field".
# Seen with crun 1.28 (which reads with json-c 0.19): it starts the container as if the field were absent, without a word.
# A number that is out of form in its place (5.7) is an error, so the silence is of types only.
# Who cares: configurations from templates (YAML's and shell's strings) work with crun and do not what they say: the OOM score
# stays 0, a read-only root is writable. The same file then fails with runc.
# What to do: check config.json against the specification's schema before it goes to a runtime; do not take a start as proof.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid crun=1.28-1 busybox-static=1:1.38.0-3+b1

mkdir -p "$root/bundle/rootfs/"{bin,dev,proc,tmp}
cp "$root/usr/bin/busybox" "$root/bundle/rootfs/bin"

# run SCORE READONLY: the OOM score and the root's first mount option that the container has, or crun's message.
run() {
  cat >"$root/bundle/config.json" <<JSON
{
  "ociVersion": "1.0.2",
  "root": { "path": "rootfs", "readonly": $2 },
  "process": {
    "cwd": "/", "user": { "uid": 0, "gid": 0 }, "oomScoreAdj": $1,
    "args": [ "/bin/busybox", "sh", "-c",
      "busybox cat /proc/self/oom_score_adj; busybox grep ' / / ' /proc/self/mounts | busybox cut -d' ' -f4; busybox touch /x 2>/dev/null && echo writable || echo read-only" ]
  },
  "mounts": [ { "destination": "/proc", "type": "proc", "source": "proc" } ],
  "linux": { "namespaces": [ { "type": "mount" }, { "type": "pid" } ] }
}
JSON
  LONE_CGROUP2=1 inside crun --root /tmp/state run --bundle /bundle "finding-$$" 2>&1 </dev/null | tr '\n' ' ' | sed 's/ *$//'
}

same "6 and true" "6 read-only" "$(run 6 true)"
same '"6" and "true"' "0 writable" "$(run '"6"' '"true"')"
same "5.7 and true" "load \`config.json\`: Invalid value '5.7' with type 'integer' for key 'oomScoreAdj': Invalid argument" "$(run 5.7 true)"
finish
