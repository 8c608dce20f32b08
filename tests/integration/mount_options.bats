#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# Each option of mounts[].options in the runtime specification, as the kernel shows it.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
	set_args cat /proc/self/mountinfo
}

# host_tree OPTIONS [shared] has the runtime find a tmpfs with another one at its sub/ in
# $TEST_DIR/tree.
host_tree() {
	local tree=$TEST_DIR/tree
	mkdir -p "$tree"
	wrap_runtime "mount -t tmpfs outer '$tree'
		mkdir '$tree/sub'
		mount -t tmpfs inner '$tree/sub'
		mount -o 'remount,bind,$1' '$tree/sub'
		mount -o 'remount,bind,$1' '$tree'${2:+
		mount --make-rshared '$tree'}"
}

# shows DESTINATION KIND: the propagation is "private", "shared", "slave", "shared slave", or "unbindable".
shows() {
	local kind
	kind=$(propagation_at "$1" | sed 's/shared:[0-9]*/shared/; s/master:[0-9]*/slave/; s/propagate_from:[0-9]*//; s/ *$//')
	[[ ${kind:-private} == "$2" ]] && return
	printf '%s is %s, not %s\n' "$1" "${kind:-private}" "$2"
	return 1
}

# Field: mounts[].options
# Value: mounts[].options={ro,nosuid,nodev,noexec,noatime,nodiratime,relatime,nosymfollow,strictatime}
@test "options of the mount itself are set on a new filesystem" {
	for option in ro nosuid nodev noexec noatime nodiratime relatime nosymfollow; do
		add_mount "/m/$option" tmpfs tmpfs "$option"
	done
	add_mount /m/strictatime tmpfs tmpfs strictatime
	add_mount /m/none tmpfs tmpfs
	succeeds run "$CTR"
	for option in ro nosuid nodev noexec noatime nodiratime relatime nosymfollow; do
		options_are "/m/$option" "$option"
	done
	options_are_not /m/strictatime relatime noatime
	options_are /m/none rw relatime
	options_are_not /m/none nosuid nodev noexec noatime nodiratime nosymfollow
}

# Field: mounts[].options
# Value: mounts[].options={sync,dirsync,lazytime}
@test "options of the filesystem are set on a new filesystem" {
	for option in sync dirsync lazytime; do
		add_mount "/m/$option" tmpfs tmpfs "$option"
	done
	succeeds run "$CTR"
	for option in sync dirsync lazytime; do
		[[ ,$(filesystem_at "/m/$option" | cut -d' ' -f3), == *",$option,"* ]]
	done
}

# Value: mounts[].options=defaults
@test "the option defaults changes nothing" {
	corten_only "runc hands it to the filesystem, which refuses it"
	add_mount /m/tmpfs tmpfs tmpfs defaults
	add_bind "$TEST_DIR" /m/bind defaults
	succeeds run "$CTR"
	options_are /m/tmpfs rw relatime
	options_are /m/bind rw
}

# Value: mounts[].options={iversion,noiversion,mand,nomand,silent,loud,norelatime,nostrictatime}
@test "options that the kernel does not show are accepted" {
	for option in iversion noiversion mand nomand silent loud norelatime nostrictatime; do
		add_mount "/m/$option" tmpfs tmpfs "$option"
	done
	succeeds run "$CTR"
	for option in iversion noiversion mand nomand silent loud norelatime nostrictatime; do
		options_are "/m/$option" rw
	done
}

# Field: mounts[].options
# Value: mounts[].options={rw,suid,dev,exec,atime,diratime,symfollow,async,nolazytime}
@test "of two opposite options the last one counts" {
	for pair in ro:rw nosuid:suid nodev:dev noexec:exec noatime:atime nodiratime:diratime nosymfollow:symfollow; do
		add_mount "/m/${pair#*:}" tmpfs tmpfs "${pair%:*}" "${pair#*:}"
		add_mount "/m/${pair%:*}" tmpfs tmpfs "${pair#*:}" "${pair%:*}"
	done
	for pair in sync:async lazytime:nolazytime; do
		add_mount "/m/${pair#*:}" tmpfs tmpfs "${pair%:*}" "${pair#*:}"
		add_mount "/m/${pair%:*}" tmpfs tmpfs "${pair#*:}" "${pair%:*}"
	done
	succeeds run "$CTR"
	for pair in ro:rw nosuid:suid nodev:dev noexec:exec noatime:atime nodiratime:diratime nosymfollow:symfollow; do
		options_are_not "/m/${pair#*:}" "${pair%:*}"
		options_are "/m/${pair%:*}" "${pair%:*}"
	done
	for pair in sync:async lazytime:nolazytime; do
		[[ ,$(filesystem_at "/m/${pair#*:}" | cut -d' ' -f3), != *",${pair%:*},"* ]]
		[[ ,$(filesystem_at "/m/${pair%:*}" | cut -d' ' -f3), == *",${pair%:*},"* ]]
	done
}

@test "options of the mount itself are set on a bind mount, not on its source" {
	host_tree rw # and no other option: / may have some, as noatime in the virtual machine of sid
	for option in ro nosuid nodev noexec noatime nodiratime nosymfollow; do
		add_bind "$TEST_DIR/tree" "/m/$option" "$option"
	done
	add_bind "$TEST_DIR/tree" /m/none
	succeeds run "$CTR"
	for option in ro nosuid nodev noexec noatime nodiratime nosymfollow; do
		options_are "/m/$option" "$option"
		options_are_not /m/none "$option"
	done
}

@test "a bind mount without options keeps those of its source" {
	host_tree ro,nosuid,nodev,noexec,noatime,nodiratime
	add_bind "$TEST_DIR/tree" /m
	succeeds run "$CTR"
	options_are /m ro nosuid nodev noexec noatime nodiratime
}

# Value: mounts[].options={rw,suid,dev,exec,symfollow}
@test "a bind mount with the opposite option takes one of its source away" {
	host_tree ro,nosuid,nodev,noexec,nosymfollow
	for option in rw suid dev exec symfollow; do
		add_bind "$TEST_DIR/tree" "/m/$option" "$option"
	done
	succeeds run "$CTR"
	options_are_not /m/rw ro
	options_are_not /m/suid nosuid
	options_are_not /m/dev nodev
	options_are_not /m/exec noexec
	options_are_not /m/symfollow nosymfollow
}

@test "an option of a bind mount does not reach the mounts beneath it" {
	host_tree rw
	add_bind "$TEST_DIR/tree" /m rbind ro nosuid nodev noexec
	succeeds run "$CTR"
	options_are /m ro nosuid nodev noexec
	options_are /m/sub rw
	options_are_not /m/sub nosuid nodev noexec
}

# Field: mounts[].options
# Value: mounts[].options={rro,rnosuid,rnodev,rnoexec,rnoatime,rnodiratime}
@test "recursive options reach the mounts beneath" {
	requires kernel 5.12
	host_tree rw
	for option in rro rnosuid rnodev rnoexec rnoatime rnodiratime; do
		add_bind "$TEST_DIR/tree" "/m/$option" rbind "$option"
	done
	succeeds run "$CTR"
	for option in rro rnosuid rnodev rnoexec rnoatime rnodiratime; do
		options_are "/m/$option" "${option#r}"
		options_are "/m/$option/sub" "${option#r}"
	done
}

# Field: mounts[].options
# Value: mounts[].options={rnosymfollow,rsymfollow}
@test "rnosymfollow and rsymfollow reach the mounts beneath" {
	requires kernel 5.14
	host_tree nosymfollow
	add_bind "$TEST_DIR/tree" /m/follow rbind rsymfollow
	add_bind "$TEST_DIR/tree" /m/keep rbind
	mkdir plain
	add_bind plain /m/nofollow rnosymfollow
	succeeds run "$CTR"
	options_are_not /m/follow nosymfollow
	options_are_not /m/follow/sub nosymfollow
	options_are /m/keep nosymfollow
	options_are /m/keep/sub nosymfollow
	options_are /m/nofollow nosymfollow
}

# Value: mounts[].options={rrw,rsuid,rdev,rexec,ratime,rdiratime}
@test "recursive opposite options take options away beneath" {
	requires kernel 5.12
	host_tree ro,nosuid,nodev,noexec,noatime,nodiratime
	for option in rrw rsuid rdev rexec ratime rdiratime; do
		add_bind "$TEST_DIR/tree" "/m/$option" rbind "$option"
	done
	succeeds run "$CTR"
	for pair in rrw:ro rsuid:nosuid rdev:nodev rexec:noexec ratime:noatime rdiratime:nodiratime; do
		for sub in "" /sub; do
			options_are_not "/m/${pair%:*}$sub" "${pair#*:}"
		done
	done
	options_are /m/rsuid/sub ro nodev noexec noatime nodiratime
}

# Value: mounts[].options={rrelatime,rstrictatime,rnostrictatime,rnorelatime}
@test "recursive options choose how access times are kept" {
	requires kernel 5.12
	host_tree noatime
	for option in rrelatime rstrictatime rnostrictatime rnorelatime; do
		add_bind "$TEST_DIR/tree" "/m/$option" rbind "$option"
	done
	succeeds run "$CTR"
	options_are /m/rrelatime/sub relatime
	options_are_not /m/rrelatime/sub noatime
	options_are_not /m/rstrictatime/sub relatime noatime
	options_are /m/rnostrictatime/sub relatime
	options_are_not /m/rnorelatime/sub noatime
}

# each_filesystem OPTION… mounts one of each kind with these options, below /m but for what has a place of its own.
each_filesystem() {
	update_config '.mounts |= map(select(.destination | startswith("/m/") or . == "/sys" | not))'
	add_mount /sys sysfs sysfs "$@"
	add_mount /m/tmpfs tmpfs tmpfs "$@"
	add_mount /m/proc proc proc "$@"
	add_mount /m/mqueue mqueue mqueue "$@"
	add_mount /m/devpts devpts devpts newinstance "$@"
	add_mount /m/copied tmpfs tmpfs tmpcopyup "$@"
	add_mount /m/cgroup cgroup cgroup "$@"
	update_config 'del(.linux.maskedPaths)'
}

# each_has OPTION… checks the mounts of each_filesystem, and the hierarchies of v1 below /m/cgroup; !OPTION must be absent,
# but for the three that each hierarchy has.
each_has() {
	awk -v wanted="$*" '
		BEGIN { split("/sys /m/tmpfs /m/proc /m/mqueue /m/devpts /m/copied /m/cgroup", places); count = split(wanted, options) }
		$5 == "/sys" || $5 ~ "^/m/" {
			seen[$5] = 1
			for (i = 1; i <= count; i++) {
				option = options[i]
				absent = sub("^!", "", option)
				if (absent && $5 ~ "^/m/cgroup" && option ~ "^(nosuid|nodev|noexec)$") continue
				if (index("," $6 ",", "," option ",") ? absent : !absent) { print $5, $6, options[i]; wrong = 1 }
			}
		}
		END { for (i in places) if (!(places[i] in seen)) { print "missing", places[i]; wrong = 1 }; exit wrong }' <<<"$stdout"
}

recursive_options_everywhere() {
	each_filesystem rro rnosuid rnodev rnoexec rnoatime rnodiratime
	succeeds run "$CTR"
	each_has ro nosuid nodev noexec noatime nodiratime
	each_filesystem ro nosuid nodev noexec noatime rrw rsuid rdev rexec rrelatime
	succeeds run "$CTR"
	each_has rw relatime '!nosuid' '!nodev' '!noexec'
}

@test "recursive options hold for file systems of every kind" {
	corten_only "runc ignores them for all but binds"
	cp config.json plain.json
	recursive_options_everywhere
	cp plain.json config.json
	set_namespace cgroup
	recursive_options_everywhere
}

@test "recursive options hold for file systems of every kind with mount(2), too" {
	corten_only "the switch is ours"
	export CORTEN_NO_NEW_MOUNT_API=1
	recursive_options_everywhere
}

@test "recursive options hold for file systems of every kind with cgroup v2" {
	corten_only "runc ignores them for all but binds"
	only_cgroup2
	cp config.json plain.json
	recursive_options_everywhere
	cp plain.json config.json
	set_namespace cgroup
	recursive_options_everywhere
}

@test "a read-only /dev by a recursive option has its devices" {
	corten_only "runc ignores it"
	update_config '(.mounts[] | select(.destination == "/dev").options) += ["rro", "rnoexec"]'
	set_script 'echo x >/dev/null; ls -d /dev/fd; touch /dev/new; touch /dev/shm/x && cat /proc/self/mountinfo'
	succeeds run "$CTR"
	says /dev/fd
	options_are /dev ro noexec
	options_are /dev/shm rw
}

@test "a recursive option of a remount reaches the mounts beneath" {
	corten_only "runc changes the mount alone"
	requires kernel 5.12
	host_tree rw
	add_bind "$TEST_DIR/tree" /m rbind
	add_bind "$TEST_DIR/tree" /m remount rnoexec
	add_mount /dev none none remount rnoexec
	succeeds run "$CTR"
	options_are /m noexec
	options_are /m/sub noexec
	options_are /dev noexec
	options_are /dev/pts noexec
	options_are /dev/shm noexec
}

@test "recursive options that the kernel cannot set are an error" {
	requires strace
	corten_only "runc ignores them on remounts"
	add_bind "$BUNDLE" /m rbind rro
	local older=()
	! kernel_at_least 5.12 || older=(strace -f -qq -o /dev/null -e inject=mount_setattr:error=ENOSYS)
	run "${older[@]}" "$RUNTIME" --root "$STATE_ROOT" run "$CTR"
	[ "$status" -eq 1 ]
	[[ $output == *"mount_setattr dst=/m: function not implemented"* ]]
}

@test "several recursive options together all count" {
	requires kernel 5.12
	host_tree rw,nosuid
	add_bind "$TEST_DIR/tree" /m rbind rro rsuid rnodev rnoexec
	succeeds run "$CTR"
	options_are /m/sub ro nodev noexec
	options_are_not /m/sub nosuid
}

@test "a recursive read-only bind refuses to be written beneath" {
	requires kernel 5.12
	host_tree rw
	add_bind "$TEST_DIR/tree" /m rbind rro
	set_script 'touch /m/x; touch /m/sub/x; test ! -e /m/x -a ! -e /m/sub/x'
	succeeds run "$CTR"
	[ "$(grep -c 'Read-only file system' <<<"$output")" -eq 2 ]
}

@test "without a propagation option a new filesystem is private" {
	add_mount /m tmpfs tmpfs
	succeeds run "$CTR"
	shows /m private
}

# Value: mounts[].options={shared,rshared,private,unbindable,runbindable}
@test "propagation options change a new filesystem" {
	add_mount /m/shared tmpfs tmpfs shared
	add_mount /m/rshared tmpfs tmpfs rshared
	add_mount /m/private tmpfs tmpfs private
	add_mount /m/unbindable tmpfs tmpfs unbindable
	add_mount /m/runbindable tmpfs tmpfs runbindable
	# There is no group that it could be a slave of.
	add_mount /m/slave tmpfs tmpfs slave
	succeeds run "$CTR"
	shows /m/shared shared
	shows /m/rshared shared
	shows /m/private private
	shows /m/unbindable unbindable
	shows /m/runbindable unbindable
	shows /m/slave private
}

@test "a shared tree of the host is bound as a slave" {
	host_tree rw shared
	add_bind "$TEST_DIR/tree" /m rbind
	succeeds run "$CTR"
	shows /m slave
	shows /m/sub slave
}

@test "what is beside the rootfs, on the host's shared mount, is bound as private" {
	wrap_runtime 'mount --make-rshared /'
	mkdir beside
	add_bind "$BUNDLE/beside" /m
	succeeds run "$CTR"
	shows /m private
}

# Field: mounts[].options
# Value: mounts[].options={,r}{private,slave,shared,unbindable}
@test "propagation options change a bind mount, the recursive ones beneath too" {
	host_tree rw shared
	for option in private slave shared unbindable; do
		add_bind "$TEST_DIR/tree" "/m/$option" rbind "$option"
		add_bind "$TEST_DIR/tree" "/m/r$option" rbind "r$option"
	done
	succeeds run "$CTR"
	shows /m/private private
	shows /m/private/sub slave
	shows /m/rprivate private
	shows /m/rprivate/sub private
	shows /m/slave slave
	shows /m/rslave/sub slave
	shows /m/shared "shared slave"
	shows /m/shared/sub slave
	shows /m/rshared "shared slave"
	shows /m/rshared/sub "shared slave"
	shows /m/unbindable unbindable
	shows /m/unbindable/sub slave
	shows /m/runbindable/sub unbindable
}

@test "propagation options are applied in their order" {
	host_tree rw shared
	add_bind "$TEST_DIR/tree" /m/both private shared
	add_bind "$TEST_DIR/tree" /m/last shared private
	succeeds run "$CTR"
	shows /m/both shared
	shows /m/last private
}

# Field: mounts[].options
@test "other options are given to the filesystem" {
	add_mount /m tmpfs tmpfs nosuid size=64k mode=750 uid=12 gid=34 nr_inodes=77
	set_script 'cat /proc/self/mountinfo; stat -c "%a %u %g" /m'
	succeeds run "$CTR"
	for option in size=64k nr_inodes=77 uid=12 gid=34; do
		[[ ,$(filesystem_at /m | cut -d' ' -f3), == *",$option,"* ]]
	done
	options_are /m nosuid
	says "750 12 34"
}

@test "an option that the filesystem does not know is an error" {
	add_mount /m tmpfs tmpfs bogus=1
	refuses "/m"
}

@test "a bind mount with options for a filesystem is refused" {
	add_bind "$TEST_DIR" /m size=64k
	refuses "bind mounts cannot have any filesystem-specific options applied"
}

# Value: mounts[].options=remount
@test "remount changes the options of an earlier mount" {
	add_bind "$TEST_DIR" /m
	add_bind "$TEST_DIR" /m remount ro nosuid
	succeeds run "$CTR"
	options_are /m ro nosuid
	[ "$(awk '$5 == "/m"' <<<"$stdout" | wc -l)" -eq 1 ]
}
