# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # the variables are vm's
# The images of tests/vm/vm: a kernel, an initrd and a disk, made of Debian's packages and kept in $cache. Where the guest's
# programs do not run on this machine, its first boot installs the packages.

# The packages of guest/packages, separated by commas, less those that this guest does not have.
packages() {
	local name only mark marks=("${suite%-backports}")
	((!foreign)) || marks+=(foreign)
	while read -r name only; do
		[[ -n $name ]] || continue
		for mark in "${marks[@]}"; do [[ $only != *"!$mark"* ]] || continue 2; done
		printf '%s,' "$name"
	done < <(sed 's/#.*//' "$here/guest/packages")
	# The smaller kernel of Debian 12 has all that is needed; others' have not.
	if [[ $suite == bookworm ]]; then echo "linux-image-cloud-$arch"; else echo "linux-image-$arch"; fi
}

image_dir() {
	local key
	key=$({
		echo "$suite" "$mirror" "$arch" "$foreign"
		sed -n '/^packages()/,/^}/p; /^unpack()/,/^}/p; /^register()/,/^}/p; /^make_root()/,/^}/p; /^build_image()/,/^}/p' "$here/image.bash"
		cat "$here"/guest/{packages,setup,init,container.cil}
		((!foreign)) || cat "$here/guest/finish"
	} | sha256sum)
	printf '%s/%s\n' "$cache" "${key:0:12}"
}

# The packages into DIRECTORY/root: installed, or their files alone where the guest's programs do not run here.
unpack() { # DIRECTORY
	local dir=$1 archive=${mirror:-http://deb.debian.org/debian}
	local sources=() options=(--variant=essential)
	# Debian 11's security archive is being taken down: it lists files that are gone (November 2026).
	[[ -z $mirror && $suite != bullseye ]] || sources=("$archive")
	if [[ $suite == *-backports ]]; then
		printf 'Package: linux-*\nPin: release n=%s\nPin-Priority: 900\n' "$suite" >"$dir/kernel"
		sources=("$archive" "deb $archive $suite main")
		options+=(--setup-hook="mkdir -p \"\$1/etc/apt/preferences.d\"" --setup-hook="copy-in $dir/kernel /etc/apt/preferences.d")
	fi
	if ((foreign)); then
		# The archives stay for guest/finish. Nobody's scripts merge /usr beforehand.
		# shellcheck disable=SC2016 # mmdebstrap's shell expands it
		options+=(--variant=extract --include="?essential" --include=usr-is-merged --architectures="$arch"
			--skip=cleanup/apt/cache --skip=essential/unlink
			--setup-hook='for dir in bin sbin lib; do mkdir -p "$1/usr/$dir"; ln -s "usr/$dir" "$1/$dir"; done')
	fi
	# INITRD=No: the initrd is made below.
	INITRD=No mmdebstrap --quiet --mode=root --include="$(packages)" "${options[@]}" \
		--aptopt='APT::Install-Recommends "false"' \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/info/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		"${suite%-backports}" "$dir/root" "${sources[@]}" >&2
}

# Has this machine's dpkg unpack what needs no script for that: guest/finish takes many times as long for a package.
register() { # ROOT
	local root=$1 archive plain=()
	# Its files do; its scripts would do what is done here.
	rm "$root"/var/cache/apt/archives/linux-image-*
	for archive in "$root"/var/cache/apt/archives/*.deb; do
		dpkg-deb --ctrl-tarfile "$archive" | tar -t | grep -x ./preinst >/dev/null || plain+=("$archive")
	done
	printf '%s\n' "$(dpkg --print-architecture)" "$arch" >"$root/var/lib/dpkg/arch"
	dpkg --root="$root" --log=/dev/null --force-depends --force-unsafe-io --no-triggers --unpack "${plain[@]}"
	rm "$root/var/lib/dpkg/arch" "${plain[@]}"
}

# The root of the disk, complete but for what the first boot does.
make_root() { # DIRECTORY
	local dir=$1 root=$1/root
	unpack "$dir"
	cp "$here/guest/setup" "$here/guest/container.cil" "$root/tmp/"
	if ((foreign)); then
		cp "$here/guest/finish" "$root/tmp/"
		(cd "$root/var/cache/apt/archives" && printf '%s\n' *.deb) >"$dir/packages"
		register "$root" >&2
		depmod -b "$root" "$(cd "$root/lib/modules" && echo *)"
		return
	fi
	# shellcheck disable=SC2016
	unshare --mount --propagation private sh -euc '
		mount -t proc proc "$1/proc"
		chroot "$1" /tmp/setup
		rm "$1/tmp/setup"
		contexts=/etc/selinux/default/contexts/files/file_contexts
		[ ! -e "$1$contexts" ] || chroot "$1" setfiles -e /proc "$contexts" /
	' sh "$root" >&2
	chroot "$root" dpkg-query -W >"$dir/packages"
}

build_image() { # DIRECTORY
	local dir=$1 root=$1/root kernel module copy n=0
	make_root "$dir"
	kernel=$(cd "$root/lib/modules" && echo *)
	cp "$root/boot/vmlinuz-$kernel" "$dir/vmlinuz"
	mkdir -p "$dir/initrd"/{bin,dev,root,modules}
	cp "$root/bin/busybox" "$dir/initrd/bin/"
	ln -s busybox "$dir/initrd/bin/sh"
	cp "$here/guest/init" "$dir/initrd/init"
	chmod 755 "$dir/initrd/init"
	while read -r copy module _; do
		[[ $copy != builtin ]] || continue
		# The kernel loads them in this order; each only once.
		copy=${module##*/}
		copy=${copy%.xz}
		compgen -G "$dir/initrd/modules/*-$copy" >/dev/null && continue
		copy=$dir/initrd/modules/$((++n + 100))-$copy
		if [[ $module == *.xz ]]; then xz -dc "$module" >"$copy"; else cp "$module" "$copy"; fi
	done < <(for module in virtio_pci virtio_blk virtio_console virtiofs ext4; do
		modprobe -d "$root" -S "$kernel" --show-depends "$module"
	done)
	(cd "$dir/initrd" && find . | cpio --quiet -o -H newc) >"$dir/initrd.img"

	mke2fs -q -t ext4 -m 0 -O ^has_journal -E root_owner=0:0 \
		-d "$root" "$dir/root.img" 12G
	rm -rf "$root" "$dir/initrd"
	((!foreign)) || first_boot "$dir"
}

first_boot() { # DIRECTORY
	local qemu
	machine "$1" 2048 "$(nproc)" off vm_init=/tmp/finish
	timeout --foreground -k 5 3600 "${qemu[@]}" -serial "file:$1/console" </dev/null >&2 || :
	grep -q '^vm: finished' "$1/console" || {
		tail -n 40 "$1/console" >&2
		return 1
	}
}

build() {
	local dir duration="about two minutes"
	dir=$(image_dir)
	[[ ! -e $dir/root.img ]] || return 0
	((!foreign)) || duration="about ten minutes of processor time"
	need mmdebstrap=mmdebstrap mke2fs=e2fsprogs cpio=cpio modprobe=kmod "$program=$program_package"
	mkdir -p "$cache"
	(
		set -E
		trap 'die "the image was not built"' ERR
		flock 9
		[[ ! -e $dir/root.img ]] || exit 0
		echo "vm: building the guest's image, $duration" >&2
		rm -rf "$dir.new"
		mkdir "$dir.new"
		build_image "$dir.new"
		rm -rf "$dir"
		mv "$dir.new" "$dir"
	) 9>"$cache/lock"
}
