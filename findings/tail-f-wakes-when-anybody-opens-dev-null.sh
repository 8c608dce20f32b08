#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: "tail -f /dev/null", the command that keeps a container alive for "exec", waits in the kernel and costs nothing, whichever
# tail the image has; "sleep infinity" is the same.
# Seen: tail of GNU coreutils 9.10 and busybox 1.38 wakes once a second, to read. That of uutils 0.12 (the coreutils of Ubuntu since
# 25.10) wakes for each open of /dev/null by any process, too, in two threads. toybox 0.8 waits for writes alone. "sleep
# infinity" never wakes; toybox's refuses the word.
# Who cares: a rootless container has the host's /dev/null, bound: there each shell script of the host that opens it wakes the tail
# of every idle container, with hundreds of them in step. It also keeps one of the user's inotify instances
# (fs.inotify.max_user_instances is 128), which rootless containers share.
# What to do: "sleep infinity" (or "sleep inf" with busybox), or the engine's --init with it for a clean stop.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid coreutils=9.10-1 rust-coreutils=0.12.0-1 busybox-static=1:1.38.0-3+b1 toybox=0.8.9+dfsg-1.3

# wakes OPENS COMMAND...: how often all its threads wake in six seconds, in which its null device is opened that often, by class.
# The device is one of its own: the machine's is opened all the time.
wakes() {
  # shellcheck disable=SC2016 # The inner shell expands.
  inside sh -c '
    mknod -m 666 /tmp/null c 1 3
    count() { cat /proc/$1/task/*/status | grep ^voluntary | { total=0; while read -r _ number; do total=$((total + number)); done; echo $total; }; }
    opens=$1
    shift
    "$@" >/tmp/output 2>&1 &
    sleep 1
    kill -0 $! 2>/dev/null || { echo ends; exit; }
    before=$(count $!)
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
      [ $opens = 0 ] || : </tmp/null
      sleep 0.4
    done
    after=$(count $!)
    kill $!
    echo $((after - before))' sh "$@" | {
    read -r number
    case $number in
      ends) echo "it ends" ;;
      0) echo never ;;
      [5-9]) echo "once a second" ;;
      1[5-9] | [2-9][0-9]) echo "for each open" ;;
      *) echo "$number times" ;;
    esac
  }
}

same "tail -f of GNU" "once a second" "$(wakes 15 /usr/bin/tail -f /tmp/null)"
same "tail -f of busybox" "once a second" "$(wakes 15 busybox tail -f /tmp/null)"
same "tail -f of uutils, when nobody opens the device" "once a second" "$(wakes 0 /usr/bin/coreutils tail -f /tmp/null)"
same "tail -f of uutils, opened 15 times" "for each open" "$(wakes 15 /usr/bin/coreutils tail -f /tmp/null)"
same "tail -f of toybox" never "$(wakes 15 toybox tail -f /tmp/null)"
same "sleep infinity of GNU" never "$(wakes 15 /usr/bin/sleep infinity)"
same "sleep infinity of busybox" never "$(wakes 15 busybox sleep infinity)"
same "sleep infinity of uutils" never "$(wakes 15 /usr/bin/coreutils sleep infinity)"
same "sleep infinity of toybox" "it ends" "$(wakes 15 toybox sleep infinity)"
finish
