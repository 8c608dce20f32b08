# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Podman with storage, state and configuration of this run's own; cgroups by files.

IMG=localhost/$ID:1
PAUSE=localhost/$ID-pause:1
PM=(podman --root "$W/graph" --runroot "$W/runroot" --tmpdir "$W/libpod" --cgroup-manager cgroupfs --runtime under-test)
# Podman 5 would warn of cgroup v1 in what it prints.
export PODMAN_IGNORE_CGROUPSV1_WARNING=1
export HOME=$W/home XDG_RUNTIME_DIR=$W/xdg CONTAINERS_CONF=$W/containers.conf CONTAINERS_STORAGE_CONF=$W/storage.conf

# setup_podman makes the image $IMG. To be called in setup_file.
setup_podman() {
	mkdir -p "$W"/{home,xdg,hooks,vol}
	write_conf "$CONTAINERS_CONF" "$W" "$RUNTIME"
	write_storage "$CONTAINERS_STORAGE_CONF" "$W"
	make_rootfs "$W/rootfs"
	tar -C "$W/rootfs" -cf "$W/rootfs.tar" .
	echo from-host >"$W/vol/f"
	pm import -q --change CMD=/bin/sh --change 'ENV PATH=/bin' "$W/rootfs.tar" "$IMG"
}

# write_conf FILE DIR RUNTIME, which is named under-test: of the machine's own containers.conf nothing is read.
write_conf() {
	mkdir -p "$2/cni"
	cat >"$1" <<-END
		[containers]
		default_ulimits = ["nofile=$(nofile_limit):$(nofile_limit)", "nproc=$(nproc_limit):$(nproc_limit)"]
		log_driver = "k8s-file"
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		infra_image = "$PAUSE"
		runtime_supports_json = ["under-test"]
		runtime_supports_nocgroup = ["under-test"]
		[engine.runtimes]
		under-test = ["$3"]
		[network]
		cni_plugin_dirs = ["/usr/lib/cni"]
		network_config_dir = "$2/cni"
	END
}

write_storage() { # FILE DIR
	cat >"$1" <<-END
		[storage]
		driver = "${ENGINES_STORAGE-overlay}"
		graphroot = "$2/graph"
		runroot = "$2/run"
	END
}

# pm ARG...: podman itself. Descriptors 3 and 4 are bats', which would wait for a conmon that has them.
pm() { timeout --foreground -k 2 "${T-40}" "${PM[@]}" "$@" 3>&- 4>&-; }

# box OPTION... IMAGE COMMAND...: a container in the foreground, without a network, removed at its end.
box() { pm run --rm --network none --cgroup-parent "/$ID" "$@"; }

# up NAME OPTION... IMAGE COMMAND...: a container in the background.
up() { pm run -d --name "$1" --network none --cgroup-parent "/$ID" --stop-timeout 1 "${@:2}"; }

# Twice, for Podman's own clean-up after a container's exit can be in the way of its rm.
down() { pm rm -f -t 0 "$@" || { sleep 1 && pm rm -f -i -t 0 "$@"; }; }

pid_of() { pm inspect -f '{{.State.Pid}}' "$1"; }
state_is() { is "$(pm inspect -f '{{.State.Status}}' "$1")" "$2"; }
logs_have() { pm logs "$1" 2>&1 | grep -qx "$2"; }

# nothing_is_left: after all the tests.
nothing_is_left() {
	# Podman's own cgroup of those that name no parent, as its pods from YAML; another Podman's is not empty.
	find /sys/fs/cgroup -maxdepth 3 -depth -path '*/libpod_parent*' -type d -exec rmdir {} + 2>/dev/null || true
	is "$(pm ps -aq)" ""
	is "$(pgrep -x conmon || true)" ""
	is "$(find "/run/${RUNTIME##*/}" "$W/xdg/${RUNTIME##*/}" -mindepth 1 -maxdepth 1 ! -name '.*' 2>/dev/null || true)" ""
}
