# SPDX-License-Identifier: Apache-2.0
# scripts/syscall-table, and the table that it has made, beside the kernel headers of this machine.

setup() {
	repository="$BATS_TEST_DIRNAME/../.."
	table="$repository/lib/security/kernel_calls.inc"
}

# machine_headers puts the headers that this machine has where the script looks for those of the kernel's name for it.
machine_headers() {
	local directory
	directory=/usr/include/$(uname -m)-linux-gnu
	case $(uname -m) in
	x86_64) kernel=x86 ;;
	aarch64) kernel=arm64 ;;
	*) skip "needs x86_64 or aarch64" ;;
	esac
	[ -e "$directory/asm/unistd_64.h" ] || skip "needs $directory/asm/unistd_64.h"
	ln -s "$directory" "$BATS_TEST_TMPDIR/$kernel"
}

@test "syscall-table: the table has what this machine's kernel headers have" {
	machine_headers
	local name number architecture where newest wrong=0 seen=0
	newest=$(sed -nE 's/.*\{([0-9]+), .*/\1/p' "$table" | sort -n | tail -n 1)
	while read -r name number architecture; do
		if [ "$number" -gt "$newest" ]; then
			echo "# $name ($number) is newer than the table" >&3
			continue
		fi
		seen=$((seen + 1))
		where=$(sed -nE "s/^ *\{\"$name\", \{$number, (.*)\}\},$/\1/p" "$table")
		case " $where " in
		*" all & ~"*"$architecture"[\ \)]*) ;;
		*" all "* | *" $architecture "*) continue ;;
		esac
		echo "$name is $number on $architecture; the table has '$(grep "\"$name\"" "$table")'"
		wrong=1
	done < <("$repository/scripts/syscall-table" --print "$BATS_TEST_TMPDIR")
	[ "$seen" -gt 20 ]
	[ "$wrong" -eq 0 ]
}

@test "syscall-table: numbers are read without the architecture's first, and old ones are left out" {
	mkdir -p "$BATS_TEST_TMPDIR"/{mips,x86}/asm
	printf '#define __NR_%s\n' 'read (__NR_Linux + 3)' 'mseal (__NR_Linux + 462)' \
		>"$BATS_TEST_TMPDIR/mips/asm/unistd_o32.h"
	printf '#define __NR_%s\n' 'read (__X32_SYSCALL_BIT + 0)' 'mseal (__X32_SYSCALL_BIT + 462)' \
		'uprobe (__X32_SYSCALL_BIT + 336)' 'execveat (__X32_SYSCALL_BIT + 545)' >"$BATS_TEST_TMPDIR/x86/asm/unistd_x32.h"
	printf '#define __NR_%s\n' 'read 0' 'mseal 462' >"$BATS_TEST_TMPDIR/x86/asm/unistd_64.h"
	run "$repository/scripts/syscall-table" --print "$BATS_TEST_TMPDIR"
	[ "$status" -eq 0 ]
	[ "$output" = "mseal 462 mips_o32
mseal 462 x32
uprobe 336 x32
mseal 462 x86_64" ]
}

@test "syscall-table: a package makes the table, unless a call has two numbers or an architecture none" {
	command -v dpkg-deb >/dev/null || skip "needs dpkg-deb"
	local tree=$BATS_TEST_TMPDIR/tree copy=$BATS_TEST_TMPDIR/copy file
	mkdir -p "$tree/DEBIAN" "$copy/lib/security" "$copy/scripts"
	cp "$repository/scripts/syscall-table" "$copy/scripts"
	printf 'Package: linux-libc-dev\nVersion: 9.1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: a\n' \
		>"$tree/DEBIAN/control"
	while read -r file; do
		mkdir -p "$tree/usr/lib/linux/uapi/${file%/*}"
		echo '#define __NR_mseal 462' >"$tree/usr/lib/linux/uapi/$file"
	done < <(sed -nE 's|^[a-z0-9_]+ ([a-z0-9]+/asm/unistd.*\.h)$|\1|p' "$repository/scripts/syscall-table")
	echo '#define __NR_clone3 435' >>"$tree/usr/lib/linux/uapi/x86/asm/unistd_64.h"
	dpkg-deb -b "$tree" "$BATS_TEST_TMPDIR/good.deb"
	"$copy/scripts/syscall-table" "$BATS_TEST_TMPDIR/good.deb"
	grep -qF 'headers_version = "9.1";' "$copy/lib/security/kernel_calls.inc"
	grep -qF '{"clone3", {435, x86_64}},' "$copy/lib/security/kernel_calls.inc"
	grep -qF '{"mseal", {462, all}},' "$copy/lib/security/kernel_calls.inc"

	echo '#define __NR_mseal 463' >"$tree/usr/lib/linux/uapi/arm64/asm/unistd_64.h"
	dpkg-deb -b "$tree" "$BATS_TEST_TMPDIR/two.deb"
	run "$copy/scripts/syscall-table" "$BATS_TEST_TMPDIR/two.deb"
	[ "$status" -ne 0 ]
	[[ "$output" == *"mseal is 463 and 462"* ]]

	rm "$tree/usr/lib/linux/uapi/arm64/asm/unistd_64.h"
	dpkg-deb -b "$tree" "$BATS_TEST_TMPDIR/none.deb"
	run "$copy/scripts/syscall-table" "$BATS_TEST_TMPDIR/none.deb"
	[ "$status" -ne 0 ]
	[[ "$output" == *"no system calls of aarch64"* ]]
	grep -qF '"9.1"' "$copy/lib/security/kernel_calls.inc"
}
