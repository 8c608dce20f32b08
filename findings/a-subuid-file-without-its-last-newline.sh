#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: whether /etc/subuid ends with a newline does not matter, and a failure of newuidmap tells of the line that it dislikes.
# Seen: shadow 4.20 refuses the whole file when the last line has no newline ("Non-text file"), for every user in it, and then says
# "Cannot allocate memory". 4.13 and 4.17 take it. 4.20 has no use for a line with a fourth field, either, which those read.
# Who cares: "printf user:100000:65536 >> /etc/subuid" in an image's build or a provisioning tool: rootless containers start
# until the host (or the image with a nested engine) moves to 4.20, then none of any user does, with a word about memory.
# What to do: end the file with a newline; "getsubids USER" shows whether it is read.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
user=54321

cat >"$work/map" <<'SH'
printf 'joe:x:54321:54321::/:/bin/sh\n' >>/etc/passwd
printf 'joe:x:54321:\n' >>/etc/group
printf "$1" >/etc/subuid
chmod u+s /usr/bin/newuidmap
setpriv --reuid 54321 --regid 54321 --clear-groups sh -c '
  unshare --user sleep 10 & sleep 0.5
  newuidmap $! 0 54321 1 1 100000 1000 && echo mapped
  kill $!' 2>&1
SH

# mapped TEXT: what newuidmap says of a user whose line this is.
mapped() {
  cp "$work/map" "$root/map"
  cp /etc/passwd /etc/group "$root/etc"
  inside sh /map "$1" | tail -n 1
}

grep -q "^[^:]*:[^:]*:$user:" /etc/passwd && skip "there is a user $user"
unpack trixie uidmap=1:4.17.4-2 util-linux=2.41.5-0+deb13u1
same "4.17, as it should be" mapped "$(mapped 'joe:100000:1000\n')"
same "4.17, no last newline" mapped "$(mapped 'joe:100000:1000')"
same "4.17, a fourth field" mapped "$(mapped 'joe:100000:1000:\n')"
rm -rf --one-file-system "$root" "$work/archives"
unpack sid uidmap=1:4.20.3-1 util-linux=2.42.4-1
same "4.20, as it should be" mapped "$(mapped 'joe:100000:1000\n')"
same "4.20, no last newline" "newuidmap: cannot open /etc/subuid: Cannot allocate memory" "$(mapped 'joe:100000:1000')"
same "4.20, a fourth field" "newuidmap: uid range [1-1001) -> [100000-101000) not allowed" "$(mapped 'joe:100000:1000:\n')"
finish
