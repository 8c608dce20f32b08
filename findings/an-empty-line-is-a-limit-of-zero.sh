#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: an empty line written to a cgroup's memory limit is an error, as it is for pids.max and cpu.shares: there is no
# number in it.
# Seen (Linux 6.18): it is the limit 0, for memory.limit_in_bytes and hugetlb (which share their parser with memory.max), as
# is anything below a page; 0x reads as hexadecimal and a leading 0 as octal.
# Who cares: `echo "$limit" > memory.max` with the variable unset ends the container by OOM rather than the script with an
# error; a number padded with zeros gives less than it says.
# What to do: refuse an empty or padded value before the write, and read the file back.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
echo "Linux $(uname -r)"

# A child of the cgroup that this process is in, on whichever memory controller there is.
if ours=$(sed -n 's/^[0-9]*:\([^:]*,\)*memory\(,[^:]*\)*:\(.*\)/\3/p' /proc/self/cgroup) && [ -n "$ours" ]; then
  mounted=$(findmnt --noheadings --types cgroup --options memory --output TARGET | head -n 1) file=memory.limit_in_bytes
else
  ours=$(sed -n 's/^0:://p' /proc/self/cgroup) mounted=$(findmnt --noheadings --types cgroup2 --output TARGET | head -n 1)
  file=memory.max
fi
group=$mounted${ours%/}/finding-$$
mkdir "$group" || skip "no cgroup can be made in $mounted$ours"
trap 'rmdir "$group"; clean' EXIT
[ -e "$group/$file" ] || skip "the memory controller is not on for children of $ours"
echo "$file"

# limit TEXT: what the file reads after this line is written to it.
limit() {
  echo $((1 << 30)) >"$group/$file"
  { echo "$1" >"$group/$file"; } 2>/dev/null || echo refused
  cat "$group/$file"
}

same "an empty line" 0 "$(limit '')"
same "100" 0 "$(limit 100)"
same "0x100000" 1048576 "$(limit 0x100000)"
same "010000000 (octal)" 2097152 "$(limit 010000000)"
same "text" "refused 1073741824" "$(limit text | tr '\n' ' ' | sed 's/ $//')"
finish
