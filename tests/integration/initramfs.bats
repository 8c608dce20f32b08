#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shell of the guest expands variables; helpers.bash sets stdout
#
# A host that runs from its initramfs: a virtual machine with a kernel of tests/vm, and nothing but the runtime and a busybox.

load helpers

setup() {
	corten_only "it is one file, which the guest needs, and its message names the option"
	requires root qemu-system-x86_64 cpio no_sanitizers
	[ "$(uname -m)" = x86_64 ] || skip "needs x86_64"
	not ldd "$RUNTIME" >/dev/null 2>&1 || skip "needs a static executable"
	setup_bundle
}

# version_of VMLINUZ: as its header says (Documentation/arch/x86/boot.rst).
version_of() {
	local offset
	offset=$(od -An -tu2 -j 0x20e -N 2 "$1")
	dd if="$1" bs=1 skip=$((offset + 0x200)) count=32 status=none | tr '\0 ' '\n' | head -n 1
}

# kernel at_least|before VERSION sets $kernel to one of the machines that tests/vm/vm has built.
kernel() {
	local image at_least
	for image in "${VM_CACHE:-/var/cache/corten-vm}"/*/vmlinuz; do
		[ -e "$image" ] || continue
		at_least=before
		! version_at_least "$2" "$(version_of "$image")" || at_least=at_least
		[ "$at_least" != "$1" ] || kernel=$image
	done
	[ -n "${kernel:-}" ] || skip "needs a kernel of tests/vm/vm build"
}

# boots 'SHELL TEXT' runs it as the first process; what it prints is in $output.
boots() {
	local root=$TEST_DIR/initramfs program
	mkdir -p "$root"/{bin,proc,sys,dev,run,tmp,bundle}
	cp "$RUNTIME" "$root/bin/corten"
	cp -a rootfs/bin/. "$root/bin/"
	cp -a rootfs "$root/bundle/"
	cp config.json "$root/bundle/"
	{
		echo '#!/bin/sh'
		echo 'mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev; mount -t cgroup2 cgroup /sys/fs/cgroup'
		printf '%s\npoweroff -f\n' "$1"
	} >"$root/init"
	chmod 755 "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$TEST_DIR/initrd"
	output=$(timeout 80 qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -accel "${VM_ACCEL:-tcg,thread=multi}" \
		-cpu "${VM_CPU:-Nehalem,+rdrand}" -m 512 -kernel "$kernel" -initrd "$TEST_DIR/initrd" -serial stdio \
		-append "console=ttyS0 quiet panic=-1 mitigations=off" </dev/null 2>&1 | tr -d '\r')
	printf '%s\n' "$output"
}

# Asked: Does a container need --no-pivot on a host that runs from its initramfs?
# Happens: up to Linux 7.1 pivot_root(2) says EINVAL there; from 7.2 on the initramfs lies on an empty root, and may be left.
# Corten: tries pivot_root always, and it works on 7.2.
# Source: fs/namespace.c, init_mount_tree(); seen on Linux 6.12 (EINVAL) and 7.2.13
@test "a container on an initramfs needs no option from Linux 7.2 on" {
	kernel at_least 7.2
	set_script 'echo "in the container: $(ls / | grep -c bundle)"'
	boots 'corten run --bundle /bundle one; echo "status $?"; grep -c " /bundle" /proc/self/mountinfo'
	[[ $output == *$'in the container: 0\nstatus 0\n0'* ]]
}

# Asked: What does a runtime say where pivot_root(2) is refused since the host runs from its initramfs?
# Happens: EINVAL, which has five more reasons (pivot_root(2)).
# Corten: names --no-pivot and the kernel that needs it no more, where "/" is in memory; with the option the container runs.
# Source: pivot_root(2); seen on Linux 6.12
@test "on an older kernel the error names --no-pivot, and with it the container runs" {
	kernel before 7.2
	set_script 'echo "in the container: $(ls / | grep -c bundle)"'
	boots 'corten run --bundle /bundle one; echo "status $?"; corten run --no-pivot --bundle /bundle two; echo "status $?"'
	[[ $output == *"pivot_root .: invalid argument; the host's root is perhaps its initramfs, which pivot_root(2) leaves from Linux 7.2 on: --no-pivot does without it"* ]]
	[[ $output == *$'status 1\nin the container: 0\nstatus 0'* ]]
}
