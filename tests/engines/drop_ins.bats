#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# needs: make podman conmon containerd ctr dockerd docker
# version: echo Podman, containerd, Docker
# covers: what make install-engines and install-runc install, as docs/ tells to use it
# shellcheck disable=SC2016 # the dollars are for the container's shell

load helpers
load podman

SOURCE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
SHARE=$W/usr/share/corten

# Installed as on a machine, but the program, which is the runtime under test; Podman reads /etc/containers.
setup_file() {
	setup_podman
	mkdir -p "$W/usr/bin" "$W/containers"
	cp "$RUNTIME" "$W/usr/bin/corten"
	cp -r /etc/containers/. "$W/containers"
	mount --bind "$W/containers" /etc/containers
	installs install-engines install-runc install-crun SYSCONFDIR=/etc CRIO_CONF="$W/crio.conf"
	sed '/^runtime_supports/d; /^\[engine.runtimes\]/,$d' "$CONTAINERS_CONF" >/etc/containers/containers.conf
	printf '[network]\ncni_plugin_dirs = ["/usr/lib/cni"]\n' >>/etc/containers/containers.conf
}

teardown_file() {
	installs uninstall SYSCONFDIR=/etc CRIO_CONF="$W/crio.conf"
	is "$(find "$W/usr" -type f -o -type l)" ""
	[ ! -e /etc/containers/containers.conf.d/corten.conf ]
}

installs() { make -s -C "$SOURCE" "$@" DESTDIR= PREFIX="$W/usr"; }

bundled_podman() {
	timeout --foreground -k 2 40 env -u CONTAINERS_CONF podman --root "$W/graph" --runroot "$W/runroot" --tmpdir "$W/libpod" \
		--cgroup-manager cgroupfs "$@" 3>&- 4>&-
}

@test "podman --runtime corten, with errors as JSON and without cgroups" {
	is "$(bundled_podman --runtime corten info -f '{{.Host.OCIRuntime.Name}} {{.Host.OCIRuntime.Path}}')" "corten $W/usr/bin/corten"
	is "$(bundled_podman --runtime corten run --rm --network none --cgroup-parent "/$ID" "$IMG" echo hello)" hello
	rc_is 127 bundled_podman --runtime corten run --rm --network none --cgroup-parent "/$ID" "$IMG" no-such-command
	"$RUNTIME" --help | grep -q -e --cgroup-manager || skip "needs a runtime with --cgroup-manager disabled"
	is "$(bundled_podman --runtime corten run --rm --network none --cgroups disabled "$IMG" echo hello)" hello
}

@test "podman with runtime = \"corten\"" {
	sed -i 's/^# \(runtime = \)/\1/' /etc/containers/containers.conf.d/corten.conf
	is "$(bundled_podman info -f '{{.Host.OCIRuntime.Name}}')" corten
	is "$(bundled_podman run --rm --network none --cgroup-parent "/$ID" "$IMG" echo hello)" hello
}

# containerd_with TABLE: starts containerd with the lines for config.toml, whose tables begin with TABLE, and prints its whole configuration.
containerd_with() {
	start_containerd "$W/c.sock" '' "[$1.cni]
		  bin_dir = \"/usr/lib/cni\"
		$(sed '/^# Where/,$ s/^# //; /^Where/d' "$SHARE/containerd.toml" | sed "s/plugins.\"io.containerd.grpc.v1.cri\"/$1/")"
	ctr -a "$W/c.sock" plugins ls | grep -E ' cri .* ok' >&2
	stop_daemon containerd
	containerd -c "$W/containerd.toml" config dump | tr "'" '"'
}

# dump_has TABLE FOLDER-OF-NETWORK-PLUGINS
dump_has() {
	grep -qF "$2" "$W/dump"
	grep -qF "[$1.containerd.runtimes.runc]" "$W/dump"
	grep -A 2 -F "[$1.containerd.runtimes.corten.options]" "$W/dump" | grep -q "BinaryName = \"$W/usr/bin/corten\""
}

@test "containerd: the lines for config.toml add the runtime and leave the rest" {
	local cri='plugins."io.containerd.grpc.v1.cri"'
	containerd_with "$cri" >"$W/dump"
	if [ -n "$(containerd_older_than 2.0)" ]; then
		dump_has "$cri" 'bin_dir = "/usr/lib/cni"'
	else # which shows it as a file of version 3
		dump_has 'plugins."io.containerd.cri.v1.runtime"' '"/usr/lib/cni"'
	fi
}

@test "containerd 2: the lines in a file of version 3" {
	skip_if "$(containerd_older_than 2.0)"
	CONFIG_VERSION=3 containerd_with 'plugins."io.containerd.cri.v1.runtime"' >"$W/dump"
	dump_has 'plugins."io.containerd.cri.v1.runtime"' '"/usr/lib/cni"'
}

@test "Docker: the example of daemon.json, and docker run --runtime corten" {
	load docker
	mkdir -p "$HOME"
	start_containerd "$SOCKET" ', "io.containerd.grpc.v1.cri"'
	start_dockerd "$SHARE/docker-daemon.json"
	tar -C "$W/rootfs" -c . | dk import -c 'CMD ["/bin/sh"]' - corten:1
	is "$(dk run --rm --network none --runtime corten --cgroup-parent "/$ID" corten:1 /bin/echo hello)" hello
	stop_daemon dockerd
	stop_daemon containerd
}

@test "CRI-O: the file names the installed program" {
	grep -qx "runtime_path = \"$W/usr/bin/corten\"" "$W/crio.conf"
	not_substituted=$(grep -r '@' "$SHARE" "$W/crio.conf" || true)
	is "$not_substituted" ""
}

@test "as crun: a link by which it goes" {
	is "$(readlink "$W/usr/bin/crun")" corten
	"$W/usr/bin/crun" --version | grep -q '^crun version'
	has "$("$W/usr/bin/crun" --help)" /run/crun
}

@test "as runc: a link by which it goes" {
	is "$(readlink "$W/usr/bin/runc")" corten
	"$W/usr/bin/runc" --version | grep -q '^runc version'
	has "$("$W/usr/bin/runc" --help)" /run/runc
}
