# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the .bats files of the engines share. They run inside tests/engines/run, which sets
#   $RUNTIME  the runtime under test, an absolute path    $W   the work folder, removed at the end
#   $ID       a name of this run's own: the cgroup that everything is below, and so on

: "${W:?to be run by tests/engines/run}"

# --- assertions -----------------------------------------------------------------------

is() { # GOT EXPECTED
	[ "$1" = "$2" ] && return
	printf 'got:      %s\nexpected: %s\n' "$1" "$2"
	return 1
}

has() { # TEXT PART
	[[ $1 == *"$2"* ]] && return
	printf 'got:            %s\nexpected in it: %s\n' "$1" "$2"
	return 1
}

rc_is() { # STATUS COMMAND...
	local got=0
	"${@:2}" || got=$?
	is "$got" "$1"
}

# fails COMMAND...: with a failure of its own, not by a time limit.
fails() {
	local got=0
	"$@" || got=$?
	case $got in
	0 | 124 | 137)
		echo "status $got of a command that had to fail: $*"
		return 1
		;;
	esac
}

# fails_saying TEXT COMMAND...
fails_saying() {
	local got=0 output
	output=$("${@:2}" 2>&1) || got=$?
	has "$output" "$1"
	[ "$got" -ne 0 ]
}

# until_ok SECONDS COMMAND...: again and again until it succeeds.
until_ok() {
	local end=$((SECONDS + $1 + 1))
	until "${@:2}"; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "not within $1 s: ${*:2}"
			return 1
		fi
		sleep 0.1
	done
}

# skip_if REASON: skips the test unless the reason is empty.
skip_if() {
	[ -z "$1" ] || skip "$1"
}

gone() { ! pgrep -f "$1" >/dev/null; }

# on_tty COMMAND...: on a terminal of 33 rows and 91 columns whose other end is silent, not closed.
on_tty() {
	[ -p "$W/silent" ] || mkfifo "$W/silent"
	SHELL=/bin/bash script -qec "stty cols 91 rows 33; $(printf '%q ' timeout --foreground -k 2 20 "$@")" \
		/dev/null <>"$W/silent" 3>&- 4>&- | tr -d '\r'
}

# --- cgroups --------------------------------------------------------------------------

cgroup_v2() { [ -e /sys/fs/cgroup/cgroup.controllers ]; }

# cg PID CONTROLLER V1-FILE V2-FILE prints a value of the process's own cgroup.
cg() {
	local path
	if cgroup_v2; then
		cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")/$4"
	else
		path=$(awk -F: -v c="$2" '("," $2 ",") ~ ("," c ",") { sub(/^[^:]*:[^:]*:/, ""); print; exit }' "/proc/$1/cgroup")
		cat "/sys/fs/cgroup/$2$path/$3"
	fi
}

memory_limit() { cg "$1" memory memory.limit_in_bytes memory.max; }
pids_limit() { cg "$1" pids pids.max pids.max; }
cpus_allowed() { cg "$1" cpuset cpuset.cpus cpuset.cpus; }

# cpu_quota PID: "QUOTA PERIOD".
cpu_quota() {
	if cgroup_v2; then
		cg "$1" cpu - cpu.max
	else
		echo "$(cg "$1" cpu cpu.cfs_quota_us -) $(cg "$1" cpu cpu.cfs_period_us -)"
	fi
}

# cpu_shares_set PID SHARES: what a v2 weight comes of which shares has changed between versions of runc.
cpu_shares_set() {
	if cgroup_v2; then
		[ "$(cg "$1" cpu - cpu.weight)" != 100 ]
	else
		is "$(cg "$1" cpu cpu.shares -)" "$2"
	fi
}

# cgroups_named NAME: the folders of this run's cgroups with such a name.
cgroups_named() { find /sys/fs/cgroup -maxdepth 6 -path "*/$ID/*" -type d -name "$1" 2>/dev/null || true; }

# --- what is lacking, or nothing ------------------------------------------------------

cap_missing() { # NAME BIT
	local caps
	caps=$((16#$(awk '/^CapEff:/ { print $2 }' /proc/self/status)))
	[ $((caps >> $2 & 1)) -eq 1 ] || echo "needs CAP_$1"
}

caps_missing() {
	local caps
	caps=$((16#$(awk '/^CapEff:/ { print $2 }' /proc/self/status)))
	[ "$caps" -eq $(((1 << ($(cat /proc/sys/kernel/cap_last_cap) + 1)) - 1)) ] || echo "needs every capability"
}

cni_missing() {
	[ -x /usr/lib/cni/bridge ] || { echo "needs CNI plugins (package containernetworking-plugins)" && return; }
	{ ip link add corten9 type bridge && ip link del corten9; } 2>/dev/null || echo "needs a kernel with bridge devices"
}

criu_missing() {
	command -v criu >/dev/null || { echo "needs the program criu" && return; }
	criu check >/dev/null 2>&1 || echo "needs a criu that works on this kernel (criu check)"
}

# Hard limits that can be set without CAP_SYS_RESOURCE.
nofile_limit() { at_most 1048576 "$(ulimit -Hn)"; }
nproc_limit() { at_most 4194304 "$(ulimit -Hu)"; }
at_most() { if [ "$2" = unlimited ] || [ "$2" -gt "$1" ]; then echo "$1"; else echo "$2"; fi; }

# --- containerd -----------------------------------------------------------------------

# start_containerd SOCKET DISABLED-PLUGIN [TOML]: on a socket of its own, with the runtime as "runc" first in the PATH, and with $SHIM,
# where it is set, in the place of the shim of runc as well as under its own name.
start_containerd() {
	mkdir -p "$W/bin"
	ln -sf "$RUNTIME" "$W/bin/runc"
	[ -z "${SHIM-}" ] || ln -sf "$SHIM" "$W/bin/containerd-shim-runc-v2"
	[ -z "${SHIM-}" ] || ln -sf "$SHIM" "$W/bin/containerd-shim-corten-v1"
	cat >"$W/containerd.toml" <<-END
		version = ${CONFIG_VERSION-2}
		root = "$W/containerd"
		state = "/run/containerd"
		disabled_plugins = ["io.containerd.internal.v1.opt"$2]
		[grpc]
		  address = "$1"
		${3-}
	END
	restart_containerd "$1"
}

restart_containerd() { # SOCKET
	PATH=$W/bin:$PATH containerd -c "$W/containerd.toml" >>"$W/log/containerd" 2>&1 3>&- 4>&- &
	echo $! >"$W/containerd.pid"
	disown # bash says nothing of its end, then
	until_ok 30 containerd_answers "$1" || { tail -n 20 "$W/log/containerd" && return 1; }
}

# containerd_older_than VERSION: says what is needed where it is older.
containerd_older_than() {
	local have
	have=$(containerd --version | sed 's/[^ ]* [^ ]* v\{0,1\}\([0-9.]*\).*/\1/')
	printf '%s\n' "$1" "$have" | sort -CV || echo "needs containerd $1"
}

containerd_answers() { timeout 5 ctr -a "$1" version >/dev/null 2>&1; }

# stop_daemon NAME: the daemon whose pid is in $W/NAME.pid.
stop_daemon() {
	local pid
	[ -e "$W/$1.pid" ] || return 0
	pid=$(cat "$W/$1.pid")
	kill "$pid"
	until_ok 10 ended "$pid"
}

# No shim runs any more, of whatever name.
shims_gone() { gone '^[^ ]*containerd-shim-[a-z]*-v[12] '; }

ended() { [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status"; }

# --- images ---------------------------------------------------------------------------

# make_rootfs DIR: a root filesystem of one static busybox.
make_rootfs() {
	mkdir -p "$1"/{bin,etc,proc,sys,dev,root,home,run,usr,var}
	mkdir -m 1777 "$1/tmp"
	cp -L "$(command -v busybox)" "$1/bin/busybox"
	busybox --list | grep -vx busybox | (cd "$1/bin" && xargs -n 1 ln -s busybox)
	printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/:/bin/sh' \
		'app:x:1000:1000:app:/home:/bin/sh' >"$1/etc/passwd"
	printf '%s\n' 'root:x:0:' 'nobody:x:65534:' 'app:x:1000:' 'extra:x:2000:app' >"$1/etc/group"
	printf '#!/bin/nothing\n' >"$1/bin/not-executable"
	chmod 644 "$1/bin/not-executable"
}

# make_oci_archive ROOTFS FILE NAME COMMAND: an OCI image layout in a tar file, with one layer and a command in JSON.
make_oci_archive() {
	local dir=$2.d layer config manifest
	mkdir -p "$dir/blobs/sha256"
	tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner -cf "$dir/new" .
	layer=$(put_blob "$dir")
	jq -nc --arg arch "$(go_arch)" --argjson cmd "$4" --arg layer "sha256:$layer" '{architecture: $arch, os: "linux",
		config: {Env: ["PATH=/bin"], Cmd: $cmd, WorkingDir: "/"}, rootfs: {type: "layers", diff_ids: [$layer]}}' >"$dir/new"
	config=$(put_blob "$dir")
	jq -nc --argjson config "$(describe "$dir" "$config" config.v1+json)" --argjson layer "$(describe "$dir" "$layer" layer.v1.tar)" \
		'{schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: $config, layers: [$layer]}' >"$dir/new"
	manifest=$(put_blob "$dir")
	describe "$dir" "$manifest" manifest.v1+json | jq -c --arg name "$3" '{schemaVersion: 2, manifests: [. + {annotations: {
		"io.containerd.image.name": $name, "org.opencontainers.image.ref.name": ($name | sub(".*:"; ""))}}]}' >"$dir/index.json"
	printf '{"imageLayoutVersion":"1.0.0"}' >"$dir/oci-layout"
	tar -C "$dir" -cf "$2" oci-layout index.json blobs
	rm -r "$dir"
}

go_arch() { case $(uname -m) in x86_64) echo amd64 ;; aarch64) echo arm64 ;; *) uname -m ;; esac; }

put_blob() {
	local sum
	sum=$(sha256sum "$1/new")
	mv "$1/new" "$1/blobs/sha256/${sum%% *}"
	echo "${sum%% *}"
}

describe() { # DIR SUM TYPE
	jq -nc --arg type "application/vnd.oci.image.$3" --arg digest "sha256:$2" --argjson size "$(stat -c %s "$1/blobs/sha256/$2")" \
		'{mediaType: $type, digest: $digest, size: $size}'
}
