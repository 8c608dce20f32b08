#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Guess: when netavark cannot set a network up it leaves nothing behind, as CNI wants of its plugins; and a teardown that fails
# has removed nothing.
# Seen with netavark 1.17.2 where nft is not in PATH: "unable to execute nft", and the bridge, the pair of veths and the address
# in the container stay; the container is reachable, and by no rule. The teardown ends with the same error, and has removed them.
# Who cares: Podman in an image, on a minimal host or from a service with a PATH of its own: nftables is only recommended. A
# supervisor that sees the teardown's status tries again or gives up, with nothing left to do.
# What to do: have nft in the PATH of whatever calls netavark (it has no iptables in its place); after a failed setup call the
# teardown, and look at the interfaces rather than at its status.
set -euo pipefail
# shellcheck source=findings/common.bash
. "$(dirname "$0")/common.bash"
start "$@"
unpack sid netavark=1.17.2-3 iproute2=7.3.0-1 nftables=1.1.7-3 util-linux=2.42.4-1 sed

cat >"$root/network.json" <<'JSON'
{
  "container_id": "finding", "container_name": "finding",
  "networks": { "podman": { "static_ips": [ "10.89.0.2" ], "interface_name": "eth0" } },
  "network_info": { "podman": {
    "name": "podman", "id": "2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9", "driver": "bridge",
    "network_interface": "finding0", "subnets": [ { "subnet": "10.89.0.0/24", "gateway": "10.89.0.1" } ],
    "ipv6_enabled": false, "internal": false, "dns_enabled": false, "ipam_options": { "driver": "host-local" } } }
}
JSON
cat >"$root/networks" <<'SH'
ip link set lo up
mkdir /tmp/empty
: >/tmp/namespace
unshare --net=/tmp/namespace true
call() {
  PATH=$1 /usr/lib/podman/netavark --config /tmp/state "$2" /tmp/namespace </network.json >/tmp/output 2>&1 && result=done ||
    result=$(sed 's/.*\(unable to execute\).*nft.*/\1 nft/' /tmp/output)
  echo "$result; $(ip -brief link | sed 's/[ @].*//' | tr '\n' ' ')$(nsenter --net=/tmp/namespace ip -brief -4 address show eth0 2>/dev/null | sed 's/.* \([0-9.]*\/.*[0-9]\) *$/\1/')"
}
for path in "$PATH" /tmp/empty; do
  call $path setup
  call $path teardown
done
SH
mapfile -t seen < <(inside unshare --net --mount sh /networks)
[ "${seen[0]}" = "done; lo finding0 veth0 10.89.0.2/24" ] || skip "netavark cannot make a bridge here: ${seen[0]}"
same "setup" "done; lo finding0 veth0 10.89.0.2/24" "${seen[0]}"
same "teardown" "done; lo " "${seen[1]}"
same "setup without nft" "unable to execute nft; lo finding0 veth0 10.89.0.2/24" "${seen[2]}"
same "teardown without nft" "unable to execute nft; lo " "${seen[3]}"
finish
