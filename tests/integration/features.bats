#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0

load helpers

setup() {
	setup_bundle
	succeeds features
}

@test "features prints four-space indented JSON and nothing on stderr" {
	[ -z "$stderr" ]
	jq -e 'type == "object"' <<<"$stdout"
	[ "$(head -n2 "$stdout_file")" = $'{\n    "ociVersionMin": "1.0.0",' ]
}

@test "features names the versions of the specification" {
	jq -e '.ociVersionMin == "1.0.0" and (.ociVersionMax | test("^1\\.[3-9]"))' <<<"$stdout"
}

@test "features names all kinds of hooks" {
	jq -e '.hooks == ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]' <<<"$stdout"
}

@test "features names the mount options, sorted, with the recursive ones" {
	jq -e '.mountOptions | . == sort and length == (unique | length)' <<<"$stdout"
	jq -e '["async", "atime", "bind", "copy-symlink", "defaults", "dev", "diratime", "dirsync", "exec", "iversion", "lazytime",
		"mand", "noatime", "nodev", "nodiratime", "noexec", "nomand", "norelatime", "nostrictatime", "nosuid",
		"nosymfollow", "private", "ratime", "rbind", "rdev", "relatime", "remount", "rexec", "rnoatime", "rnodev",
		"rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate",
		"rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw",
		"shared", "slave", "strictatime", "suid", "symfollow", "sync", "tmpcopyup", "unbindable"]
		- .mountOptions == []' <<<"$stdout"
}

@test "features names the namespaces and capabilities" {
	jq -e '.linux.namespaces == ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]' <<<"$stdout"
	jq -e '.linux.capabilities | contains(["CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_CHECKPOINT_RESTORE"]) and length >= 41' <<<"$stdout"
}

@test "features describes cgroups" {
	jq -e '.linux.cgroup | .v1 and .v2 and (.systemd | type == "boolean") and .rdma != null' <<<"$stdout"
}

@test "features describes seccomp" {
	jq -e '.linux.seccomp.enabled' <<<"$stdout"
	jq -e '["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
		"SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP"] - .linux.seccomp.actions == []' <<<"$stdout"
	jq -e '.linux.seccomp.operators | length == 7' <<<"$stdout"
	jq -e '["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64", "SCMP_ARCH_RISCV64", "SCMP_ARCH_S390X"] - .linux.seccomp.archs == []' <<<"$stdout"
	jq -e '.linux.seccomp.knownFlags | contains(["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG"])' <<<"$stdout"
	jq -e '.linux.seccomp | (.supportedFlags | length >= 1) and .supportedFlags - .knownFlags == []' <<<"$stdout"
}

@test "a container takes each seccomp name that features lists" {
	jq '.linux.seccomp' <<<"$stdout" >"$TEST_DIR/known"
	little_endian='X86|X32|ARM|AARCH|MIPSEL|64LE|RISCV'
	! is_corten || little_endian+='|LOONG|SH$' # runc lists what its libseccomp may refuse
	# Rules for calls that nothing makes. Notify needs an agent, and byte orders do not mix.
	jq '($known[0] | .actions - ["SCMP_ACT_NOTIFY"]) as $actions | .process.args = ["true"]
		| .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", architectures: [$known[0].archs[] | select(test($little))],
			flags: ($known[0].supportedFlags - ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]),
			syscalls: ([range($actions | length) | {names: [["mknod", "mknodat", "acct", "swapon", "swapoff", "reboot",
				"nfsservctl", "vserver", "lookup_dcookie", "afs_syscall"][.]], action: $actions[.]}]
				+ [$known[0].operators[] | {names: ["quotactl"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: 1, valueTwo: 1, op: .}]}])}' \
		config.json --slurpfile known "$TEST_DIR/known" --arg little "$little_endian" >config.json.new
	mv config.json.new config.json
	succeeds run "$CTR"
	for field in defaultAction 'architectures[0]' 'flags[0]' 'syscalls[0].args[0].op'; do
		jq ".linux.seccomp.$field = \"SCMP_NONE\"" config.json >"$TEST_DIR/other.json"
		mkdir -p "$TEST_DIR/other"
		sed "s|\"rootfs\"|\"$BUNDLE/rootfs\"|" "$TEST_DIR/other.json" >"$TEST_DIR/other/config.json"
		fails_saying SCMP_NONE run --bundle "$TEST_DIR/other" "$CTR"
	done
}

@test "features describes the other areas of the specification" {
	jq -e '.linux.apparmor.enabled and .linux.selinux.enabled' <<<"$stdout"
	jq -e '.linux.intelRdt | [.enabled, .schemata, .monitoring] | all(type == "boolean")' <<<"$stdout"
	jq -e '.linux.memoryPolicy.modes | contains(["MPOL_DEFAULT", "MPOL_BIND", "MPOL_INTERLEAVE"])' <<<"$stdout"
	jq -e '.linux.mountExtensions.idmap.enabled' <<<"$stdout"
	jq -e '.linux.netDevices.enabled' <<<"$stdout"
}

@test "features names runc-compatible annotations and the unsafe ones" {
	jq -e '.annotations | has("org.opencontainers.runc.version") or has("org.opencontainers.runc.checkpoint.enabled")' <<<"$stdout"
	jq -e '.potentiallyUnsafeConfigAnnotations | contains(["bundle", "org.systemd.property.", "org.criu.config"])' <<<"$stdout"
}

@test "features takes no arguments" {
	fails_saying "requires exactly 0 argument(s)" features extra
}

@test "features needs neither a state root nor a bundle" {
	cd /
	rmdir "$STATE_ROOT"
	succeeds features
	[ ! -e "$STATE_ROOT" ]
	mkdir "$STATE_ROOT"
}

# Asked: What happens to pods where `features` fails, or prints something beside its JSON?
# Happens: containerd 2.1's shim ends with 0 and no word, and pods go without user namespaces, in silence.
# Corten: prints the same complete JSON without cgroups, /proc, root, PATH or HOME, with odd variables and limits, and no word on stderr.
# Source: seen with containerd 2.1; tests/engines/cri_features.bats
@test "features answers wherever it is asked: a shim that gets no JSON goes without user namespaces, in silence" {
	local nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	local everything='.ociVersionMax and .hooks and .mountOptions and .annotations and .linux.namespaces and .linux.capabilities and .linux.cgroup
		and .linux.seccomp.actions and .linux.apparmor and .linux.selinux and .linux.mountExtensions.idmap.enabled'
	asked() {
		"$@" "$RUNTIME" features 2>"$TEST_DIR/errors" | jq -e "$everything" >"$TEST_DIR/answer"
		[ ! -s "$TEST_DIR/errors" ]
	}
	asked env -i
	asked env HOME=/none XDG_RUNTIME_DIR=/none TMPDIR=/none LC_ALL=xx_YY.none NOTIFY_SOCKET=/none LISTEN_FDS=9
	(cd / && asked env PATH=)
	asked env CORTEN_DEBUG=1 RUNC_DEBUG=x DBUS_SESSION_BUS_ADDRESS=none: XDG_CONFIG_HOME=/dev/null
	# shellcheck disable=SC2016
	asked sh -c 'exec "$@" <&-' sh
	requires root
	# shellcheck disable=SC2016 # the inner shell expands
	asked unshare --mount sh -c 'umount --lazy --recursive /sys/fs/cgroup; exec "$@"' sh
	# shellcheck disable=SC2016
	asked unshare --mount sh -c 'umount --lazy --recursive /proc; exec "$@"' sh
	"${nobody[@]}" test -x "$RUNTIME" || skip "nobody may not execute the runtime"
	asked "${nobody[@]}" env XDG_RUNTIME_DIR=
}
